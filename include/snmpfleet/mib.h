/*
 * snmpfleet/mib.h: names for OIDs and text for values: what MIB modules say.
 *
 *     struct fleet_mib *mib;
 *     fleet_mib_new(&mib, &(struct fleet_mib_options){ .modules = "ALL" });
 *     const struct fleet_object *o = fleet_mib_find(mib, "IF-MIB::ifHCInOctets");
 *     fleet_mib_free(mib);
 *
 * Common modules are built in and need no file. Others are read from the files of a search path, by
 * a program of its own that is started for it (posix_spawn, so that a host may have threads; it
 * gets the environment and no descriptor of the host, and is waited for before the call returns:
 * the host sees a SIGCHLD, and must not reap children that it did not start), and kept compiled in
 * a cache; a file that cannot be read is a warning. What
 * `modules` names is loaded by fleet_mib_new, in that order; otherwise a module is loaded when it
 * is first named, and all of the path when a name stands alone and is in no module loaded so far.
 *
 * A mib is used by one thread at a time, for looking up may load modules; several mibs in several
 * threads share nothing. Objects live as long as their mib, never change, and may be read anywhere.
 */
#ifndef SNMPFLEET_MIB_H
#define SNMPFLEET_MIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snmpfleet/error.h"
#include "snmpfleet/syntax.h"

/* An array parameter with so many elements, or more; C++ cannot say that. */
#ifdef __cplusplus
#define FLEET_AT_LEAST(count) count
#else
#define FLEET_AT_LEAST(count) static count
#endif

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct fleet_mib;

/* Which modules there are. */
enum fleet_mib_from {
    FLEET_MIB_ANY = 0,        /* those of files, then those that are built in */
    FLEET_MIB_BUILT_IN,       /* no file is looked at; `path` and `modules` mean nothing */
    FLEET_MIB_FILES,          /* those of files alone, by the rules of Net-SNMP's programs: what is
                                 loaded is what `modules` names, what that imports, and modules that
                                 names begin with (IF-MIB::). `path` is all of the path; NULL: no
                                 folder */
};

struct fleet_mib_options {
    /*
     * Folders, with ':' between them; "+DIR" come after the default ones, "-DIR" before them
     * (Net-SNMP's -M; MIBDIRS does the same before it). Where folders have a module each, that in
     * the last one counts. Default: /var/lib/mibs and the folders in it, /usr/share/snmp/mibs,
     * those of /etc/smi.conf, SMIPATH, ~/.snmp/mibs.
     */
    const char *path;
    const char *modules;      /* "IF-MIB:HOST-RESOURCES-MIB", "ALL"; NULL: as they are needed */
    const char *cache;        /* folder; default $XDG_CACHE_HOME/snmpfleet/mibs; "": none */
    const char *reader;       /* program that reads the files: the installed snmpfleet-mib-reader.
                                 Without it what is built in or in the cache works as ever */
    uint64_t timeout_ns;      /* longest for one file: 10 s */
    void (*warn)(void *context, const char *file, const char *text);  /* @file may be NULL */
    void *warn_context;
    enum fleet_mib_from from;
};

enum fleet_object_kind {
    FLEET_OBJECT_NODE = 0,        /* OBJECT IDENTIFIER */
    FLEET_OBJECT_MODULE,          /* MODULE-IDENTITY */
    FLEET_OBJECT_IDENTITY,        /* OBJECT-IDENTITY */
    FLEET_OBJECT_SCALAR,
    FLEET_OBJECT_TABLE,
    FLEET_OBJECT_ROW,
    FLEET_OBJECT_COLUMN,
    FLEET_OBJECT_NOTIFICATION,    /* NOTIFICATION-TYPE */
    FLEET_OBJECT_TRAP,            /* TRAP-TYPE, at the OID of RFC 3584 section 3 */
    FLEET_OBJECT_GROUP,           /* OBJECT-GROUP */
    FLEET_OBJECT_NOTIFICATIONS,   /* NOTIFICATION-GROUP */
    FLEET_OBJECT_COMPLIANCE,      /* MODULE-COMPLIANCE */
    FLEET_OBJECT_CAPABILITIES,    /* AGENT-CAPABILITIES */
};

