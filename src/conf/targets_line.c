/*
 * targets_line: ADDRESS[:PORT] [key=value ...] [# comment], or a group, or an exclusion
 *
 * A line is read once from left to right: a token is found, ended with a NUL where it stands, and
 * handed to target_key, which checks it. The first fault of a line ends it; what has been read of a
 * line with a fault is dropped. Text without a key is never part of a message: it could be a
 * community in the wrong place.
 */
#include "conf/targets_line.h"
#include "conf/show.h"
#include "conf/targets_address.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 64 << 10, GROUP_NAME_MAX = 64 };

struct line {
    struct targets_reader *reader;
    char *start, *at, *end;
    struct target_draft draft;
    struct fleet_tag tags[TARGET_TAGS_MAX];
    uint32_t tag_columns[TARGET_TAGS_MAX];
    size_t tag_count;
    const char *key;     /* of the current value */
    const struct targets_group *group;         /* of a target, or that a group inherits from */
    bool defines_group;                        /* the line is that of a group */
    const struct targets_exclude *excluded;    /* of a block or range */
    size_t exclude_column;                     /* 0: it has no such key */
    size_t key_column, value_column;
    size_t name_column;  /* of name=, otherwise of the address */
    size_t key_columns[TARGET_KEYS], value_columns[TARGET_KEYS];
};

void targets_reader_init(struct targets_reader *reader, struct targets *targets,
                         const struct targets_context *context, const char *file) {
    *reader = (struct targets_reader){
        .targets = targets,
        .context = context,
        .file = file,
        .keys = { .fleet = context->fleet,
                  .auths = context->auths,
                  .auth_count = context->auth_count,
                  .arena = &targets->arena },
        .names = { .fleet = context->fleet },
    };
    uint32_t number = context->defaults != NULL ? context->defaults->auth : 0;
    for (size_t i = 0; number != 0 && i < context->auth_count; i++) {
        if (context->auths[i].number == number) reader->default_auth = &context->auths[i];
    }
}

