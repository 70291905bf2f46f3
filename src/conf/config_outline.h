/*
 * config_outline: a YAML text as a tree of keys, each with its place. Values are kept only in the
 * parts `fleet`, `modules` and `outputs`, which hold no secrets.
 *
 * What libyaml takes is taken, except for: a second document, anchors, aliases, tags, keys that are
 * not text or that are used twice in a mapping, NUL characters, and what is too deep or too large.
 */
#pragma once

#include "conf/config_reader.h"

enum config_node_kind { CONFIG_TEXT, CONFIG_MAPPING, CONFIG_SEQUENCE };

struct config_node {
    struct config_node *parent, *first, *last, *next;  /* last and first: of its children */
    const char *key;        /* NULL: no member of a mapping */
    struct config_place key_place, place;
    const char *text;       /* of a text in one of those parts; otherwise NULL */
    uint32_t count;         /* children */
    uint8_t kind;           /* enum config_node_kind */
    bool is_quoted;
    bool is_null;           /* text without characters, and without quotes */
    bool is_kept;           /* in one of those parts */
};

/*
 * Read @length bytes. True: *ret_root is the tree, or NULL when there is nothing. False: faults
 * were told or memory is out.
 */
bool config_outline_read(struct config_reader *reader, const char *bytes, size_t length,
                         struct config_node **ret_root);

/* The member of a mapping with this key; NULL: there is none. */
const struct config_node *config_node_find(const struct config_node *node, const char *key);

/* The item of a list by its place; it is there. */
const struct config_node *config_node_at(const struct config_node *node, size_t place);
