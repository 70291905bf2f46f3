/*
 * file_sd: libyaml's events, one after another: JSON is YAML, and a document of a million targets
 * is no tree in memory. What a group says of its targets is made the end of a line once, behind
 * which each target of the group is put; of a fault in such a line it is known which label it is
 * in, and so its place in the document.
 */
#include "conf/file_sd.h"
#include "conf/secret.h"
#include "conf/show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { CHUNK_BYTES = 64 << 10 };

/* What comes next. */
enum state {
    AT_DOCUMENT,
    AT_GROUP,          /* in the list */
    AT_KEY,            /* in a group */
    AT_TARGETS,        /* the value of `targets` */
    AT_TARGET,
    AT_LABELS,         /* the value of `labels` */
    AT_LABEL,
    AT_VALUE,
    AT_END,
};

struct place {
    size_t line, column;
};

/* Texts lie one behind the other, each with a NUL, in memory that is wiped. */
struct text {
    size_t offset;
    struct place place;
};

struct label {
    struct text name, value;
    size_t key_start, value_start;   /* in the end of the line */
};

struct group {
    struct place place;
    bool has_targets, has_labels;
    struct text *targets;
    size_t target_count, target_capacity;
    struct label labels[FILE_SD_LABELS_MAX];
    size_t label_count;
    char *bytes;                     /* of the texts; wiped */
    size_t length, capacity;
    char *tail;                      /* what lines end in; wiped */
    size_t tail_length, tail_capacity;
};

struct file_sd {
    struct targets_reader *reader;
    enum state state;
    unsigned documents;
    struct group group;
    char *chunk;                     /* of the targets, for lines; what is left of it */
    size_t chunk_left;
    size_t address_length;           /* of the line that is read */
    struct place address;
    bool is_in_label;                /* the last fault: it is the same for the whole group */
};

bool file_sd_has_name(const char *path) {
    static const char *const ends[] = { ".json", ".yaml", ".yml" };
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        size_t n = strlen(ends[i]);
        if (length > n && strcmp(path + length - n, ends[i]) == 0) return true;
    }
    return false;
}

bool file_sd_begins(const char *text, size_t length) {
    size_t i = length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (i < length && strchr(" \t\r\n", text[i]) != NULL && text[i] != '\0') i++;
    if (i == length || text[i++] != '[') return false;
    while (i < length && strchr(" \t\r\n", text[i]) != NULL && text[i] != '\0') i++;
    /* A targets line may begin with an address of IPv6 in brackets. */
    return i < length && (text[i] == '{' || text[i] == ']');
}

static bool fault_at(struct file_sd *f, struct place place, const char *what, const char *text) {
    char shown[SHOW_MAX + 4];
    f->reader->line = place.line;
    return targets_reader_fault(f->reader, place.column, "%s%s%s%s", what,
                                text != NULL ? ": '" : "",
                                text != NULL ? show_text(text, shown) : "",
                                text != NULL ? "'" : "");
}

static bool out_of_memory(struct file_sd *f) {
    f->reader->error = -ENOMEM;
    return false;
}

static struct place place_of(yaml_mark_t mark) {
    return (struct place){ mark.line + 1, mark.column + 1 };
}

static bool grow(char **bytes, size_t *capacity, size_t needed) {
    size_t larger = *capacity > 0 ? *capacity : 256;
    if (needed <= *capacity) return true;
    while (larger < needed) larger *= 2;
    char *fresh = secret_realloc(*bytes, larger);
    if (fresh == NULL) return false;
    *bytes = fresh;
    *capacity = larger;
    return true;
}

/* Keep a text of the group. What no value can have is a fault here, since a NUL ends it. */
static bool keep(struct file_sd *f, const yaml_event_t *event, struct text *ret_text) {
    struct group *g = &f->group;
    const char *value = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    struct place place = place_of(event->start_mark);
    if (memchr(value, '\0', length) != NULL)
        return fault_at(f, place, "a control character", NULL);
    if (!grow(&g->bytes, &g->capacity, g->length + length + 1)) return out_of_memory(f);
    memcpy(g->bytes + g->length, value, length + 1);
    *ret_text = (struct text){ g->length, place };
    g->length += length + 1;
    return true;
}

