/*
 * config_outline: libyaml's events, put together with a pointer to the mapping or sequence that is
 * open. Everything is bounded before it is kept, so that a hostile file costs no more than reading
 * it.
 */
#include "conf/config_outline.h"

#include <string.h>
#include <yaml.h>

enum { DEPTH_MAX = 16, CHILDREN_MAX = 4096, NODES_MAX = 1 << 17 };

struct outline {
    struct config_reader *reader;
    const char *bytes;
    size_t length;
    struct config_node *root, *open;
    const char *key;               /* of the member whose value comes next; NULL: a key is next */
    struct config_place key_place;
    unsigned depth, documents;
    size_t nodes;
};

static struct config_place place_of(yaml_mark_t mark) {
    return (struct config_place){ (uint32_t)mark.line + 1, (uint32_t)mark.column + 1 };
}

/* Of a byte of the text, for what is wrong before there are characters. */
static struct config_place place_of_byte(const struct outline *o, size_t offset) {
    struct config_place place = { 1, 1 };
    for (size_t i = 0; i < offset && i < o->length; i++) {
        if (o->bytes[i] == '\n') {
            place.line++;
            place.column = 1;
        } else if (((unsigned char)o->bytes[i] & 0xc0) != 0x80) {
            place.column++;
        }
    }
    return place;
}

/* The byte at a mark, whose columns are characters; NUL when there is none. */
static char byte_at(const struct outline *o, yaml_mark_t mark) {
    size_t i = 0;
    for (size_t line = 0; line < mark.line && i < o->length; i++) line += o->bytes[i] == '\n';
    for (size_t column = 0; i < o->length && o->bytes[i] != '\n'; i++) {
        if (((unsigned char)o->bytes[i] & 0xc0) != 0x80 && column++ == mark.column)
            return o->bytes[i];
    }
    return '\0';
}

/* libyaml's own words are sentences without any of the file's text. */
static bool fault_syntax(struct outline *o, const yaml_parser_t *p) {
    struct config_reader *r = o->reader;
    if (p->error == YAML_MEMORY_ERROR) return config_out_of_memory(r);
    const char *problem = p->problem != NULL ? p->problem : "this is not YAML";
    if (p->error == YAML_READER_ERROR)
        return config_fault(r, place_of_byte(o, p->problem_offset), "%s: expected UTF-8 text",
                            problem);
    struct config_place place = place_of(p->problem_mark);
    if (strcmp(problem, "found character that cannot start any token") == 0) {
        if (byte_at(o, p->problem_mark) == '\t')
            return config_fault(r, place, "a tab: indentation is made of blanks");
        problem = "a value that begins with this character is written in quotes";
    }
    if (strcmp(problem, "mapping values are not allowed in this context") == 0)
        problem = "a ':' is not allowed here: a value that holds ': ' is written in quotes";
    if (strcmp(problem, "could not find expected ':'") == 0)
        problem = "no ': ' behind a key: expected KEY: VALUE";
    if (strcmp(problem, "did not find expected key") == 0)
        problem = "expected a key, indented as the others are";
    if (p->context == NULL || p->context_mark.line == p->problem_mark.line)
        return config_fault(r, place, "%s", problem);
    return config_fault(r, place, "%s (%s in line %zu)", problem, p->context,
                        p->context_mark.line + 1);
}

static bool fault_second_document(struct outline *o, struct config_place place) {
    return config_fault(o->reader, place, "a second document: a file has one");
}

/* A key, or what cannot be one. */
static bool take_key(struct outline *o, const yaml_event_t *event) {
    struct config_place place = place_of(event->start_mark);
    if (event->type != YAML_SCALAR_EVENT) return config_fault(o->reader, place, "a key is text");
    const char *key = (const char *)event->data.scalar.value;
    if (*key == '\0') return config_fault(o->reader, place, "the key is empty");
    for (const struct config_node *n = o->open->first; n != NULL; n = n->next) {
        if (strcmp(n->key, key) != 0) continue;
        /* Not shown: a secret in the wrong place may be what is given twice. */
        config_fault(o->reader, place, "this key is also in line %u", n->key_place.line);
        break;
    }
    o->key = arena_text(o->reader->arena, key);
    o->key_place = place;
    return o->key != NULL || config_out_of_memory(o->reader);
}

static bool is_in_kept_part(const struct config_node *node) {
    if (node->parent == NULL) return false;
    if (node->parent->parent != NULL) return node->parent->is_kept;
    return node->key != NULL &&
           (strcmp(node->key, "fleet") == 0 || strcmp(node->key, "modules") == 0 ||
            strcmp(node->key, "outputs") == 0 || strcmp(node->key, "targets") == 0);
}

/* YAML's words for no value, which text would be taken for. */
static bool is_word_for_nothing(const yaml_event_t *event) {
    static const char *const words[] = { "~", "null", "Null", "NULL" };
    if (event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE) return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp((const char *)event->data.scalar.value, words[i]) == 0) return true;
    }
    return false;
}

