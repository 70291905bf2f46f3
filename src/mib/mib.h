/*
 * mib: what the other files of this folder see of a fleet_mib beside snmpfleet/mib.h.
 */
#pragma once

#include "base/nearest.h"
#include "mib/cache.h"
#include "mib/image.h"
#include "mib/scan.h"
#include "mib/search.h"
#include "snmpfleet/mib.h"

/* A module by its name: of a file, built in, or a text that stands in for a file to import from. */
struct mib_module {
    const char *name;
    const struct scan_file *file;     /* NULL: it has none */
    const struct scan_module *found;  /* in the file or text */
    char *text;                       /* NULL: none */
    struct image image;               /* memory NULL: not loaded, or nothing came of it */
    uint64_t key;                     /* of the image, while loading */
    uint64_t place;                   /* of the image in the cache, while loading */
    uint32_t job, mark;               /* while loading */
    bool is_tried;                    /* to load it */
    bool is_listed;                   /* somebody asked to load it, or what imports from it */
    bool is_named;                    /* it stood in front of a name of fleet_mib_parse */
};

/* Counted for tests and benchmarks. */
struct mib_counts {
    uint64_t children;                /* processes that read MIB files */
    uint64_t files_read;              /* files looked at because they were new or had changed */
    uint64_t images_compiled, images_cached;
};

enum { MIB_STAND_INS_MAX = 64 };

struct mib_names;
struct mib_tree;
struct mib_below;

struct fleet_mib {
    struct fleet_mib_options options; /* texts are copies */
    struct search search;
    struct scan scan;
    struct cache cache;
    struct mib_names *names;          /* lone names; NULL: to be made */
    struct mib_tree *tree;            /* by OID; NULL: to be made */
    struct mib_below *below;          /* where built-in modules without image stand; NULL: to be
                                         made */
    size_t below_count;
    struct mib_module **catalog;      /* all of the path, in the order in which they were met */
    size_t catalog_count;
    struct mib_module **slots;        /* the catalog, by name */
    size_t slot_count;
    struct mib_module **loaded;       /* in load order; each has an image with objects in it */
    size_t loaded_count, loaded_capacity;
    struct mib_module *builtins;
    size_t builtin_count;
    struct mib_module *stand_ins[MIB_STAND_INS_MAX];  /* texts, made when first imported from */
    size_t stand_in_count;
    struct mib_counts counts;
    uint32_t mark;
    bool is_scanned, is_all_loaded;
    bool is_without_reader;           /* which was warned of */
};

/* Try all names that are known, those of built-in modules included; nothing is loaded for it. */
void mib_nearest(struct fleet_mib *mib, struct nearest *n);

/* The folders that are searched, as one text for messages. */
const char *mib_searched(struct fleet_mib *mib);

/*
 * The objects of the OID and name of @object, in the order in which their modules were loaded: what
 * Net-SNMP lists as "FROM". Returns how many there are; at most @max are told.
 */
size_t mib_definitions(struct fleet_mib *mib, const struct fleet_object *object,
                       const struct fleet_object **ret_objects, size_t max);

/* ---- load.c */

/* The module of a file on the path, or NULL; *ret_error is -errno. Reads the folders when first
   asked. */
struct mib_module *mib_catalog_find(struct fleet_mib *mib, const char *name, int *ret_error);

/* Load modules with what they import. 0, FLEET_E_UNKNOWN: nothing came of one, or -errno. */
int mib_load(struct fleet_mib *mib, struct mib_module *const *modules, size_t count);
int mib_load_all(struct fleet_mib *mib);
int mib_load_path(struct fleet_mib *mib, const char *path);

/* The built-in module of a name, its image made; NULL: there is none, or memory is out. */
struct mib_module *mib_builtin(struct fleet_mib *mib, const char *name);

/* A loaded module of a file; NULL. */
struct mib_module *mib_loaded(const struct fleet_mib *mib, const char *name);

void mib_catalog_free(struct fleet_mib *mib);

__attribute__((format(printf, 3, 4)))
void mib_warn(struct fleet_mib *mib, const char *file, const char *format, ...);

/* ---- lookup.c */

/* The object at exactly this OID of the first loaded module that is_listed. */
const struct fleet_object *mib_listed_at(struct fleet_mib *mib, const uint32_t *oid,
                                         uint32_t length);

/* What was made of the modules loaded so far is made again when it is asked for. */
void mib_forget_lookups(struct fleet_mib *mib);

/* At the end. */
void mib_lookups_free(struct fleet_mib *mib);

/* The object of a lone name among what is loaded, or built in. */
const struct fleet_object *mib_name_find(struct fleet_mib *mib, const char *name);

/* ---- named.c, for fleet_mib_parse */

/* The object of a lone name, or of a name with its module in front. */
const struct fleet_object *mib_lone_find(struct fleet_mib *mib, const char *name);
const struct fleet_object *mib_named_find(struct fleet_mib *mib, const char *name);  /* mib.c */

/* The object at the OID, or the nearest above it: in the module of @named, above which nothing is
   looked for; or where only numbers were given. */
const struct fleet_object *mib_named_at(struct fleet_mib *mib, const struct fleet_object *named,
                                        const uint32_t *oid, size_t length);
const struct fleet_object *mib_number_at(struct fleet_mib *mib, const uint32_t *oid, size_t length);
