/* bench_ask: see bench_ask.h. */
#include "cli/bench_ask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/log.h"
#include "conf/show.h"
#include "snmpfleet/mib.h"

enum { OBJECTS_MAX = 4096, GROUP_DEFAULT_MAX = 20 };

/* What is asked where nobody says: an object that every agent has, and a table that most have. */
static const char *const defaults[BENCH_KINDS] = {
    [BENCH_GET] = "SNMPv2-MIB::sysUpTime.0", [BENCH_GETNEXT] = "SNMPv2-MIB::sysUpTime",
    [BENCH_GETBULK] = "IF-MIB::ifDescr", [BENCH_WALK] = "IF-MIB::ifTable",
};

/* Memory that lives as long as the questions; NULL: there is none. */
static void *keep(struct bench_ask *a, size_t size) {
    void *memory = calloc(1, size + 1);
    void **grown = realloc(a->memory, (a->memory_count + 1) * sizeof(*grown));
    if (grown != NULL) a->memory = grown;
    if (grown == NULL || memory == NULL) {
        free(memory);
        return NULL;
    }
    return a->memory[a->memory_count++] = memory;
}

static int tell(const struct bench_ask *a, const char *text, const char *why) {
    char shown[SHOW_MAX + 4];
    (void)a;
    log_line(LEVEL_ERROR, NULL, "%s: %s", show_text(text, shown), why);
    return FLEET_E_OID;
}

/* @text as a varbind that asks for it; of a scalar @with_instance its only instance. */
static int read_name(struct bench_ask *a, const char *text, bool with_instance,
                     struct fleet_varbind *ret_varbind) {
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    size_t length;
    const struct fleet_object *object;
    char why[FLEET_MIB_WHY_MAX];
    if (fleet_mib_parse(a->mib, text, numbers, &length, &object, why) != 0)
        return tell(a, text, why);
    bool is_bare = object != NULL && object->kind == FLEET_OBJECT_SCALAR &&
                   object->oid_length == length;
    if (is_bare && with_instance && length < FLEET_OID_SUBIDS_MAX) numbers[length++] = 0;
    uint8_t *bytes = keep(a, FLEET_OID_BYTES_MAX);
    if (bytes == NULL) return -ENOMEM;
    size_t size = fleet_oid_bytes(numbers, length, bytes);
    if (size == 0) return tell(a, text, "no OID that can be asked for");
    *ret_varbind = (struct fleet_varbind){ .oid = bytes, .oid_length = size,
                                           .value = { .type = FLEET_NULL } };
    return 0;
}

/* The OID in numbers, as walks take it. */
static int read_root(struct bench_ask *a, const char *text, const char **ret_root) {
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    size_t length;
    const struct fleet_object *object;
    char why[FLEET_MIB_WHY_MAX];
    const struct fleet_text_style numeric = { .oid = FLEET_OID_NUMERIC };
    if (fleet_mib_parse(a->mib, text, numbers, &length, &object, why) != 0)
        return tell(a, text, why);
    char *root = keep(a, FLEET_OID_TEXT_MAX);
    if (root == NULL) return -ENOMEM;
    (void)fleet_mib_oid_text(a->mib, numbers, length, &numeric, root, FLEET_OID_TEXT_MAX);
    *ret_root = root + (*root == '.');
    return 0;
}