enum fleet_access {
    FLEET_ACCESS_NONE = 0,        /* not given */
    FLEET_NOT_ACCESSIBLE,
    FLEET_ACCESSIBLE_FOR_NOTIFY,
    FLEET_READ_ONLY,
    FLEET_READ_WRITE,
    FLEET_READ_CREATE,
    FLEET_WRITE_ONLY,
};

enum fleet_status {
    FLEET_STATUS_NONE = 0,        /* not given */
    FLEET_STATUS_CURRENT,
    FLEET_STATUS_DEPRECATED,
    FLEET_STATUS_OBSOLETE,
    FLEET_STATUS_MANDATORY,       /* SMIv1 */
    FLEET_STATUS_OPTIONAL,
};

struct fleet_object {
    const char *module, *name;    /* "IF-MIB", "ifDescr"; of iso, ccitt and joint-iso-ccitt "" */
    const uint32_t *oid;
    uint32_t oid_length;
    uint8_t kind;                 /* enum fleet_object_kind */
    uint8_t access;               /* enum fleet_access */
    uint8_t status;               /* enum fleet_status */
    const struct fleet_syntax *syntax;  /* of scalars and columns; otherwise NULL */
    const struct fleet_index *index;    /* of tables, rows and columns, in order */
    uint32_t index_count;
    const char *augments;         /* of a row: the row it augments; NULL: none */
    const char *const *objects;   /* of notifications and groups: their objects, "IF-
                                     MIB::ifIndex" */
    uint32_t object_count;
    const char *units, *default_value, *description, *reference;  /* NULL: none */
};

/*
 * 0, or -errno. FLEET_E_UNKNOWN: some of `modules` were not found or could not be read; each is
 * warned of, and *ret_mib is there without them.
 */
int fleet_mib_new(struct fleet_mib **ret_mib, const struct fleet_mib_options *options);

/* NULL is fine. */
void fleet_mib_free(struct fleet_mib *mib);

/* Load one module by name, by path, or "ALL". 0, FLEET_E_UNKNOWN (warned of) or -errno. */
int fleet_mib_load(struct fleet_mib *mib, const char *module);

/*
 * The object of a name, "ifDescr" or "IF-MIB::ifDescr"; NULL when there is none. Where several
 * modules have the name, it is the one that Net-SNMP shows: the first to give it to its OID; of
 * several OIDs, that which got the name last.
 */
const struct fleet_object *fleet_mib_find(struct fleet_mib *mib, const char *name);

/*
 * The object at @oid, or the nearest above it, among what is loaded and built in; NULL when there
 * is none. Where several modules have the OID it is that of the one loaded first, as in Net-SNMP.
 */
const struct fleet_object *fleet_mib_at(struct fleet_mib *mib, const uint32_t *oid, size_t length);

/* The object that follows in the order of OIDs, each OID once; @after NULL: the first. */
const struct fleet_object *fleet_mib_next(struct fleet_mib *mib, const struct fleet_object *after);

/*
 * In the module of @object alone: the object right above it; the one that follows in the order of
 * OIDs. NULL: there is none.
 */
const struct fleet_object *fleet_mib_parent(struct fleet_mib *mib,
                                            const struct fleet_object *object);
const struct fleet_object *fleet_mib_next_of_module(struct fleet_mib *mib,
                                                    const struct fleet_object *after);

/* ---- names ---- */

enum { FLEET_MIB_WHY_MAX = 512 };

/* How names are read (Net-SNMP's -I), as bits. */
enum fleet_name_flag {
    FLEET_NAME_PATTERN = 1 << 0,    /* b: the name is a regular expression; the best match */
    FLEET_NAME_UCD = 1 << 1,        /* u: without a leading '.' below .1.3.6.1.2.1 first */
    FLEET_NAME_ANY_RANGE = 1 << 2,  /* r: indexes need not be in their range */
    FLEET_NAME_NO_HINTS = 1 << 3,   /* h: quoted indexes are not read by their DISPLAY-HINT */
    FLEET_NAME_ANY_NUMBER = 1 << 4, /* of values for SET: numbers that have no name, too, where an
                                       object's numbers have names; snmpset takes them */
};

struct fleet_name_style {
    uint32_t flags;
    const char *prefix, *suffix;    /* S, s: put around every name; NULL: none */
};

/* A name as it was understood. */
struct fleet_name {
    uint32_t oid[FLEET_OID_SUBIDS_MAX];
    size_t length;
    const struct fleet_object *object;  /* at the OID, or the nearest above it; NULL: none */
    bool is_wildcard;               /* "ifDescr.*": every instance of what the OID is of */
};