/* A node below the open one. */
static bool add_node(struct outline *o, const yaml_event_t *event, enum config_node_kind kind) {
    struct config_reader *r = o->reader;
    struct config_place place = place_of(event->start_mark);
    if (o->open != NULL && o->open->kind == CONFIG_MAPPING && o->key == NULL)
        return take_key(o, event);
    if (o->open == NULL && o->root != NULL) return fault_second_document(o, place);
    if (kind == CONFIG_TEXT && is_word_for_nothing(event))
        return config_fault(r, place,
                            "'%s' is not a value: leave the key out, or put it in quotes if "
                            "it is meant as text",
                            event->data.scalar.value);
    if (++o->nodes > NODES_MAX || (o->open != NULL && o->open->count == CHILDREN_MAX))
        return config_fault(r, place, "too much: a mapping or list has at most %d members",
                            CHILDREN_MAX);
    if (kind != CONFIG_TEXT && ++o->depth > DEPTH_MAX)
        return config_fault(r, place, "nested more than %d deep", DEPTH_MAX);
    struct config_node *node = arena_get(r->arena, sizeof(*node));
    if (node == NULL) return config_out_of_memory(r);
    *node = (struct config_node){ .parent = o->open, .key = o->key, .key_place = o->key_place,
                                  .place = place, .kind = (uint8_t)kind };
    node->is_kept = is_in_kept_part(node);
    if (kind == CONFIG_TEXT && node->is_kept) {
        node->text = arena_text(r->arena, (const char *)event->data.scalar.value);
        if (node->text == NULL) return config_out_of_memory(r);
    }
    if (kind == CONFIG_TEXT) {
        node->is_quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
        node->is_null = !node->is_quoted && event->data.scalar.length == 0;
    }
    o->key = NULL;
    if (o->open == NULL) {
        o->root = node;
    } else {
        if (o->open->last == NULL) o->open->first = node;
        else o->open->last->next = node;
        o->open->last = node;
        o->open->count++;
    }
    if (kind != CONFIG_TEXT) o->open = node;
    return true;
}

static bool add_text(struct outline *o, const yaml_event_t *event) {
    if (memchr(event->data.scalar.value, '\0', event->data.scalar.length) != NULL)
        return config_fault(o->reader, place_of(event->start_mark), "a NUL character");
    return add_node(o, event, CONFIG_TEXT);
}

/* What no configuration needs, and what would make a small file large. */
static bool is_plain(struct outline *o, const yaml_event_t *event) {
    const yaml_char_t *anchor = NULL, *tag = NULL;
    if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    }
    struct config_place place = place_of(event->start_mark);
    if (anchor != NULL || event->type == YAML_ALIAS_EVENT)
        return config_fault(o->reader, place,
                            "anchors (&NAME) and aliases (*NAME) are not taken; a value that "
                            "begins with one of these is written in quotes");
    if (tag != NULL)
        return config_fault(o->reader, place,
                            "tags (!NAME) are not taken; a value that begins with '!' is to be "
                            "quoted");
    return true;
}

static bool take_event(struct outline *o, const yaml_event_t *event) {
    if (!is_plain(o, event)) return false;
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (o->documents++ == 0) return true;
        return fault_second_document(o, place_of(event->start_mark));
    case YAML_SCALAR_EVENT: return add_text(o, event);
    case YAML_MAPPING_START_EVENT: return add_node(o, event, CONFIG_MAPPING);
    case YAML_SEQUENCE_START_EVENT: return add_node(o, event, CONFIG_SEQUENCE);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        o->open = o->open->parent;
        o->depth--;
        return true;
    default: return true;
    }
}

bool config_outline_read(struct config_reader *reader, const char *bytes, size_t length,
                         struct config_node **ret_root) {
    struct outline o = { .reader = reader, .bytes = bytes, .length = length };
    yaml_parser_t parser;
    if (yaml_parser_initialize(&parser) == 0) return config_out_of_memory(reader);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    bool is_over = false;
    while (!is_over && !config_reader_is_full(reader)) {
        yaml_event_t event;
        if (yaml_parser_parse(&parser, &event) == 0) {
            (void)fault_syntax(&o, &parser);
            break;
        }
        bool is_good = take_event(&o, &event);
        is_over = !is_good || event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (reader->faults > 0 || reader->error != 0) return false;
    bool is_nothing = o.root == NULL || o.root->is_null;
    *ret_root = is_nothing ? NULL : o.root;
    return true;
}

const struct config_node *config_node_find(const struct config_node *node, const char *key) {
    const struct config_node *child = node != NULL ? node->first : NULL;
    while (child != NULL && (child->key == NULL || strcmp(child->key, key) != 0))
        child = child->next;
    return child;
}

const struct config_node *config_node_at(const struct config_node *node, size_t place) {
    const struct config_node *child = node->first;
    while (place-- > 0) child = child->next;
    return child;
}