/* OID=TYPE:VALUE, or OID, which sets what the agent has. */
static int read_set(struct bench_ask *a, const char *text) {
    struct fleet_varbind *to = &a->sets[a->set_count];
    const char *equals = strchr(text, '=');
    a->is_own_value[a->set_count++] = equals == NULL;
    if (equals == NULL) return read_name(a, text, true, to);
    char name[FLEET_OID_TEXT_MAX], why[FLEET_MIB_WHY_MAX];
    size_t length = (size_t)(equals - text);
    if (length >= sizeof(name) || equals[1] == '\0' || equals[2] != ':')
        return tell(a, text, "not OID=TYPE:VALUE, such as sysContact.0=s:noc");
    memcpy(name, text, length);
    name[length] = '\0';
    uint8_t *scratch = keep(a, FLEET_VARBIND_SCRATCH);
    if (scratch == NULL) return -ENOMEM;
    const struct fleet_name_style style = { .flags = 0 };
    int error = fleet_varbind_parse(a->mib, name, equals[1], equals + 3, &style, scratch,
                                    FLEET_VARBIND_SCRATCH, to, why);
    return error == 0 ? 0 : tell(a, text, why);
}

static bool is_wanted(const struct bench_ask *a, enum bench_kind kind) {
    return a->plan->weights[kind] > 0;
}

/* The object that @text is, without an instance; NULL: it has one, or is not known. */
static const struct fleet_object *object_of(struct bench_ask *a, const char *text) {
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    size_t length;
    const struct fleet_object *object;
    char why[FLEET_MIB_WHY_MAX];
    if (fleet_mib_parse(a->mib, text, numbers, &length, &object, why) != 0) return NULL;
    return object != NULL && object->oid_length == length ? object : NULL;
}

static int add_next(struct bench_ask *a, const uint32_t *numbers, size_t length) {
    uint8_t *bytes = keep(a, FLEET_OID_BYTES_MAX);
    if (bytes == NULL) return -ENOMEM;
    if (a->next_count == OBJECTS_MAX) return FLEET_E_FULL;
    a->nexts[a->next_count++] = (struct fleet_varbind){
        .oid = bytes, .oid_length = fleet_oid_bytes(numbers, length, bytes),
        .value = { .type = FLEET_NULL },
    };
    return 0;
}

/* Of a table the columns that agents hand out; anything else is asked for as it is. */
static int take_next(struct bench_ask *a, const char *text) {
    const struct fleet_object *object = object_of(a, text), *entry = object, *o;
    if (object != NULL && object->kind == FLEET_OBJECT_TABLE)
        entry = fleet_mib_next_of_module(a->mib, object);
    if (entry == NULL || entry->kind != FLEET_OBJECT_ROW) {
        if (a->next_count == OBJECTS_MAX) return FLEET_E_FULL;
        return read_name(a, text, false, &a->nexts[a->next_count++]);
    }
    int error = 0;
    size_t bytes = entry->oid_length * sizeof(*entry->oid);
    for (o = entry; error == 0 && (o = fleet_mib_next_of_module(a->mib, o)) != NULL;) {
        if (o->oid_length <= entry->oid_length || memcmp(o->oid, entry->oid, bytes) != 0) break;
        if (o->kind == FLEET_OBJECT_COLUMN && o->access != FLEET_NOT_ACCESSIBLE)
            error = add_next(a, o->oid, o->oid_length);
    }
    return error;
}

/* Has it an instance, or only one? What nobody knows has one when it ends in .0. */
static bool is_instance(struct bench_ask *a, const char *text) {
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    size_t length;
    const struct fleet_object *object;
    char why[FLEET_MIB_WHY_MAX];
    if (fleet_mib_parse(a->mib, text, numbers, &length, &object, why) != 0) return false;
    bool is_leaf = object != NULL && (object->kind == FLEET_OBJECT_SCALAR ||
                                      object->kind == FLEET_OBJECT_COLUMN);
    if (!is_leaf) return length > 0 && numbers[length - 1] == 0;
    return object->kind == FLEET_OBJECT_SCALAR || length > object->oid_length;
}

