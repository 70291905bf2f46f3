/* many_print: see many_print.h. */
#include "cli/many_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/show.h"
#include "out/csv.h"
#include "out/json.h"

enum { TEXT_LEAST = 512, ROOM_LEAST = 1024 };

/* ---- text that grows ---- */

/* Room for @size bytes at the end; NULL: no memory. */
static char *reserve(struct many_text *t, size_t size) {
    size_t needed = t->length + size, capacity = t->capacity;
    if (needed <= capacity) return t->bytes + t->length;
    if (capacity == 0) capacity = TEXT_LEAST;
    while (capacity < needed) capacity *= 2;
    char *bytes = realloc(t->bytes, capacity);
    if (bytes == NULL) return NULL;
    t->bytes = bytes;
    t->capacity = capacity;
    return bytes + t->length;
}

static void commit(struct many_text *t, const char *end) {
    t->length = (size_t)(end - t->bytes);
}

bool many_text_append(struct many_text *t, const void *bytes, size_t length) {
    char *at = reserve(t, length);
    if (at != NULL) commit(t, text_put(at, bytes, length));
    return at != NULL;
}

void many_text_free(struct many_text *t) {
    free(t->bytes);
    *t = (struct many_text){ .length = 0 };
}

/* ---- parts of records ---- */

/* Is there room for a text of @length? Otherwise there is after this, unless memory is short. */
static bool make_room(struct many_print *p, size_t length) {
    if (length < p->room_size) return true;
    size_t size = p->room_size != 0 ? p->room_size : ROOM_LEAST;
    while (size <= length) size *= 2;
    char *room = realloc(p->room, size);
    if (room == NULL) return false;
    p->room = room;
    p->room_size = size;
    return true;
}

struct name {
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    size_t count;
};

static struct name name_of(const struct fleet_varbind *varbind) {
    struct name name;
    name.count = fleet_oid_numbers(varbind->oid, varbind->oid_length, name.numbers);
    return name;
}

/* Each of these leaves a text in the room and returns its length; SIZE_MAX: no memory. */
static size_t whole_text(struct many_print *p, const struct name *name,
                         const struct fleet_value *value) {
    for (size_t length = 0; make_room(p, length);) {
        length = fleet_mib_varbind_text(p->mib, name->numbers, name->count, value, p->style,
                                        p->room, p->room_size);
        if (length < p->room_size) return length;
    }
    return SIZE_MAX;
}

static size_t name_text(struct many_print *p, const struct name *name) {
    for (size_t length = 0; make_room(p, length);) {
        length = fleet_mib_oid_text(p->mib, name->numbers, name->count, p->style, p->room,
                                    p->room_size);
        if (length < p->room_size) return length;
    }
    return SIZE_MAX;
}

static size_t value_text(struct many_print *p, const struct name *name,
                         const struct fleet_value *value) {
    const struct fleet_object *object = fleet_mib_at(p->mib, name->numbers, name->count);
    const struct fleet_syntax *syntax = object != NULL ? object->syntax : NULL;
    for (size_t length = 0; make_room(p, length);) {
        length = fleet_value_text(value, syntax, FLEET_AS_AUTO, p->room, p->room_size);
        if (length < p->room_size) return length;
    }
    return SIZE_MAX;
}

/* ---- lines ---- */

/* @lines, each with the target in front. */
static bool put_lines(struct many_print *p, struct many_text *text,
                      const struct fleet_target *target, const char *lines, size_t length) {
    size_t before = text->length;
    const char *end = lines + length;
    for (const char *at = lines;; at++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (stop == NULL) stop = end;
        bool is_good = !p->has_names || (many_text_append(text, target->name,
                                                          strlen(target->name)) &&
                                         many_text_append(text, ": ", 2));
        if (!is_good || !many_text_append(text, at, (size_t)(stop - at)) ||
            !many_text_append(text, "\n", 1)) {
            text->length = before;
            return false;
        }
        if (stop == end || stop + 1 == end) return true;
        at = stop;
    }
}

bool many_print_line(struct many_print *p, struct many_text *text,
                     const struct fleet_target *target, const char *line) {
    return put_lines(p, text, target, line, strlen(line));
}

static bool put_failure_line(struct many_print *p, struct many_text *text,
                             const struct fleet_result *r, const struct fleet_varbind *varbind) {
    char shown[SHOW_MAX + 4];
    const char *name = show_text(r->target->name, shown), *reason = fleet_reason_text(r->reason);
    struct name oid = { .count = 0 };
    if (varbind != NULL) oid = name_of(varbind);
    if (!make_room(p, 1)) return false;
    p->room[0] = '\0';
    size_t length = oid.count > 0 ? name_text(p, &oid) : 0;
    if (length == SIZE_MAX) return false;
    const char *detail = r->detail;
    char silent[128];
    if (r->reason == FLEET_REASON_TIMEOUT && *detail == '\0') {
        (void)snprintf(silent, sizeof(silent), "no answer from %s, requests %u",
                       r->target->address, (unsigned)r->requests);
        detail = silent;
    }
    size_t size = strlen(name) + strlen(reason) + strlen(detail) + length + 16;
    char *at = reserve(text, size);
    if (at == NULL) return false;
    int n = snprintf(at, size, "%s: %s%s%s%s%s\n", name, reason, *detail != '\0' ? ": " : "",
                     detail, length > 0 ? ": " : "", length > 0 ? p->room : "");
    commit(text, at + n);
    return true;
}

/* ---- records ---- */