/*
 * The OID that @text means, in every form that Net-SNMP takes: "IF-MIB::ifDescr.5", "ifDescr.5"
 * (in whatever module), ".1.3.6.1", "1.3.6.1", "iso.org.dod", ".iso.3.dod", "system.sysUpTime.0".
 * An index is written as numbers or as text: names of numbers, "abc" for a string with its length
 * and 'abc' for one without, addresses in quotes after their InetAddressType. A backslash escapes a
 * quote. "ifDescr.*" is every instance, as in notifications.
 *
 * @style NULL: the default. Returns 0, FLEET_E_OID when it cannot be read as a name, or
 * FLEET_E_UNKNOWN when there is no such object. After an error @why has the error, a suggestion,
 * and where the object was looked for.
 */
int fleet_mib_parse_name(struct fleet_mib *mib, const char *text,
                         const struct fleet_name_style *style, struct fleet_name *ret_name,
                         char why[FLEET_AT_LEAST(FLEET_MIB_WHY_MAX)]);

/*
 * The same in the default style, with an answer that does not depend on what else is loaded. A
 * wildcard gives its object. *ret_object is of the module that the name has. A name without a
 * module is looked for in the modules that fleet_mib_new or fleet_mib_load were asked for, then in
 * those that are built in, then in those named before, then in all of the path. Numbers are looked
 * for only in the first two.
 */
int fleet_mib_parse(struct fleet_mib *mib, const char *text,
                    uint32_t ret_oid[FLEET_AT_LEAST(FLEET_OID_SUBIDS_MAX)], size_t *ret_length,
                    const struct fleet_object **ret_object,
                    char why[FLEET_AT_LEAST(FLEET_MIB_WHY_MAX)]);

struct fleet_varbind;

/* Room that is enough for the OIDs and octets of a varbind of one datagram. */
enum { FLEET_VARBIND_SCRATCH = 64 << 10 };

/*
 * The varbind of fleet_set (request.h) that @name, @type and @text mean, in snmpset's words. @type:
 *     i INTEGER   u Gauge32, Unsigned32   3 UInteger32   c Counter32   C Counter64   t TimeTicks
 *     a IpAddress   o OBJECT IDENTIFIER   n NULL   = what the module says
 *     s octets, by the object's DISPLAY-HINT where that takes them, otherwise as written
 *     x octets in hexadecimal   d octets as decimal numbers   b bits by number or name
 *     U I F D unsigned and signed 64 bits, float and double, in Opaque
 * What is known of the object counts: the type, names of numbers and bits, ranges and sizes, unless
 * @style has FLEET_NAME_ANY_RANGE. Numbers that 32 bits do not hold are refused.
 *
 * The OID and octets go to @scratch of @size bytes. 0; FLEET_E_OID, FLEET_E_UNKNOWN: the name;
 * FLEET_E_INVALID: the value; FLEET_E_FULL: @scratch is too small. Then @why says more: of a name
 * as fleet_mib_parse_name does, of a value in snmpset's words, "Value out of range (foo)".
 */
int fleet_varbind_parse(struct fleet_mib *mib, const char *name, char type, const char *text,
                        const struct fleet_name_style *style, uint8_t *scratch, size_t size,
                        struct fleet_varbind *ret_varbind,
                        char why[FLEET_AT_LEAST(FLEET_MIB_WHY_MAX)]);

/*
 * The best match of a regular expression among the names of what is loaded: where it matches
 * nearest to the beginning (@match SIZE_MAX); or all that match, in the order of their OIDs, @match
 * counting from 0. NULL: there is none.
 */
const struct fleet_object *fleet_mib_match(struct fleet_mib *mib, const char *pattern,
                                           size_t match);

/* ---- text, as Net-SNMP's programs write it ---- */

enum fleet_oid_style {
    FLEET_OID_MODULE = 0,   /* S: IF-MIB::ifDescr.5 */
    FLEET_OID_SUFFIX,       /* s: ifDescr.5 */
    FLEET_OID_FULL,         /* f: .iso.org.dod.internet.mgmt.mib-2.interfaces... */
    FLEET_OID_NUMERIC,      /* n: .1.3.6.1 */
    FLEET_OID_UCD,          /* u: interfaces.ifTable.ifEntry.ifDescr.5 */
    FLEET_OID_NONE,         /* nothing (oidOutputFormat 6) */
};

