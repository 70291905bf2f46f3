/* builtin: see builtin.h. */
#include "mib/load/builtin.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mib/load/builder.h"
#include "mib/load/builtin/facts_read.h"

enum { COMPONENTS_MAX = 8, MEMBERS_MAX = 32 };

/* An index taken apart. */
struct parsed_index {
    struct fleet_index components[COMPONENTS_MAX];
    struct parsed parts[COMPONENTS_MAX];
    char names[COMPONENTS_MAX][FACTS_WORD_MAX];
    uint32_t count;
};

static void index_kind(struct fleet_index *index, bool is_implied) {
    const struct fleet_syntax *s = index->syntax;
    bool is_fixed = s->range_count == 1 && s->ranges[0].low == s->ranges[0].high && !s->is_bits;
    if (s->type == FLEET_IP_ADDRESS) {
        index->kind = FLEET_INDEX_IP_ADDRESS;
    } else if (s->type == FLEET_OBJECT_IDENTIFIER) {
        index->kind = is_implied ? FLEET_INDEX_IMPLIED_OID : FLEET_INDEX_OID;
    } else if (s->type == FLEET_OCTET_STRING && is_fixed) {
        index->kind = FLEET_INDEX_FIXED_STRING;
        index->size = (uint16_t)s->ranges[0].low;
    } else if (s->type == FLEET_OCTET_STRING) {
        index->kind = is_implied ? FLEET_INDEX_IMPLIED_STRING : FLEET_INDEX_STRING;
    }
}

/* Of a row, or of what it augments. */
static bool parse_index(struct facts_place row, struct parsed_index *index) {
    static const char augments[] = "AUGMENTS ", implied[] = "IMPLIED";
    while (strncmp(row.fact->more, augments, sizeof(augments) - 1) == 0) {
        const char *name = row.fact->more + sizeof(augments) - 1;
        row = facts_find(row.module, name, strlen(name));
    }
    bool is_implied = false;
    const char *at = row.fact->more;
    for (size_t length; (length = facts_word(&at)) > 0; at += length) {
        if (length == sizeof(implied) - 1 && memcmp(at, implied, length) == 0) {
            is_implied = true;
            continue;
        }
        assert(index->count < COMPONENTS_MAX && length < FACTS_WORD_MAX);
        struct facts_place column = facts_find(row.module, at, length);
        struct fleet_index *component = &index->components[index->count];
        char *name = index->names[index->count];
        struct parsed *part = &index->parts[index->count++];
        memcpy(name, at, length);
        name[length] = '\0';
        if (!facts_parse(column.module->name, column.fact->syntax, part)) return false;
        *component = (struct fleet_index){ .name = name, .syntax = &part->syntax };
        index_kind(component, is_implied);
    }
    return true;
}

static void index_deinit(struct parsed_index *index) {
    for (uint32_t i = 0; i < index->count; i++) parsed_deinit(&index->parts[i]);
}

/* "ifIndex ifAdminStatus" as "IF-MIB::ifIndex" and so on. */
static uint32_t members_of(const struct builtin_module *m, const char *list,
                           char texts[static MEMBERS_MAX][2 * FACTS_WORD_MAX],
                           const char *members[static MEMBERS_MAX]) {
    uint32_t count = 0;
    for (size_t length; (length = facts_word(&list)) > 0; list += length) {
        assert(count < MEMBERS_MAX);
        struct facts_place member = facts_find(m, list, length);
        char *end = stpcpy(stpcpy(texts[count], member.module->name), "::");
        (void)stpcpy(end, member.fact->name);
        members[count] = texts[count];
        count++;
    }
    return count;
}

static bool put_object(struct builder *b, const struct builtin_module *m,
                       const struct builtin_fact *fact) {
    uint32_t oid[FLEET_OID_SUBIDS_MAX];
    char texts[MEMBERS_MAX][2 * FACTS_WORD_MAX];
    const char *members[MEMBERS_MAX];
    struct parsed parsed = { .names = NULL };
    struct parsed_index index = { .count = 0 };
    struct fleet_object o = {
        .name = fact->name, .oid = oid, .kind = fact->kind, .access = fact->access,
        .status = fact->status, .units = fact->units,
    };
    bool is_good = true;
    o.oid_length = facts_oid(m, fact, oid);
    if (o.status == 0 && o.kind != FLEET_OBJECT_NODE) o.status = FLEET_STATUS_CURRENT;
    if (fact->syntax != NULL) {
        is_good = facts_parse(m->name, fact->syntax, &parsed);
        o.syntax = &parsed.syntax;
    }
    const struct builtin_fact *row = NULL;
    if (o.kind == FLEET_OBJECT_TABLE) row = fact + 1;
    if (o.kind == FLEET_OBJECT_ROW || o.kind == FLEET_OBJECT_COLUMN) row = facts_row(fact);
    if (row != NULL) {
        is_good = parse_index((struct facts_place){ m, row }, &index) && is_good;
        o.index = index.components;
        o.index_count = index.count;
    }
    if (o.kind == FLEET_OBJECT_ROW && strncmp(fact->more, "AUGMENTS ", 9) == 0)
        o.augments = fact->more + 9;
    if (o.kind == FLEET_OBJECT_NOTIFICATION && fact->more != NULL) {
        o.object_count = members_of(m, fact->more, texts, members);
        o.objects = members;
    }
    if (is_good) builder_object(b, &o);
    parsed_deinit(&parsed);
    index_deinit(&index);
    return is_good;
}

int builtin_image(size_t number, struct image *ret_image) {
    const struct builtin_module *m = facts_module(number);
    struct builder *b;
    void *bytes = NULL;
    size_t size;
    int error = builder_new(&b, m->name);
    if (error != 0) return error;
    for (size_t i = 0; i < m->count && error == 0; i++) {
        if (!put_object(b, m, &m->facts[i])) error = -ENOMEM;
    }
    if (error == 0) error = builder_finish(b, 0, &bytes, &size);
    if (error == 0) error = image_copy(bytes, size, ret_image);
    assert(error <= 0);
    free(bytes);
    builder_free(b);
    return error;
}