/* What a field of @length bytes may take: escapes of JSON, quotes of CSV. */
static size_t field_size(size_t length) {
    return 6 * length + 16;
}

static char *put_field(struct many_print *p, char *at, const char *key, const char *value,
                       size_t length) {
    if (p->format == MANY_CSV) return csv_put_field(text_put(at, ",", 1), value, length);
    at = text_put_literal(text_put_literal(text_put(at, ",\"", 2), key), "\":");
    return json_put_text(at, value, length);
}

/* A field of its own text. False: no memory. */
static bool add_field(struct many_print *p, struct many_text *text, const char *key,
                      const char *value, size_t length) {
    if (length == SIZE_MAX) return false;
    char *at = reserve(text, field_size(length) + strlen(key));
    if (at != NULL) commit(text, put_field(p, at, key, value, length));
    return at != NULL;
}

static bool add_text(struct many_print *p, struct many_text *text, const char *key,
                     const char *value) {
    return add_field(p, text, key, value, strlen(value));
}

static bool add_start(struct many_print *p, struct many_text *text,
                      const struct fleet_target *target, int64_t time_ns) {
    char *at = reserve(text, TEXT_TIME_MAX + 16);
    if (at == NULL) return false;
    if (p->format == MANY_JSON) at = text_put_literal(at, "{\"time\":\"");
    at = text_put_time(&p->clock, at, time_ns);
    if (p->format == MANY_JSON) *at++ = '"';
    commit(text, at);
    return add_text(p, text, "target", target->name) &&
           add_text(p, text, "address", target->address);
}

static bool add_name(struct many_print *p, struct many_text *text, const struct name *name) {
    size_t length = name_text(p, name);
    if (!add_field(p, text, "name", p->room, length)) return false;
    char oid[FLEET_OID_TEXT_MAX], *at = oid;
    for (size_t i = 0; i < name->count; i++) {
        if (i > 0) *at++ = '.';
        at = text_put_u64(at, name->numbers[i]);
    }
    return add_field(p, text, "oid", oid, (size_t)(at - oid));
}

/* Is it a number of JSON; and is it nothing? */
static bool is_number(const struct fleet_value *value) {
    switch (value->type) {
    case FLEET_INTEGER32:
    case FLEET_COUNTER32:
    case FLEET_GAUGE32:
    case FLEET_TIME_TICKS:
    case FLEET_COUNTER64:
    case FLEET_UINTEGER32: return true;
    case FLEET_OPAQUE_FLOAT:
    case FLEET_OPAQUE_DOUBLE: return __builtin_isfinite(value->real);
    default: return false;
    }
}

static bool is_nothing(const struct fleet_value *value) {
    bool is_real = value->type == FLEET_OPAQUE_FLOAT || value->type == FLEET_OPAQUE_DOUBLE;
    return value->type == FLEET_NULL || !text_has_value(value) || (is_real && !is_number(value));
}

static bool add_value(struct many_print *p, struct many_text *text, const struct name *name,
                      const struct fleet_value *value) {
    if (!add_text(p, text, "type", text_type_name(value->type))) return false;
    if (p->format == MANY_JSON && is_nothing(value))
        return many_text_append(text, ",\"value\":null", strlen(",\"value\":null"));
    size_t length = value_text(p, name, value);
    if (p->format != MANY_JSON || !is_number(value))
        return add_field(p, text, "value", p->room, length);
    return length != SIZE_MAX && many_text_append(text, ",\"value\":", strlen(",\"value\":")) &&
           many_text_append(text, p->room, length);
}

static bool add_end(struct many_print *p, struct many_text *text, const char *commas) {
    return p->format == MANY_CSV ? many_text_append(text, commas, strlen(commas))
                                 : many_text_append(text, "}\n", 2);
}

/* As much as was appended stays where all of it could be. */
static bool settle(struct many_text *text, size_t before, bool is_good) {
    if (!is_good) text->length = before;
    return is_good;
}

bool many_print_varbind(struct many_print *p, struct many_text *text,
                        const struct fleet_target *target, int64_t time_ns,
                        const struct fleet_varbind *varbind) {
    struct name name = name_of(varbind);
    size_t before = text->length;
    if (p->format == MANY_TEXT) {
        size_t length = whole_text(p, &name, &varbind->value);
        return length != SIZE_MAX && put_lines(p, text, target, p->room, length);
    }
    bool is_good = add_start(p, text, target, time_ns) && add_name(p, text, &name) &&
                   add_value(p, text, &name, &varbind->value) && add_end(p, text, ",,\n");
    return settle(text, before, is_good);
}

bool many_print_failure(struct many_print *p, struct many_text *text,
                        const struct fleet_result *r, const struct fleet_varbind *varbind) {
    size_t before = text->length;
    if (p->format == MANY_TEXT) return put_failure_line(p, text, r, varbind);
    bool is_good = add_start(p, text, r->target, r->time_ns);
    if (varbind != NULL) {
        struct name name = name_of(varbind);
        is_good = is_good && add_name(p, text, &name);
    }
    if (p->format == MANY_CSV) {
        const char *commas = varbind != NULL ? ",," : ",,,,";
        is_good = is_good && many_text_append(text, commas, strlen(commas));
    }
    is_good = is_good && add_text(p, text, "reason", fleet_reason_text(r->reason)) &&
              add_text(p, text, "detail", r->detail) && add_end(p, text, "\n");
    return settle(text, before, is_good);
}

void many_print_deinit(struct many_print *p) {
    free(p->room);
    p->room = NULL;
    p->room_size = 0;
}
