/*
 * builtin: see builtin.h.
 *
 * The tables are written by us and covered by a test that makes all of them: what cannot be read in
 * one is a mistake of ours, and an assertion.
 */
#include "mib/builtin.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mib/builder.h"
#include "mib/builtin/facts.h"

#define MODULES(X) \
    X(roots) X(smi) X(tc) X(hcnum) X(conf) X(snmp) X(framework) X(mpd) X(usm) X(if_type) X(if) \
    X(ether) X(inet_address) X(ip) X(tcp) X(udp) X(bgp) X(host) X(host_types) X(entity) \
    X(sensor) X(lldp) X(net_snmp) X(net_snmp_tc) X(net_snmp_agent) X(ucd) X(diskio) X(lm_sensors)

#define DECLARE(name_) extern const struct builtin_module builtin_##name_;
MODULES(DECLARE)

#define ADDRESS(name_) &builtin_##name_,
static const struct builtin_module *const modules[] = { MODULES(ADDRESS) };

enum {
    MODULE_COUNT = sizeof(modules) / sizeof(modules[0]),
    DEPTH_MAX = 16,            /* conventions made of conventions */
    RANGES_MAX = 16,
    COMPONENTS_MAX = 8,
    MEMBERS_MAX = 32,
    WORD_MAX = 64,
};

/* A fact and where it stands. */
struct place {
    const struct builtin_module *module;
    const struct builtin_fact *fact;
};

/* A syntax taken apart; it owns what the structure in it points to. */
struct parsed {
    struct fleet_syntax syntax;
    struct fleet_range ranges[RANGES_MAX];
    struct fleet_named_number *names;
    char *words;               /* the names, each with its NUL */
    char base[WORD_MAX];       /* the first word */
};

size_t builtin_count(void) {
    return MODULE_COUNT;
}

const char *builtin_name(size_t number) {
    return modules[number]->name;
}

static const struct builtin_fact *find_in(const struct builtin_module *m, const char *name,
                                          size_t length) {
    for (size_t i = 0; i < m->count; i++) {
        const char *at = m->facts[i].name;
        if (strncmp(at, name, length) == 0 && at[length] == '\0') return &m->facts[i];
    }
    return NULL;
}

/* The fact of a name, in the module that names it or in any. */
static struct place find(const struct builtin_module *m, const char *name, size_t length) {
    const struct builtin_fact *fact = find_in(m, name, length);
    for (size_t i = 0; fact == NULL; i++) {
        assert(i < MODULE_COUNT);
        m = modules[i];
        fact = find_in(m, name, length);
    }
    return (struct place){ m, fact };
}

/* Backwards from a column to its row. */
static const struct builtin_fact *row_of(const struct builtin_fact *fact) {
    while (fact->kind != FLEET_OBJECT_ROW) fact--;
    return fact;
}

/* "ifEntry.2": up to the top, numbers gathered from behind. */
static uint32_t oid_of(const struct builtin_module *m, const struct builtin_fact *fact,
                       uint32_t oid[static FLEET_OID_SUBIDS_MAX]) {
    uint32_t length = 0;
    if (fact->at == NULL) {
        length = oid_of(m, row_of(fact), oid);
        oid[length++] = fact->number;
        return length;
    }
    const char *at = fact->at;
    if (at[0] < '0' || at[0] > '9') {
        struct place above = find(m, at, strcspn(at, "."));
        length = oid_of(above.module, above.fact, oid);
        at += strcspn(at, ".") + 1;
    }
    for (char *end; *at != '\0'; at = end + (*end == '.')) {
        oid[length++] = (uint32_t)strtoul(at, &end, 10);
    }
    return length;
}

/* ---- syntaxes */

static const struct builtin_convention *convention_of(const char *module, const char *name) {
    const struct builtin_convention *found = NULL;
    for (size_t i = 0; i < builtin_convention_count; i++) {
        const struct builtin_convention *c = &builtin_conventions[i];
        if (strcmp(c->name, name) != 0) continue;
        if (found == NULL || strcmp(c->module, module) == 0) found = c;
    }
    return found;
}

/* "(0..255 | 300)" behind @text's word. */
static void parse_ranges(struct parsed *p, const char *text) {
    struct fleet_syntax *s = &p->syntax;
    const char *at = strchr(text, '('), *brace = strchr(text, '{');
    if (at == NULL || (brace != NULL && brace < at) || s->range_count > 0) return;
    while (*at != ')') {
        char *end;
        assert(s->range_count < RANGES_MAX);
        struct fleet_range *r = &p->ranges[s->range_count++];
        r->low = r->high = strtoll(at + 1, &end, 10);
        if (strncmp(end, "..", 2) == 0) r->high = strtoll(end + 2, &end, 10);
        at = end + strspn(end, " ");
    }
    s->ranges = p->ranges;
}

/* "{ up(1), down(2) }" behind it. False when memory is out. */
static bool parse_names(struct parsed *p, const char *text) {
    struct fleet_syntax *s = &p->syntax;
    const char *at = strchr(text, '{');
    size_t count = 0;
    if (at == NULL || s->name_count > 0) return true;
    for (const char *c = at; *c != '\0'; c++) count += *c == '(';
    p->words = strdup(at + 1);
    p->names = calloc(count, sizeof(*p->names));
    if (p->words == NULL || p->names == NULL) return false;
    char *word = p->words;
    for (size_t i = 0; i < count; i++) {
        word += strspn(word, " ,");
        char *number = strchr(word, '('), *end;
        *number = '\0';
        p->names[i].name = word;
        p->names[i].number = strtoll(number + 1, &end, 10);
        word = end + 1;
    }
    s->names = p->names;
    s->name_count = (uint32_t)count;
    return true;
}