/* YAML's nothing, and JSON's null. */
static bool is_null(const yaml_event_t *event) {
    const char *value = (const char *)event->data.scalar.value;
    return event->type == YAML_SCALAR_EVENT &&
           event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (*value == '\0' || strcmp(value, "null") == 0 || strcmp(value, "~") == 0);
}

static bool add_target(struct file_sd *f, const yaml_event_t *event) {
    struct group *g = &f->group;
    if (g->target_count == g->target_capacity) {
        size_t capacity = g->target_capacity > 0 ? 2 * g->target_capacity : 16;
        struct text *larger = realloc(g->targets, capacity * sizeof(*larger));
        if (larger == NULL) return out_of_memory(f);
        g->targets = larger;
        g->target_capacity = capacity;
    }
    if (!keep(f, event, &g->targets[g->target_count])) return false;
    g->target_count++;
    return true;
}

static bool add_label(struct file_sd *f, const yaml_event_t *event) {
    struct group *g = &f->group;
    if (g->label_count == FILE_SD_LABELS_MAX)
        return fault_at(f, place_of(event->start_mark), "more than 128 labels", NULL);
    struct label *label = &g->labels[g->label_count];
    if (!keep(f, event, &label->name)) return false;
    for (size_t i = 0; i < g->label_count; i++) {
        const char *name = g->bytes + label->name.offset;
        if (strcmp(g->bytes + g->labels[i].name.offset, name) == 0)
            return fault_at(f, label->name.place, "the label is given twice", name);
    }
    return true;
}

/* The key of a targets line that a label is, in front of its name behind @ret_rest; NULL: none. */
static const char *key_of(const char *label, const char **ret_rest) {
    static const char own[] = "__snmpfleet_";
    *ret_rest = "";
    if (strcmp(label, "__param_module") == 0) return "modules";
    if (strcmp(label, "__param_auth") == 0) return "auth";
    *ret_rest = label;
    if (strncmp(label, "__", 2) != 0) return "tag.";
    *ret_rest = label + sizeof(own) - 1;
    return strncmp(label, own, sizeof(own) - 1) == 0 ? "" : NULL;
}

static void append(struct group *g, const char *text) {
    size_t length = strlen(text);
    memcpy(g->tail + g->tail_length, text, length);
    g->tail_length += length;
}

/* ` key="value"` */
static bool append_label(struct file_sd *f, struct label *label) {
    struct group *g = &f->group;
    const char *name = g->bytes + label->name.offset, *value = g->bytes + label->value.offset;
    const char *rest, *key = key_of(name, &rest);
    struct target_fault fault;
    label->key_start = label->value_start = g->tail_length;
    if (key == NULL || *value == '\0') return true;
    if (strcmp(key, "tag.") == 0 && !target_tag_check(rest, value, &fault))
        return fault_at(f, fault.in_value ? label->value.place : label->name.place, fault.what,
                        NULL);
    if (name[strcspn(name, " \t=\"#")] != '\0' || *name == '\0')
        return fault_at(f, label->name.place, "no name of a label", name);
    if (!grow(&g->tail, &g->tail_capacity,
              g->tail_length + strlen(key) + strlen(rest) + 2 * strlen(value) + 5))
        return out_of_memory(f);
    append(g, " ");
    append(g, key);
    append(g, rest);
    append(g, "=");
    label->value_start = g->tail_length;
    append(g, "\"");
    for (; *value != '\0'; value++) {
        if (*value == '"' || *value == '\\') g->tail[g->tail_length++] = '\\';
        g->tail[g->tail_length++] = *value;
    }
    append(g, "\"");
    return true;
}

/* A targets_place_fn: where in the document a column of the line is. */
static void place_in_document(void *context, size_t column, size_t *ret_line, size_t *ret_column) {
    struct file_sd *f = context;
    struct place place = f->address;
    f->is_in_label = column > f->address_length;
    for (size_t i = 0; i < f->group.label_count; i++) {
        const struct label *label = &f->group.labels[i];
        if (column <= f->address_length + label->key_start) continue;
        place = column > f->address_length + label->value_start ? label->value.place
                                                                : label->name.place;
    }
    *ret_line = place.line;
    *ret_column = place.column;
}

