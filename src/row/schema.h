/*
 * schema: the names of a row, the same for all formats. Each name is there once, with its role, its
 * type, and the names that values of other types get.
 *
 *     own       names that formats write themselves: time, target, agent_host, address, context ...
 *     tag       a tag of the target's own (tag.NAME)
 *     index     a component of the table's index
 *     column    a column of the table, as a tag or as a field
 *
 * A field never changes its type. A value of another type goes to a second field, whose name ends
 * in _text, _integer or _real. These names belong to the row, too.
 *
 * schema_find_clash finds two parts that would have one name. A configuration with such a clash is
 * refused. Where it cannot be refused (a module of a host of the library, an index that a MIB
 * names) the name of the later part gets its role at the end: `target_index`, `sysName_tag`,
 * `index_field`.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snmpfleet/module.h"
#include "snmpfleet/value.h"

enum { SCHEMA_INDEX_MAX = 16, SCHEMA_SUFFIX_MAX = 16 };

/* The measurement and the file of reports, which no table has. */
#define SCHEMA_REPORTS "snmp_poll"

/* Ways to write octets beside enum fleet_as, for FLEET_AS_AUTO where more is known of them. */
enum {
    SCHEMA_IS_TEXT = FLEET_AS_COUNT,  /* they are made text before a format sees them */
    SCHEMA_OCTETS,        /* the MIB says octets, and not that they are text */
    SCHEMA_NO_TEXT,       /* it gives another shape, which the value does not have */
    SCHEMA_SUBTREE = SCHEMA_NO_TEXT,  /* a raw subtree: octets as they came, their NULs as well */
};

/* The type of a field. It is the column's, whatever an agent sends. */
enum schema_class {
    SCHEMA_ANY,           /* not known: each value by its own type */
    SCHEMA_INTEGER,
    SCHEMA_UNSIGNED,      /* Counter64 */
    SCHEMA_REAL,
    SCHEMA_TEXT,
    SCHEMA_CLASSES
};

enum schema_role { SCHEMA_OWN, SCHEMA_TARGET_TAG, SCHEMA_INDEX, SCHEMA_TAG, SCHEMA_FIELD };

struct schema_column {
    const char *name;     /* the object's; another one where that is taken; "" of a subtree */
    uint8_t role;         /* SCHEMA_TAG or SCHEMA_FIELD */
    uint8_t as;           /* enum fleet_as, or SCHEMA_IS_TEXT ... */
    uint8_t class;        /* enum schema_class */
    uint8_t takes;        /* classes of values that it holds, a bit for each */
    bool is_hidden;       /* asked for and not written: it has no name in the row */
};

struct schema {
    struct schema_column *columns;      /* of all of the table's; owned, with all texts */
    const char **index;                 /* names of the components of its index */
    char **changed;                     /* names that are not those of the table */
    size_t changed_count;
    size_t name_count, name_bytes;      /* all names: of table, module, context, index, columns */
    bool has_cells;       /* some cells are made text before a format sees them */
    bool has_numbers;     /* octets of some cells may hold numbers (FLEET_AS_NUMBER) */
    bool has_index;       /* components of the index are; otherwise they are dotted numbers */
    bool names_index;     /* a component is called `index`: the whole index has no name then */
};

/* 0 or -ENOMEM. */
int schema_init(struct schema *schema, const struct fleet_table *table);
void schema_deinit(struct schema *schema);

/* Name of the measurement or file: the table's, for scalars the module's. Never NULL. */
const char *schema_table_name(const struct fleet_table *table);

/* Which name meets another one. */
struct schema_clash {
    const char *name;           /* the one that meets, as it is given */
    enum schema_role role;      /* SCHEMA_INDEX, SCHEMA_TAG or SCHEMA_FIELD */
    size_t at;                  /* which component or column of the table */
    enum schema_role other;     /* what has the name already */
    const char *owner;          /* its name, which differs where only a suffix meets */
};

/* The first clash at @from or behind it, counted over components and then columns. False: none. */
bool schema_find_clash(const struct fleet_table *table, size_t from,
                       struct schema_clash *ret_clash);

/*
 * Does the target's tag @name meet a name that formats write of themselves, in rows or in reports?
 */
bool schema_is_own_name(const char *name);

/* Does the target's tag @name meet a name of the rows of @table? What has it: *ret_clash. */
bool schema_meets_tag(const struct fleet_table *table, const char *name,
                      struct schema_clash *ret_clash);

/* What a value is by itself, by its type; SCHEMA_ANY for one that no field holds. */
extern const uint8_t schema_classes[256];

static inline enum schema_class schema_class_of(uint8_t type) {
    return (enum schema_class)schema_classes[type];
}

/* The end of the name of a field for values of another class than the column's. */
const char *schema_suffix(enum schema_class class);

/* Does a column of these classes take a value of this type? One that no field holds fits all. */
static inline bool schema_fits(uint8_t takes, uint8_t type) {
    return (takes >> schema_classes[type] & 1) != 0;
}
