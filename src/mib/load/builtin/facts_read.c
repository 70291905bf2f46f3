/*
 * facts: see facts.h and facts_read.h.
 *
 * The tables are written by us and covered by a test that reads all of them: what cannot be read in
 * one is a mistake of ours, and an assertion.
 */
#include "mib/load/builtin/facts_read.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>


#define MODULES(X) \
    X(roots) X(smi) X(tc) X(hcnum) X(conf) X(snmp) X(framework) X(mpd) X(usm) X(vacm) \
    X(if_type) X(if) X(ether) X(inet_address) X(ip) X(tcp) X(udp) X(bgp) X(host) \
    X(host_types) X(entity) X(sensor) X(lldp) X(net_snmp) X(net_snmp_tc) \
    X(net_snmp_agent) X(ucd) X(diskio) X(lm_sensors)

#define DECLARE(name_) extern const struct builtin_module builtin_##name_;
MODULES(DECLARE)

#define ADDRESS(name_) &builtin_##name_,
static const struct builtin_module *const modules[] = { MODULES(ADDRESS) };

enum {
    MODULE_COUNT = sizeof(modules) / sizeof(modules[0]),
    DEPTH_MAX = 16,            /* conventions made of conventions */
};

size_t builtin_count(void) {
    return MODULE_COUNT;
}

const char *builtin_name(size_t number) {
    return modules[number]->name;
}

const char *builtin_below(size_t number) {
    return modules[number]->below;
}

const struct builtin_module *facts_module(size_t number) {
    return modules[number];
}

static const struct builtin_fact *find_in(const struct builtin_module *m, const char *name,
                                          size_t length) {
    for (size_t i = 0; i < m->count; i++) {
        const char *at = m->facts[i].name;
        if (at[0] == name[0] && strncmp(at, name, length) == 0 && at[length] == '\0') {
            return &m->facts[i];
        }
    }
    return NULL;
}

bool builtin_defines(size_t number, const char *name) {
    return find_in(modules[number], name, strlen(name)) != NULL;
}

struct facts_place facts_find(const struct builtin_module *m, const char *name, size_t length) {
    const struct builtin_fact *fact = find_in(m, name, length);
    for (size_t i = 0; fact == NULL; i++) {
        assert(i < MODULE_COUNT);
        m = modules[i];
        fact = find_in(m, name, length);
    }
    return (struct facts_place){ m, fact };
}

const struct builtin_fact *facts_row(const struct builtin_fact *fact) {
    while (fact->kind != FLEET_OBJECT_ROW) fact--;
    return fact;
}

/* "ifEntry.2": up to the top; numbers are gathered on the way back. */
uint32_t facts_oid(const struct builtin_module *m, const struct builtin_fact *fact,
                       uint32_t oid[static FLEET_OID_SUBIDS_MAX]) {
    uint32_t length = 0;
    if (fact->at == NULL) {
        length = facts_oid(m, facts_row(fact), oid);
        oid[length++] = fact->number;
        return length;
    }
    const char *at = fact->at;
    if (at[0] < '0' || at[0] > '9') {
        struct facts_place above = facts_find(m, at, strcspn(at, "."));
        length = facts_oid(above.module, above.fact, oid);
        at += strcspn(at, ".") + 1;
    }
    for (char *end; *at != '\0'; at = end + (*end == '.')) {
        oid[length++] = (uint32_t)strtoul(at, &end, 10);
    }
    return length;
}

/* ---- syntaxes */

const struct builtin_convention *facts_convention(const char *module, const char *name) {
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
        assert(s->range_count < FACTS_RANGES_MAX);
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

void parsed_deinit(struct parsed *p) {
    free(p->names);
    free(p->words);
}

bool facts_parse(const char *module, const char *text, struct parsed *p) {
    *p = (struct parsed){ .names = NULL };
    for (int depth = 0;; depth++) {
        assert(depth < DEPTH_MAX);
        size_t length = strcspn(text, "({");
        while (length > 0 && text[length - 1] == ' ') length--;
        assert(length < FACTS_WORD_MAX);
        memcpy(p->base, text, length);
        p->base[length] = '\0';
        parse_ranges(p, text);
        if (!parse_names(p, text)) return false;
        p->syntax.type = type_of(p->base);
        if (p->syntax.type != FLEET_ABSENT) break;
        const struct builtin_convention *c = facts_convention(module, p->base);
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

size_t facts_word(const char **text) {
    *text += **text == ' ';
    return strcspn(*text, " ");
}