static uint8_t type_of(const char *base) {
    static const struct {
        const char *name;
        uint8_t type;
    } types[] = {
        { "INTEGER", FLEET_INTEGER32 },
        { "Integer32", FLEET_INTEGER32 },
        { "OCTET STRING", FLEET_OCTET_STRING },
        { "BITS", FLEET_OCTET_STRING },
        { "OBJECT IDENTIFIER", FLEET_OBJECT_IDENTIFIER },
        { "IpAddress", FLEET_IP_ADDRESS },
        { "Counter32", FLEET_COUNTER32 },
        { "Gauge32", FLEET_GAUGE32 },
        { "Unsigned32", FLEET_GAUGE32 },
        { "TimeTicks", FLEET_TIME_TICKS },
        { "Opaque", FLEET_OPAQUE },
        { "Counter64", FLEET_COUNTER64 },
    };
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (strcmp(types[i].name, base) == 0) return types[i].type;
    }
    return FLEET_ABSENT;
}

static void parsed_deinit(struct parsed *p) {
    free(p->names);
    free(p->words);
}

/* What is nearest to the object counts, then what its convention says, and that one's. */
static bool parse(const char *module, const char *text, struct parsed *p) {
    *p = (struct parsed){ .names = NULL };
    for (int depth = 0;; depth++) {
        assert(depth < DEPTH_MAX);
        size_t length = strcspn(text, "({");
        while (length > 0 && text[length - 1] == ' ') length--;
        assert(length < WORD_MAX);
        memcpy(p->base, text, length);
        p->base[length] = '\0';
        parse_ranges(p, text);
        if (!parse_names(p, text)) return false;
        p->syntax.type = type_of(p->base);
        if (p->syntax.type != FLEET_ABSENT) break;
        const struct builtin_convention *c = convention_of(module, p->base);
        assert(c != NULL);
        if (p->syntax.convention == NULL) p->syntax.convention = c->name;
        if (p->syntax.hint == NULL) p->syntax.hint = c->hint;
        module = c->module;
        text = c->syntax;
    }
    p->syntax.base = p->base;
    p->syntax.is_bits = strcmp(p->base, "BITS") == 0;
    return true;
}

/* ---- objects */

/* An index taken apart. */
struct parsed_index {
    struct fleet_index components[COMPONENTS_MAX];
    struct parsed parts[COMPONENTS_MAX];
    char names[COMPONENTS_MAX][WORD_MAX];
    uint32_t count;
};

/* The next word of a list with single blanks; 0 at its end. */
static size_t next_word(const char **text) {
    *text += **text == ' ';
    return strcspn(*text, " ");
}

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
static bool parse_index(struct place row, struct parsed_index *index) {
    static const char augments[] = "AUGMENTS ", implied[] = "IMPLIED";
    while (strncmp(row.fact->more, augments, sizeof(augments) - 1) == 0) {
        const char *name = row.fact->more + sizeof(augments) - 1;
        row = find(row.module, name, strlen(name));
    }
    bool is_implied = false;
    const char *at = row.fact->more;
    for (size_t length; (length = next_word(&at)) > 0; at += length) {
        if (length == sizeof(implied) - 1 && memcmp(at, implied, length) == 0) {
            is_implied = true;
            continue;
        }
        assert(index->count < COMPONENTS_MAX && length < WORD_MAX);
        struct place column = find(row.module, at, length);
        struct fleet_index *component = &index->components[index->count];
        char *name = index->names[index->count];
        struct parsed *part = &index->parts[index->count++];
        memcpy(name, at, length);
        name[length] = '\0';
        if (!parse(column.module->name, column.fact->syntax, part)) return false;
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
                           char texts[static MEMBERS_MAX][2 * WORD_MAX],
                           const char *members[static MEMBERS_MAX]) {
    uint32_t count = 0;
    for (size_t length; (length = next_word(&list)) > 0; list += length) {
        assert(count < MEMBERS_MAX);
        struct place member = find(m, list, length);
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
    char texts[MEMBERS_MAX][2 * WORD_MAX];
    const char *members[MEMBERS_MAX];
    struct parsed parsed = { .names = NULL };
    struct parsed_index index = { .count = 0 };
    struct fleet_object o = {
        .name = fact->name, .oid = oid, .kind = fact->kind, .access = fact->access,
        .status = fact->status, .units = fact->units,
    };
    bool is_good = true;
    o.oid_length = oid_of(m, fact, oid);
    if (o.status == 0 && o.kind != FLEET_OBJECT_NODE) o.status = FLEET_STATUS_CURRENT;
    if (fact->syntax != NULL) {
        is_good = parse(m->name, fact->syntax, &parsed);
        o.syntax = &parsed.syntax;
    }
    const struct builtin_fact *row = NULL;
    if (o.kind == FLEET_OBJECT_TABLE) row = fact + 1;
    if (o.kind == FLEET_OBJECT_ROW || o.kind == FLEET_OBJECT_COLUMN) row = row_of(fact);
    if (row != NULL) {
        is_good = parse_index((struct place){ m, row }, &index) && is_good;
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
    const struct builtin_module *m = modules[number];
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