/* One OID of the command line, for each kind that is asked; for costs either of two. */
static int take_oid(struct bench_ask *a, const char *text) {
    int error = 0;
    bool asks_next = is_wanted(a, BENCH_GETNEXT) || is_wanted(a, BENCH_GETBULK);
    bool asks_get = is_wanted(a, BENCH_GET);
    if (a->options->finds_costs) {
        asks_get = is_instance(a, text);
        asks_next = !asks_get;
    }
    if (is_wanted(a, BENCH_SET)) error = read_set(a, text);
    if (error == 0 && asks_get)
        error = read_name(a, text, true, &a->gets[a->get_count++]);
    if (error == 0 && asks_next) error = take_next(a, text);
    if (error == 0 && is_wanted(a, BENCH_WALK))
        error = read_root(a, text, &a->walks[a->walk_count++].root);
    return error;
}

/* A table's own columns, without joins and filters. */
static int take_table(struct bench_ask *a, const struct fleet_module_part *part) {
    struct fleet_table *table = keep(a, sizeof(*table));
    if (table == NULL || a->walk_count == OBJECTS_MAX) return -ENOMEM;
    *table = (struct fleet_table){ .name = part->table->name, .columns = part->table->columns,
                                   .column_count = part->asked, .index = part->table->index,
                                   .index_count = part->table->index_count };
    a->walks[a->walk_count++].table = table;
    return 0;
}

static int take_part(struct bench_ask *a, const struct fleet_module_part *part) {
    const struct fleet_table *t = part->table;
    int error = 0;
    if (t->is_subtree) return read_root(a, t->columns[0].oid, &a->walks[a->walk_count++].root);
    for (uint32_t i = 0; i < part->asked && error == 0; i++) {
        struct fleet_varbind *to = t->is_scalars ? &a->gets[a->get_count] : NULL;
        if (to == NULL) to = &a->nexts[a->next_count];
        if (a->get_count == OBJECTS_MAX || a->next_count == OBJECTS_MAX) return FLEET_E_FULL;
        a->get_count += t->is_scalars;
        a->next_count += !t->is_scalars;
        error = read_name(a, t->columns[i].oid, false, to);
    }
    return error != 0 || t->is_scalars ? error : take_table(a, part);
}

static int take_module(struct bench_ask *a, struct fleet *fleet, const char *name) {
    uint32_t number;
    struct fleet_module module;
    char shown[SHOW_MAX + 4];
    if (fleet_module_find(fleet, name, &number) != 0 ||
        fleet_module_get(fleet, number, &module) != 0) {
        log_line(LEVEL_ERROR, NULL, "--module: there is no module %s", show_text(name, shown));
        return FLEET_E_UNKNOWN;
    }
    int error = 0;
    for (uint32_t i = 0; i < module.parts && error == 0; i++) {
        struct fleet_module_part part;
        error = fleet_module_part(fleet, number, i, &part);
        if (error == 0 && !part.is_lookup) error = take_part(a, &part);
    }
    return error;
}

/* @count objects as questions of @size objects each: taken in turn, the last one filled up. */
static int group(struct bench_ask *a, enum bench_kind kind, const struct fleet_varbind *objects,
                 size_t count) {
    size_t size = a->options->varbinds != 0 ? a->options->varbinds : GROUP_DEFAULT_MAX;
    size_t groups = (count + size - 1) / size;
    if (a->options->varbinds == 0 && groups > 0) size = (count + groups - 1) / groups;
    struct bench_question *list = keep(a, (groups + 1) * sizeof(*list));
    struct fleet_varbind *all = keep(a, (groups * size + 1) * sizeof(*all));
    if (list == NULL || all == NULL) return -ENOMEM;
    for (size_t i = 0; i < groups * size; i++) all[i] = objects[i % count];
    for (size_t g = 0; g < groups; g++)
        list[g] = (struct bench_question){ .varbinds = all + g * size, .count = size };
    a->plan->questions[kind] = (struct bench_questions){ list, groups };
    return 0;
}