/* Room for a line that lives as long as the targets; NULL: no memory. */
static char *line_room(struct file_sd *f, size_t length) {
    if (f->chunk_left < length) {
        size_t size = length > CHUNK_BYTES ? length : CHUNK_BYTES;
        f->chunk = secret_realloc(NULL, size);
        f->chunk_left = 0;
        if (f->chunk == NULL || targets_list_keep(f->reader->targets, f->chunk) != 0) return NULL;
        f->chunk_left = size;
    }
    char *room = f->chunk;
    f->chunk += length;
    f->chunk_left -= length;
    return room;
}

/* It is not shown: it may be more than a target. */
static bool check_address(struct file_sd *f, const struct text *target) {
    const char *address = f->group.bytes + target->offset;
    if (*address != '\0' && address[strcspn(address, " \t=\"#")] == '\0') return true;
    return fault_at(f, target->place, "expected HOST or HOST:PORT and nothing else", NULL);
}

static void read_target(struct file_sd *f, const struct text *target) {
    struct targets_reader *reader = f->reader;
    struct targets *targets = reader->targets;
    const struct group *g = &f->group;
    if (!check_address(f, target)) return;
    const char *address = g->bytes + target->offset;
    size_t length = strlen(address), count = targets->count;
    char *line = line_room(f, length + g->tail_length + 1);
    if (line == NULL) {
        (void)out_of_memory(f);
        return;
    }
    memcpy(line, address, length);
    if (g->tail_length > 0) memcpy(line + length, g->tail, g->tail_length);
    f->address_length = length;
    f->address = target->place;
    f->is_in_label = false;
    bool has_secret = reader->secret_line != 0;
    reader->line = target->place.line;
    reader->place = place_in_document;
    reader->place_context = f;
    (void)targets_line_read(reader, line, line + length + g->tail_length);
    reader->place = NULL;
    if (!has_secret && reader->secret_line != 0)
        place_in_document(f, reader->secret_column, &reader->secret_line, &reader->secret_column);
    f->is_in_label = f->is_in_label && targets->count == count;
    if (targets->count > count)
        targets->places[count].column = (uint32_t)target->place.column & INT32_MAX;
}

/* All of a group is known. A fault of its labels is told once. */
static bool end_group(struct file_sd *f) {
    struct group *g = &f->group;
    if (!g->has_targets) return fault_at(f, g->place, "expected a key 'targets'", NULL);
    g->tail_length = 0;
    for (size_t i = 0; i < g->label_count; i++) {
        if (!append_label(f, &g->labels[i])) return f->reader->error == 0;
    }
    f->is_in_label = false;
    for (size_t i = 0; i < g->target_count && !f->is_in_label && f->reader->error == 0; i++)
        read_target(f, &g->targets[i]);
    return f->reader->error == 0;
}

static void begin_group(struct file_sd *f, struct place place) {
    struct group *g = &f->group;
    g->place = place;
    g->has_targets = g->has_labels = false;
    g->target_count = g->label_count = g->length = 0;
}

static bool take_key(struct file_sd *f, const yaml_event_t *event) {
    struct group *g = &f->group;
    const char *key = (const char *)event->data.scalar.value;
    struct place place = place_of(event->start_mark);
    bool is_targets = strcmp(key, "targets") == 0;
    if (!is_targets && strcmp(key, "labels") != 0)
        return fault_at(f, place, "unknown key, expected targets or labels", key);
    bool *is_given = is_targets ? &g->has_targets : &g->has_labels;
    if (*is_given) return fault_at(f, place, "the key is given twice", key);
    *is_given = true;
    f->state = is_targets ? AT_TARGETS : AT_LABELS;
    return true;
}

static bool take_value(struct file_sd *f, const yaml_event_t *event) {
    struct group *g = &f->group;
    if (!keep(f, event, &g->labels[g->label_count].value)) return false;
    if (is_null(event)) g->bytes[g->labels[g->label_count].value.offset] = '\0';
    g->label_count++;
    f->state = AT_LABEL;
    return true;
}

/* What is expected in each state, for what comes in its place. */
static bool fault_expected(struct file_sd *f, const yaml_event_t *event) {
    static const char *const expected[] = {
        [AT_DOCUMENT] = "expected a list of {targets: [...], labels: {...}}",
        [AT_GROUP] = "expected {targets: [...], labels: {...}}",
        [AT_KEY] = "expected a key, targets or labels",
        [AT_TARGETS] = "targets: expected a list",
        [AT_TARGET] = "expected a target as text, HOST or HOST:PORT",
        [AT_LABELS] = "labels: expected a mapping (NAME: VALUE)",
        [AT_LABEL] = "expected the name of a label",
        [AT_VALUE] = "expected the value of a label as text",
        [AT_END] = "expected nothing behind the list",
    };
    return fault_at(f, place_of(event->start_mark), expected[f->state], NULL);
}