bool targets_reader_fault(struct targets_reader *reader, size_t column, const char *format, ...) {
    char what[TARGETS_WHAT_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    size_t at = reader->line;
    if (reader->place != NULL) reader->place(reader->place_context, column, &at, &column);
    if (reader->faults++ < TARGETS_FAULTS_MAX && reader->context->fault != NULL) {
        reader->context->fault(reader->context->fault_context, reader->file, at, column,
                               what);
    }
    return false;
}

static size_t column_of(const struct line *line, const char *at) {
    return (size_t)(at - line->start) + 1;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool is_control(char c) {
    return (unsigned char)c < 0x20 || c == 0x7f;
}

static bool line_fault(struct line *line, const struct target_fault *fault, size_t key_column,
                       size_t value_column) {
    size_t column = (fault->in_value ? value_column : key_column) + fault->offset;
    return targets_reader_fault(line->reader, column, "%s", fault->what);
}

static bool read_tag(struct line *line, const char *value) {
    const char *name = line->key + 4;
    struct target_fault fault;
    if (!target_tag_check(name, value, &fault))
        return line_fault(line, &fault, line->key_column + 4, line->value_column);
    for (size_t i = 0; i < line->tag_count; i++) {
        if (strcmp(line->tags[i].name, name) != 0) continue;
        char shown[SHOW_MAX + 4];
        return targets_reader_fault(line->reader, line->key_column,
                                    "key 'tag.%s' is given twice", show_text(name, shown));
    }
    if (line->tag_count == TARGET_TAGS_MAX) {
        return targets_reader_fault(line->reader, line->key_column, "more than %d tags",
                                    TARGET_TAGS_MAX);
    }
    line->tag_columns[line->tag_count] = (uint32_t)line->key_column + 4;
    line->tags[line->tag_count++] = (struct fleet_tag){ .name = name, .value = value };
    return true;
}

/* What the target or group begins with: its group, or the defaults. */
static const struct fleet_target_options *base_of(const struct line *line) {
    return line->group != NULL ? &line->group->draft.options : line->reader->context->defaults;
}

static bool read_exclude(struct line *line, char *value) {
    char what[TARGETS_WHAT_MAX];
    size_t offset;
    line->exclude_column = line->key_column;
    if (targets_exclude_read(&line->reader->targets->arena, value, &line->excluded, &offset, what))
        return true;
    if (what[0] != '\0')
        return targets_reader_fault(line->reader, line->value_column + offset, "%s", what);
    line->reader->error = -ENOMEM;
    return false;
}

static bool fault_key(struct line *line) {
    char shown[SHOW_MAX + 4];
    const char *near = target_key_nearest(line->key);
    if (strncmp(line->key, "tag", 3) == 0) near = "tag.NAME";
    if (near == NULL) {
        return targets_reader_fault(line->reader, line->key_column, "unknown key '%s'",
                                    show_text(line->key, shown));
    }
    return targets_reader_fault(line->reader, line->key_column,
                                "unknown key '%s' (did you mean '%s'?)",
                                show_text(line->key, shown), near);
}

/* End the bare token at line->at with a NUL; false with a fault when it holds what it cannot. */
static bool end_token(struct line *line, const char *what) {
    for (; line->at < line->end && !is_blank(*line->at); line->at++) {
        if (is_control(*line->at)) {
            return targets_reader_fault(line->reader, column_of(line, line->at),
                                        "a control character");
        }
        if (*line->at == '"') {
            return targets_reader_fault(line->reader, column_of(line, line->at),
                                        "a quote within %s: put all of the value in quotes", what);
        }
    }
    if (line->at < line->end) *line->at++ = '\0';
    else *line->at = '\0';
    return true;
}

/* The quoted value at line->at, unescaped in place. */
static char *end_quoted(struct line *line) {
    const char *open = line->at;
    char *value = ++line->at, *to = value;
    for (; line->at < line->end && *line->at != '"'; line->at++) {
        if (is_control(*line->at)) {
            targets_reader_fault(line->reader, column_of(line, line->at), "a control character");
            return NULL;
        }
        if (*line->at == '\\') {
            line->at++;
            if (line->at == line->end) break;
            if (*line->at != '"' && *line->at != '\\') {
                targets_reader_fault(line->reader, column_of(line, line->at - 1),
                                     "in quotes a backslash is written \\\\ and a quote \\\"");
                return NULL;
            }
        }
        *to++ = *line->at;
    }
    if (line->at >= line->end) {
        targets_reader_fault(line->reader, column_of(line, open), "the quote is not closed");
        return NULL;
    }
    line->at++;
    if (line->at < line->end && !is_blank(*line->at)) {
        targets_reader_fault(line->reader, column_of(line, line->at),
                             "a blank must follow the closing quote");
        return NULL;
    }
    *to = '\0';
    return value;
}

/* What names the group that a target has, or that a group inherits from. */
static const char *group_key(const struct line *line) {
    return line->defines_group ? "inherits" : "group";
}

/* The group was found before the other keys were read, since these are said beside it. */
static bool read_group(struct line *line, const char *value) {
    if (line->group != NULL && strcmp(line->group->name, value) == 0) return true;
    return targets_reader_fault(line->reader, line->key_column, "key '%s' is given twice",
                                line->key);
}

static bool read_value(struct line *line, char *value) {
    if (strstr(value, "${") != NULL) {
        return targets_reader_fault(line->reader, line->value_column,
                                    "%s: a variable was not expanded", line->key);
    }
    if (strncmp(line->key, "tag.", 4) == 0) return read_tag(line, value);
    if (strcmp(line->key, "exclude") == 0 && !line->defines_group) return read_exclude(line, value);
    if (strcmp(line->key, group_key(line)) == 0) return read_group(line, value);
    enum target_key key = target_key_find(line->key);
    if (key == TARGET_KEYS) return fault_key(line);
    if (key == TARGET_NAME && line->defines_group)
        return targets_reader_fault(line->reader, line->key_column, "a group has no key 'name'");
    if ((line->draft.seen & 1u << key) != 0) {
        return targets_reader_fault(line->reader, line->key_column, "key '%s' is given twice",
                                    line->key);
    }
    line->key_columns[key] = line->key_column;
    line->value_columns[key] = line->value_column;
    /* "public" is what everybody tries first. */
    if (key == TARGET_COMMUNITY && line->reader->secret_line == 0 && strcmp(value, "public") != 0) {
        line->reader->secret_line = line->reader->line;
        line->reader->secret_column = line->value_column;
    }
    if (key == TARGET_NAME) line->name_column = line->value_column;
    struct target_keys *keys = &line->reader->keys;
    struct target_fault fault;
    if (target_key_read(keys, &line->draft, key, value, &fault)) return true;
    if (keys->error == 0) return line_fault(line, &fault, line->key_column, line->value_column);
    line->reader->error = keys->error;
    return false;
}

static bool read_pair(struct line *line) {
    char *key = line->at;
    while (line->at < line->end && *line->at != '=' && !is_blank(*line->at) &&
           !is_control(*line->at)) {
        line->at++;
    }
    if (line->at < line->end && is_control(*line->at) && !is_blank(*line->at)) {
        return targets_reader_fault(line->reader, column_of(line, line->at), "a control character");
    }
    if (line->at == line->end || *line->at != '=' || line->at == key) {
        return targets_reader_fault(line->reader, column_of(line, key), "expected key=value");
    }
    *line->at++ = '\0';
    line->key = key;
    line->key_column = column_of(line, key);
    line->value_column = column_of(line, line->at);
    if (line->at < line->end && *line->at == '"') {
        char *quoted = end_quoted(line);
        if (quoted == NULL) return false;
        line->value_column++;
        return read_value(line, quoted);
    }
    char *value = line->at;
    if (!end_token(line, "a value")) return false;
    if (*value == '\0') {
        char shown[SHOW_MAX + 4];
        return targets_reader_fault(line->reader, line->value_column, "%s= has no value",
                                    show_text(key, shown));
    }
    return read_value(line, value);
}

/* Does no tag meet a name of the rows? Those of the line come first. */
static bool check_tags(struct line *line, size_t address_column) {
    struct targets_reader *reader = line->reader;
    const struct fleet_target_options *o = &line->draft.options;
    for (size_t i = 0; i < o->tag_count; i++) {
        struct schema_clash clash;
        const char *module;
        if (!target_names_meet(&reader->names, o->modules, o->module_count, o->tags[i].name,
                               &clash, &module)) continue;
        char shown[SHOW_MAX + 4], owner[SHOW_MAX + 4];
        bool is_own = i < line->tag_count;
        return targets_reader_fault(reader, is_own ? line->tag_columns[i] : address_column,
                                    "tag '%s'%s and '%s', a %s of module %s, would have one name: "
                                    "the tag needs another name",
                                    show_text(o->tags[i].name, shown),
                                    is_own                ? ""
                                    : line->group != NULL ? " of the group"
                                                          : " of the defaults",
                                    show_text(clash.owner, owner),
                                    clash.other == SCHEMA_FIELD ? "field" : "tag", module);
    }
    return true;
}

/* The tags of the line, then those of the defaults that it does not name. */
static bool keep_tags(struct line *line) {
    const struct fleet_target_options *defaults = base_of(line);
    size_t default_count = defaults != NULL ? defaults->tag_count : 0;
    if (line->tag_count == 0) return true;
    struct fleet_tag *tags = arena_get(&line->reader->targets->arena,
                                       (line->tag_count + default_count) * sizeof(*tags));
    if (tags == NULL) {
        line->reader->error = -ENOMEM;
        return false;
    }
    size_t count = line->tag_count;
    memcpy(tags, line->tags, count * sizeof(*tags));
    for (size_t i = 0; i < default_count; i++) {
        bool is_named = false;
        for (size_t k = 0; k < line->tag_count; k++) {
            if (strcmp(tags[k].name, defaults->tags[i].name) == 0) is_named = true;
        }
        if (!is_named) tags[count++] = defaults->tags[i];
    }
    line->draft.options.tags = tags;
    line->draft.options.tag_count = count;
    return true;
}

const char *targets_at(const struct targets_reader *reader, const struct targets_place *other,
                       char text[static TARGETS_AT_MAX]) {
    char shown[SHOW_MAX + 4];
    if (strcmp(other->file, TARGETS_ARGUMENT) == 0)
        (void)snprintf(text, TARGETS_AT_MAX, "at argument %zu and here", (size_t)other->line);
    else if (strcmp(other->file, reader->file) == 0)
        (void)snprintf(text, TARGETS_AT_MAX, "at line %zu and here", (size_t)other->line);
    else (void)snprintf(text, TARGETS_AT_MAX, "at %s:%zu and here", show_text(other->file, shown),
                        (size_t)other->line);
    return text;
}

bool targets_reader_add(struct targets_reader *reader, const struct fleet_target_options *options,
                        const struct targets_place *place) {
    const struct targets_place *other;
    int r = targets_list_add(reader->targets, options, place, &other);
    if (r < 0) reader->error = r;
    if (r <= 0) return r == 0;
    char shown[SHOW_MAX + 4], at[TARGETS_AT_MAX];
    return targets_reader_fault(reader, place->column, "name '%s' is used twice, %s",
                                show_text(options->name, shown), targets_at(reader, other, at));
}

/* A block or range is one item for now, named as it is written. */
static bool add_target(struct line *line, const struct targets_address *address) {
    struct targets_reader *reader = line->reader;
    struct targets_place place = { .file = reader->file,
                                   .line = (uint32_t)reader->line,
                                   .column = (uint32_t)line->name_column & INT32_MAX,
                                   .is_named = (line->draft.seen & 1u << TARGET_NAME) != 0 };
    if (address->is_many) {
        struct targets_block *block = arena_get(&reader->targets->arena, sizeof(*block));
        if (block == NULL) {
            reader->error = -ENOMEM;
            return false;
        }
        *block = (struct targets_block){ .address = *address, .excluded = line->excluded };
        place.block = block;
    }
    if (!targets_reader_add(reader, &line->draft.options, &place)) return false;
    if (address->is_many) reader->targets->block_count++;
    return true;
}

/* @text is the address as written. */
static bool line_keep(struct line *line, const char *text, const struct targets_address *address) {
    struct targets_reader *reader = line->reader;
    size_t column = column_of(line, text);
    if (line->draft.options.module_count == 0) {
        return targets_reader_fault(reader, column,
                                    "no modules: the target needs modules=NAME[,NAME...]");
    }
    struct target_fault fault;
    if (!target_draft_settle(&line->draft, &fault)) {
        return line_fault(line, &fault, line->key_columns[fault.key],
                          line->value_columns[fault.key]);
    }
    if (!keep_tags(line) || !check_tags(line, column)) return false;
    if (address->port != 0) line->draft.options.port = address->port;
    if (!address->is_many && line->exclude_column > 0) {
        return targets_reader_fault(reader, line->exclude_column,
                                    "exclude= is for blocks and ranges; a line of its own, "
                                    "exclude=ADDRESS, counts for all");
    }
    if (address->is_many && line->draft.options.name != NULL) {
        return targets_reader_fault(reader, column,
                                    "a block or range of addresses cannot have one name");
    }
    line->draft.options.host = text;
    if (line->draft.options.name == NULL) line->draft.options.name = text;
    if (!address->is_many && address->host_length != strlen(text)) {
        char *host = (char *)arena_get_bytes(&reader->targets->arena, address->host_length + 1);
        if (host == NULL) {
            reader->error = -ENOMEM;
            return false;
        }
        memcpy(host, text + address->host_offset, address->host_length);
        host[address->host_length] = '\0';
        line->draft.options.host = host;
    }
    return add_target(line, address);
}

/* The keys that stand behind what the line begins with. */
static bool read_pairs(struct line *line) {
    for (;;) {
        while (line->at < line->end && is_blank(*line->at)) line->at++;
        if (line->at >= line->end || *line->at == '#') return true;
        if (!read_pair(line)) return false;
    }
}

/* The place of the value of @key, which ends in '=', among the keys that follow; NULL: none. */
static char *find_value(const struct line *line, const char *key) {
    size_t length = strlen(key);
    bool is_quoted = false;
    for (char *at = line->at; at < line->end; at++) {
        if (is_quoted && *at == '\\') at++;
        else if (*at == '"') is_quoted = !is_quoted;
        bool is_start = !is_quoted && (at == line->at || is_blank(at[-1]));
        if (is_start && *at == '#') return NULL;
        if (is_start && (size_t)(line->end - at) > length && memcmp(at, key, length) == 0)
            return at + length;
    }
    return NULL;
}

/* Begin with what the group says that is named by @key somewhere behind. */
static bool begin_with_group(struct line *line, const char *key) {
    struct targets_reader *reader = line->reader;
    if (memmem(line->at, (size_t)(line->end - line->at), key, strlen(key)) == NULL) return true;
    const char *value = find_value(line, key);
    if (value == NULL) return true;
    bool is_quoted = *value == '"';
    char name[GROUP_NAME_MAX + 1], shown[SHOW_MAX + 4], near[SHOW_MAX + 4];
    size_t length = 0, column = column_of(line, value);
    if (is_quoted) value++;
    while (value + length < line->end && length < GROUP_NAME_MAX &&
           (is_quoted ? value[length] != '"' : !is_blank(value[length])))
        length++;
    memcpy(name, value, length);
    name[length] = '\0';
    line->group = targets_group_find(reader->targets->groups, name);
    if (line->group != NULL) return true;
    const char *nearest = targets_group_nearest(reader->targets->groups, name);
    if (nearest != NULL)
        return targets_reader_fault(reader, column, "no group '%s' is defined above (did you mean "
                                    "'%s'?)", show_text(name, shown), show_text(nearest, near));
    return targets_reader_fault(reader, column, "no group '%s' is defined above: a line group=%s "
                                "key=value ... defines it", show_text(name, shown),
                                show_text(name, near));
}

static void begin_draft(struct line *line) {
    const struct fleet_target_options *base = base_of(line);
    if (base != NULL) line->draft.options = *base;
    line->draft.options.name = line->draft.options.host = NULL;
    line->draft.auth = line->group != NULL ? line->group->draft.auth : line->reader->default_auth;
}

/* group=NAME key=value ... */
static bool define_group(struct line *line) {
    struct targets_reader *reader = line->reader;
    char *name = line->at + strlen("group="), shown[SHOW_MAX + 4], at[TARGETS_AT_MAX];
    size_t column = column_of(line, name);
    line->defines_group = true;
    if (!end_token(line, "the name of a group")) return false;
    if (*name == '\0' || strlen(name) > GROUP_NAME_MAX || strchr(name, ',') != NULL)
        return targets_reader_fault(reader, column, "a group's name has 1 to %d characters and no "
                                    "comma", GROUP_NAME_MAX);
    const struct targets_group *other = targets_group_find(reader->targets->groups, name);
    if (other != NULL)
        return targets_reader_fault(
            reader, column, "group '%s' is defined twice, %s", show_text(name, shown),
            targets_at(reader, &(struct targets_place){ .file = other->file,
                                                        .line = (uint32_t)other->line }, at));
    if (!begin_with_group(line, "inherits=")) return false;
    begin_draft(line);
    if (!read_pairs(line)) return false;
    struct target_fault fault;
    if (!target_draft_settle(&line->draft, &fault))
        return line_fault(line, &fault, line->key_columns[fault.key],
                          line->value_columns[fault.key]);
    struct targets_group *group = arena_get(&reader->targets->arena, sizeof(*group));
    if (group == NULL || !keep_tags(line)) {
        reader->error = -ENOMEM;
        return false;
    }
    line->draft.seen = 0;
    *group = (struct targets_group){ .next = reader->targets->groups, .name = name,
                                     .file = reader->file, .line = reader->line,
                                     .draft = line->draft };
    reader->targets->groups = group;
    return true;
}

/* exclude=ADDRESS[,ADDRESS...] for all lines. */
static bool read_exclusion(struct line *line) {
    struct targets *targets = line->reader->targets;
    line->excluded = targets->excluded;
    while (line->at < line->end) {
        char *key = line->at;
        if (!read_pair(line)) return false;
        if (line->exclude_column != column_of(line, key))
            return targets_reader_fault(line->reader, column_of(line, key),
                                        "a line that begins with exclude= has no other keys");
        while (line->at < line->end && is_blank(*line->at)) line->at++;
        if (line->at < line->end && *line->at == '#') break;
    }
    targets->excluded = line->excluded;
    return true;
}

bool targets_line_read(struct targets_reader *reader, char *text, char *end) {
    struct line line = { .reader = reader, .start = text, .at = text, .end = end };
    if ((size_t)(end - text) > LINE_MAX_BYTES) {
        return targets_reader_fault(reader, 1, "the line has more than %d bytes", LINE_MAX_BYTES);
    }
    while (line.at < end && is_blank(*line.at)) line.at++;
    if (line.at == end || *line.at == '#') return true;
    if ((size_t)(end - line.at) >= 6 && memcmp(line.at, "group=", 6) == 0)
        return define_group(&line);
    if ((size_t)(end - line.at) >= 8 && memcmp(line.at, "exclude=", 8) == 0)
        return read_exclusion(&line);

    char *address_text = line.at, what[TARGETS_WHAT_MAX];
    struct targets_address address;
    if (!end_token(&line, "an address")) return false;
    if (!targets_address_parse(address_text, &address, what)) {
        return targets_reader_fault(reader, column_of(&line, address_text), "%s", what);
    }
    line.name_column = column_of(&line, address_text);
    if (!begin_with_group(&line, "group=")) return false;
    begin_draft(&line);
    return read_pairs(&line) && line_keep(&line, address_text, &address);
}