/* A kind that is to be asked and has nothing to ask. */
static int check_kinds(struct bench_ask *a) {
    bool has_any = a->get_count + a->next_count > 0;
    if (a->options->finds_costs && has_any) return 0;
    for (int k = 0; k < BENCH_KINDS; k++) {
        if (a->plan->weights[k] == 0 || a->plan->questions[k].count > 0) continue;
        log_line(LEVEL_ERROR, NULL, "%s: there is nothing to ask; %s",
                 bench_kind_text((enum bench_kind)k),
                 a->options->module != NULL ? "the module has no such objects" : "give an OID");
        return FLEET_E_INVALID;
    }
    return 0;
}

static int make_groups(struct bench_ask *a) {
    int error = group(a, BENCH_GET, a->gets, a->get_count);
    if (error == 0) error = group(a, BENCH_GETNEXT, a->nexts, a->next_count);
    if (error == 0) error = group(a, BENCH_GETBULK, a->nexts, a->next_count);
    if (error == 0) error = group(a, BENCH_SET, a->sets, a->set_count);
    a->plan->questions[BENCH_WALK] = (struct bench_questions){ a->walks, a->walk_count };
    return error == 0 ? check_kinds(a) : error;
}

static int take_defaults(struct bench_ask *a) {
    int error = 0;
    for (int k = 0; k < BENCH_KINDS && error == 0; k++) {
        if (a->plan->weights[k] == 0 || defaults[k] == NULL) continue;
        struct bench_plan alone = { .weights = { 0 } }, *all = a->plan;
        alone.weights[k] = 1;
        a->plan = &alone;
        error = take_oid(a, defaults[k]);
        a->plan = all;
    }
    return error;
}

/* Unless a kind is named: objects with an instance by GET, others with all below them. */
static void choose_kind(struct bench_ask *a) {
    const struct bench_options *o = a->options;
    if (o->has_kind || o->module != NULL) return;
    for (int i = 0; i < o->oid_count; i++) {
        const struct fleet_object *object = object_of(a, o->oids[i]);
        if (object == NULL || object->kind == FLEET_OBJECT_SCALAR) continue;
        a->plan->weights[BENCH_GET] = 0;
        a->plan->weights[o->sweeps ? BENCH_GETBULK : BENCH_WALK] = 1;
        return;
    }
}

int bench_ask_make(struct bench_ask *a, const struct bench_options *options,
                   struct bench_plan *plan, struct fleet *fleet, struct fleet_mib *mib) {
    *a = (struct bench_ask){ .plan = plan, .options = options, .mib = mib };
    a->gets = keep(a, OBJECTS_MAX * sizeof(*a->gets));
    a->nexts = keep(a, OBJECTS_MAX * sizeof(*a->nexts));
    a->sets = keep(a, FLEET_VARBINDS_MAX * sizeof(*a->sets));
    a->walks = keep(a, OBJECTS_MAX * sizeof(*a->walks));
    if (a->gets == NULL || a->nexts == NULL || a->sets == NULL || a->walks == NULL) return -ENOMEM;
    int most = is_wanted(a, BENCH_SET) ? (int)FLEET_VARBINDS_MAX : (int)OBJECTS_MAX - 8;
    if (options->oid_count > most) {
        log_line(LEVEL_ERROR, NULL, "too many OIDs: %d (at most %d)", options->oid_count, most);
        return FLEET_E_FULL;
    }
    choose_kind(a);
    int error = 0;
    if (options->module != NULL) error = take_module(a, fleet, options->module);
    else if (options->oid_count == 0) error = take_defaults(a);
    for (int i = 0; i < options->oid_count && error == 0; i++)
        error = take_oid(a, options->oids[i]);
    return error == 0 ? make_groups(a) : error;
}

int bench_ask_set_values(struct bench_ask *a) {
    return group(a, BENCH_SET, a->sets, a->set_count);
}

void bench_ask_free(struct bench_ask *a) {
    for (size_t i = 0; i < a->memory_count; i++) free(a->memory[i]);
    free(a->memory);
    *a = (struct bench_ask){ .memory_count = 0 };
}