static bool take_scalar(struct file_sd *f, const yaml_event_t *event) {
    switch (f->state) {
    case AT_KEY: return take_key(f, event);
    case AT_TARGET: return add_target(f, event);
    case AT_VALUE: return take_value(f, event);
    case AT_LABEL: f->state = AT_VALUE; return add_label(f, event);
    case AT_TARGETS:
    case AT_LABELS:
        if (!is_null(event)) return fault_expected(f, event);
        f->state = AT_KEY;
        return true;
    case AT_DOCUMENT:
        if (!is_null(event)) return fault_expected(f, event);
        f->state = AT_END;
        return true;
    case AT_GROUP:
    case AT_END: break;
    }
    return fault_expected(f, event);
}

static bool take_start(struct file_sd *f, const yaml_event_t *event) {
    bool is_list = event->type == YAML_SEQUENCE_START_EVENT;
    if (f->state == AT_DOCUMENT && is_list) f->state = AT_GROUP;
    else if (f->state == AT_TARGETS && is_list) f->state = AT_TARGET;
    else if (f->state == AT_LABELS && !is_list) f->state = AT_LABEL;
    else if (f->state == AT_GROUP && !is_list) {
        begin_group(f, place_of(event->start_mark));
        f->state = AT_KEY;
    } else return fault_expected(f, event);
    return true;
}

/* Of a list or a mapping. */
static bool take_end(struct file_sd *f) {
    if (f->state == AT_KEY) {
        f->state = AT_GROUP;
        return end_group(f);
    }
    f->state = f->state == AT_GROUP ? AT_END : AT_KEY;
    return true;
}

static bool take_event(struct file_sd *f, const yaml_event_t *event) {
    static const char plain[] = "anchors, aliases and tags are not taken here; a value that begins "
                                "with &, * or ! is to be quoted";
    const yaml_char_t *anchor = NULL, *tag = NULL;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        break;
    default: break;
    }
    if (anchor != NULL || tag != NULL || event->type == YAML_ALIAS_EVENT)
        return fault_at(f, place_of(event->start_mark), plain, NULL);
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return f->documents++ == 0 ||
               fault_at(f, place_of(event->start_mark), "a second document", NULL);
    case YAML_SCALAR_EVENT: return take_scalar(f, event);
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT: return take_start(f, event);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: return take_end(f);
    default: return true;
    }
}

/* libyaml's own words hold nothing of the text. */
static void fault_syntax(struct file_sd *f, const yaml_parser_t *parser, const char *text) {
    struct place place = place_of(parser->problem_mark);
    if (parser->error == YAML_MEMORY_ERROR) {
        (void)out_of_memory(f);
        return;
    }
    if (parser->error == YAML_READER_ERROR) {
        place = (struct place){ 1, 1 };
        for (size_t i = 0; i < parser->problem_offset; i++) {
            place.column++;
            if (text[i] == '\n') place = (struct place){ place.line + 1, 1 };
        }
    }
    (void)fault_at(f, place, parser->problem != NULL ? parser->problem : "neither YAML nor JSON",
                   NULL);
}

static void read_events(struct file_sd *f, const char *text, size_t length) {
    yaml_parser_t parser;
    if (yaml_parser_initialize(&parser) == 0) {
        (void)out_of_memory(f);
        return;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    for (bool is_over = false; !is_over;) {
        yaml_event_t event;
        if (yaml_parser_parse(&parser, &event) == 0) {
            fault_syntax(f, &parser, text);
            break;
        }
        is_over = !take_event(f, &event) || event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
}

void file_sd_read(struct targets_reader *reader, const char *text, size_t length) {
    struct file_sd *f = calloc(1, sizeof(*f));
    if (f == NULL) {
        reader->error = -ENOMEM;
        return;
    }
    f->reader = reader;
    size_t mark = length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    read_events(f, text + mark, length - mark);
    (void)secret_realloc(f->group.bytes, 0);
    (void)secret_realloc(f->group.tail, 0);
    free(f->group.targets);
    free(f);
}