/* Net-SNMP's -O, as bits. */
enum fleet_text_flag {
    FLEET_TEXT_PLAIN_INDEX = 1 << 0,     /* b: indexes as numbers */
    FLEET_TEXT_BRACKETS = 1 << 1,        /* X: ifDescr[5] */
    FLEET_TEXT_ESCAPE_QUOTES = 1 << 2,   /* E: \"abc\" in indexes */
    FLEET_TEXT_NUMERIC_ENUMS = 1 << 3,   /* e */
    FLEET_TEXT_QUICK = 1 << 4,           /* q: no types */
    FLEET_TEXT_QUICK_EQUAL = 1 << 5,     /* Q: and with = between name and value; has QUICK too */
    FLEET_TEXT_VALUE_ONLY = 1 << 6,      /* v */
    FLEET_TEXT_NUMERIC_TICKS = 1 << 7,   /* t */
    FLEET_TEXT_HEX_TEXT = 1 << 8,        /* T: hexadecimal, followed by the text */
    FLEET_TEXT_ASCII = 1 << 9,           /* a: strings always as text */
    FLEET_TEXT_HEX = 1 << 10,            /* x: strings always in hexadecimal */
    FLEET_TEXT_NO_UNITS = 1 << 11,       /* U */
    FLEET_TEXT_NO_HINTS = 1 << 12,       /* -Ih */
    FLEET_TEXT_TWO_DIGITS = 1 << 13,     /* 0: 00:1b, not 0:1b */
};

struct fleet_text_style {
    enum fleet_oid_style oid;
    uint32_t flags;
    const char *real;       /* p: of floating point: flags, width and precision of printf, and e, f
                               or g ("+08.3", ".2e"); NULL: f. Anything else is ignored */
    int16_t hex_line;       /* octets in a line of hexadecimal: 0: 16, -1: all */
};

/*
 * Like snprintf: at most @size bytes with the NUL are written, and the length of the whole is
 * returned. @style NULL: Net-SNMP's default. Nothing that is not printable comes out as it is, but
 * for blanks and line breaks in strings.
 */
size_t fleet_mib_oid_text(struct fleet_mib *mib, const uint32_t *oid, size_t length,
                          const struct fleet_text_style *style, char *buffer, size_t size);

/* "IF-MIB::ifDescr.5 = STRING: eth0", exceptions too. */
size_t fleet_mib_varbind_text(struct fleet_mib *mib, const uint32_t *oid, size_t length,
                              const struct fleet_value *value,
                              const struct fleet_text_style *style, char *buffer, size_t size);

/*
 * What a datagram says, a fact a line, its varbinds in the words of @style; each line ends with a
 * line break. Communities are not shown; what is encrypted is only measured.
 */
size_t fleet_mib_message_text(struct fleet_mib *mib, const uint8_t *bytes, size_t length,
                              const struct fleet_text_style *style, char *buffer, size_t size);

/* What the module says of an object, as snmptranslate -Td shows it; lines at most @width wide. */
size_t fleet_mib_describe(struct fleet_mib *mib, const uint32_t *oid, size_t length, size_t width,
                          char *buffer, size_t size);

/* Lists of all objects (snmptranslate's -T), as bits; in the order of their OIDs. */
enum fleet_mib_report {
    FLEET_REPORT_TREE = 1 << 0,         /* p: as a tree, with types, named numbers and ranges */
    FLEET_REPORT_DEFINITIONS = 1 << 1,  /* a: as a module */
    FLEET_REPORT_LABELED = 1 << 2,      /* l: .iso(1).org(3) */
    FLEET_REPORT_NUMBERS = 1 << 3,      /* o: .1.3 */
    FLEET_REPORT_SYMBOLS = 1 << 4,      /* s: .iso.org */
    FLEET_REPORT_TYPES = 1 << 5,        /* t: indented, with types as numbers */
    FLEET_REPORT_CHILDREN = 1 << 6,     /* z: "org" "1.3" */
};

/*
 * Write @reports of @root and all below it; NULL: of everything that is loaded. @write is given one
 * or a few lines at a time. 0 or -ENOMEM.
 */
int fleet_mib_report(struct fleet_mib *mib, const struct fleet_object *root, uint32_t reports,
                     size_t width, void (*write)(void *context, const char *text, size_t length),
                     void *context);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
