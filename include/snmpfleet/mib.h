/*
 * snmpfleet/mib.h: names for OIDs and text for values: what MIB modules say.
 *
 *     struct fleet_mib *mib;
 *     fleet_mib_new(&mib, &(struct fleet_mib_options){ .modules = "ALL" });
 *     const struct fleet_object *o = fleet_mib_find(mib, "IF-MIB::ifHCInOctets");
 *     fleet_mib_free(mib);
 *
 * Common modules are built in and need no file. Others are read from the files of a search path, by
 * a child process, and kept compiled in a cache; a file that cannot be read is a warning. What
 * `modules` names is loaded by fleet_mib_new, in that order; otherwise a module is loaded when it
 * is first named, and all of the path when a name stands alone and is in no module loaded so far.
 *
 * A mib belongs to one thread. Objects live as long as it.
 */
#ifndef SNMPFLEET_MIB_H
#define SNMPFLEET_MIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snmpfleet/error.h"
#include "snmpfleet/syntax.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fleet_mib;

struct fleet_mib_options {
    /*
     * Folders, with ':' between them; "+DIR" come behind the default ones, "-DIR" in front of them
     * (Net-SNMP's -M; MIBDIRS does the same before it). Where folders have a module each, that in
     * the last one counts. Default: /var/lib/mibs and the folders in it, /usr/share/snmp/mibs, those
     * of /etc/smi.conf, SMIPATH, ~/.snmp/mibs.
     */
    const char *path;
    const char *modules;      /* "IF-MIB:HOST-RESOURCES-MIB", "ALL"; NULL: as they are needed */
    const char *cache;        /* folder; default $XDG_CACHE_HOME/snmpfleet/mibs; "": none */
    uint64_t timeout_ns;      /* longest for one file: 10 s */
    void (*warn)(void *context, const char *file, const char *text);  /* @file may be NULL */
    void *warn_context;
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
    const char *const *objects;   /* of notifications and groups: their objects, "IF-MIB::ifIndex" */
    uint32_t object_count;
    const char *units, *default_value, *description, *reference;  /* NULL: none */
};

/* 0, -errno, or FLEET_E_UNKNOWN when a module that is named is not found (told as a warning). */
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

#ifdef __cplusplus
}
#endif
#endif
