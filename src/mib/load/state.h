/*
 * state: what a fleet_mib holds, for the files of this folder that work on it.
 */
#pragma once

#include "mib/load/cache.h"
#include "mib/load/image.h"
#include "mib/load/scan.h"
#include "mib/load/search.h"
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

/* The folders that are searched, as one text for messages. */
const char *mib_searched(struct fleet_mib *mib);

/* Hand a warning to the one who wants them; @file is NULL where it concerns none. */
__attribute__((format(printf, 3, 4)))
void mib_warn(struct fleet_mib *mib, const char *file, const char *format, ...);
