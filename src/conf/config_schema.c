/*
 * config_schema: the only file that knows libcyaml. It has no mappings with free keys, so their
 * schema is made for the file at hand: a field for each key that the outline has. The outline is
 * checked against the schema before libcyaml sees the text: libcyaml stops at the first fault and
 * does not say where it is.
 */
#include "conf/config_schema.h"
#include "conf/config_value.h"
#include "base/nearest.h"
#include "conf/secret.h"
#include "conf/show.h"

#include <cyaml/cyaml.h>
#include <string.h>

struct config_schema {
    cyaml_schema_value_t root, item;
    cyaml_schema_field_t parts[7], defaults[TARGET_KEYS + CONFIG_FORMS + 1];
    cyaml_schema_field_t auth[CONFIG_AUTH_KEYS + 1];
    cyaml_schema_field_t *auths, *tags;   /* a field for each key in the file */
};

#define SECRET(name) name, name "_file", name "_env", name "_credential"

static const char *const auth_keys[CONFIG_AUTH_KEYS] = {
    [CONFIG_VERSION] = "version",
    [CONFIG_USERNAME] = "username",
    [CONFIG_AUTH_PROTOCOL] = "auth_protocol",
    [CONFIG_PRIV_PROTOCOL] = "priv_protocol",
    [CONFIG_LEVEL] = "level",
    [CONFIG_CONTEXT] = "context",
    [CONFIG_CONTEXT_ENGINE_ID] = "context_engine_id",
    [CONFIG_ENGINE_ID] = "engine_id",
    [CONFIG_SECRETS] = SECRET("community"),
    SECRET("auth_password"),
    SECRET("auth_master_key"),
    SECRET("auth_localized_key"),
    SECRET("priv_password"),
    SECRET("priv_master_key"),
    SECRET("priv_localized_key"),
};

const char *config_auth_key_text(unsigned key) {
    return auth_keys[key];
}

static cyaml_schema_value_t text_value(void) {
    return (cyaml_schema_value_t){ .type = CYAML_STRING,
                                   .flags = CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                                   .data_size = sizeof(char),
                                   .string = { .min = 0, .max = CYAML_UNLIMITED } };
}

static cyaml_schema_field_t text_field(const char *key, size_t offset) {
    return (cyaml_schema_field_t){ .key = key,
                                   .data_offset = (uint32_t)offset,
                                   .value = text_value() };
}

/* A mapping that may be left empty. */
static cyaml_schema_field_t mapping_field(const char *key, size_t offset, size_t size,
                                          const cyaml_schema_field_t *fields) {
    return (cyaml_schema_field_t){
        .key = key,
        .data_offset = (uint32_t)offset,
        .value = { .type = CYAML_MAPPING,
                   .flags = CYAML_FLAG_POINTER_NULL | CYAML_FLAG_OPTIONAL,
                   .data_size = (uint32_t)size,
                   .mapping = { .fields = fields } },
    };
}

static bool is_mapping(const struct config_node *node) {
    return node != NULL && node->kind == CONFIG_MAPPING;
}

/* A field for each member of @node, which may be NULL, each with a pointer of its own. */
static cyaml_schema_field_t *make_free(struct config_reader *reader, const struct config_node *node,
                                       const cyaml_schema_field_t *like) {
    size_t count = is_mapping(node) ? node->count : 0;
    cyaml_schema_field_t *fields = arena_get(reader->arena, (count + 1) * sizeof(*fields));
    if (fields == NULL) return NULL;
    const struct config_node *member = count > 0 ? node->first : NULL;
    for (size_t i = 0; i < count; i++, member = member->next) {
        fields[i] = *like;
        fields[i].key = member->key;
        fields[i].data_offset = (uint32_t)(i * sizeof(void *));
    }
    fields[count] = (cyaml_schema_field_t){ .key = NULL };
    return fields;
}

static size_t free_size(const struct config_node *node) {
    return (is_mapping(node) && node->count > 0 ? node->count : 1) * sizeof(void *);
}

static void make_defaults(struct config_schema *s, const struct config_node *node) {
    size_t n = 0;
    const struct config_node *modules = config_node_find(node, "modules");
    for (unsigned key = TARGET_NAME + 1; key < TARGET_KEYS; key++) {
        const char *name = target_key_text(key);
        cyaml_schema_field_t field =
            text_field(name, offsetof(struct config_defaults_texts, texts) + key * sizeof(char *));
        if (key == TARGET_MODULES && modules != NULL && modules->kind == CONFIG_SEQUENCE) {
            field.data_offset = offsetof(struct config_defaults_texts, modules);
            field.count_offset = offsetof(struct config_defaults_texts, module_count);
            field.count_size = sizeof(uint32_t);
            field.value = (cyaml_schema_value_t){
                .type = CYAML_SEQUENCE,
                .flags = CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                .data_size = sizeof(char *),
                .sequence = { .entry = &s->item, .min = 0, .max = CYAML_UNLIMITED },
            };
        }
        s->defaults[n++] = field;
    }
    for (unsigned form = CONFIG_FILE; form < CONFIG_FORMS; form++) {
        s->defaults[n++] = text_field(
            auth_keys[config_secret_key(CONFIG_COMMUNITY, form)],
            offsetof(struct config_defaults_texts, community_from) + form * sizeof(char *));
    }
    s->defaults[n] = mapping_field("tags", offsetof(struct config_defaults_texts, tags),
                                   free_size(config_node_find(node, "tags")), s->tags);
    s->defaults[n + 1] = (cyaml_schema_field_t){ .key = NULL };
}

/* Read from the outline (config_fleet.c, config_modules.c, config_outputs.c, config_sources.c). */
static const cyaml_schema_value_t read_elsewhere = { .type = CYAML_IGNORE,
                                                  .flags = CYAML_FLAG_OPTIONAL };

bool config_schema_make(struct config_reader *reader, const struct config_node *root,
                        struct config_schema **ret_schema) {
    struct config_schema *s = arena_get(reader->arena, sizeof(*s));
    if (s == NULL) return config_out_of_memory(reader);
    *s = (struct config_schema){ .item = text_value() };
    const struct config_node *defaults = config_node_find(root, "defaults");
    const struct config_node *auths = config_node_find(root, "auths");
    for (unsigned key = 0; key < CONFIG_AUTH_KEYS; key++) {
        s->auth[key] = text_field(auth_keys[key], key * sizeof(char *));
    }
    cyaml_schema_field_t auth =
        mapping_field(NULL, 0, sizeof(struct config_auth_texts), s->auth);
    cyaml_schema_field_t tag = text_field(NULL, 0);
    s->auths = make_free(reader, auths, &auth);
    s->tags = make_free(reader, config_node_find(defaults, "tags"), &tag);
    if (s->auths == NULL || s->tags == NULL) return config_out_of_memory(reader);
    make_defaults(s, defaults);
    s->parts[0] = mapping_field("defaults", offsetof(struct config_texts, defaults),
                                sizeof(struct config_defaults_texts), s->defaults);
    s->parts[1] = mapping_field("auths", offsetof(struct config_texts, auths), free_size(auths),
                                s->auths);
    s->parts[2] = (cyaml_schema_field_t){ .key = "modules", .value = read_elsewhere };
    s->parts[3] = (cyaml_schema_field_t){ .key = "outputs", .value = read_elsewhere };
    s->parts[4] = (cyaml_schema_field_t){ .key = "fleet", .value = read_elsewhere };
    s->parts[5] = (cyaml_schema_field_t){ .key = "targets", .value = read_elsewhere };
    s->root = (cyaml_schema_value_t){ .type = CYAML_MAPPING,
                                      .flags = CYAML_FLAG_POINTER,
                                      .data_size = sizeof(struct config_texts),
                                      .mapping = { .fields = s->parts } };
    *ret_schema = s;
    return true;
}

/*
 * A key that is unknown because the blank behind its colon is missing has the value in it, and one
 * without a value may be one itself: neither is shown.
 */
static bool fault_key(struct config_reader *reader, const cyaml_schema_field_t *fields,
                      const struct config_node *node) {
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    char shown[SHOW_MAX + 4];
    struct nearest nearest = NEAREST_INIT(node->key);
    for (; fields->key != NULL; fields++) nearest_try(&nearest, fields->key);
    if (nearest.best != NULL) return config_fault_key(reader, node, nearest.best);
    if (node->is_null || node->key[strspn(node->key, letters)] != '\0')
        return config_fault(reader, node->key_place, "expected KEY: VALUE with a known key");
    return config_fault(reader, node->key_place, "unknown key '%s'", show_text(node->key, shown));
}

static bool check_kind(struct config_reader *reader, const cyaml_schema_value_t *value,
                       const struct config_node *node) {
    static const char *const kinds[] = { [CONFIG_TEXT] = "text",
                                         [CONFIG_MAPPING] = "a mapping (KEY: VALUE)",
                                         [CONFIG_SEQUENCE] = "a list" };
    unsigned expected = value->type == CYAML_MAPPING    ? CONFIG_MAPPING
                        : value->type == CYAML_SEQUENCE ? CONFIG_SEQUENCE
                                                        : CONFIG_TEXT;
    if (node->kind == expected || (expected == CONFIG_MAPPING && node->is_null)) return true;
    return config_fault_kind(reader, node, kinds[expected]);
}

static void check_value(struct config_reader *reader, const cyaml_schema_value_t *value,
                        const struct config_node *node);

static void check_mapping(struct config_reader *reader, const cyaml_schema_field_t *fields,
                          const struct config_node *node) {
    const cyaml_schema_field_t *likely = fields;
    for (const struct config_node *child = node->first; child != NULL; child = child->next) {
        if (config_reader_is_full(reader)) return;
        /* Free keys stand in the schema in their order, which spares looking for them. */
        const cyaml_schema_field_t *field = likely;
        if (field->key == NULL || strcmp(field->key, child->key) != 0) {
            for (field = fields; field->key != NULL; field++) {
                if (strcmp(field->key, child->key) == 0) break;
            }
        }
        if (field->key == NULL) {
            fault_key(reader, fields, child);
            continue;
        }
        likely = field + 1;
        check_value(reader, &field->value, child);
    }
}

static void check_value(struct config_reader *reader, const cyaml_schema_value_t *value,
                        const struct config_node *node) {
    if (value->type == CYAML_IGNORE) return;
    if (!check_kind(reader, value, node)) return;
    if (node->kind == CONFIG_MAPPING) check_mapping(reader, value->mapping.fields, node);
    for (const struct config_node *child = node->first;
         child != NULL && node->kind == CONFIG_SEQUENCE; child = child->next) {
        (void)check_kind(reader, value->sequence.entry, child);
    }
}

bool config_schema_check(struct config_reader *reader, const struct config_schema *schema,
                         const struct config_node *root) {
    if (!check_kind(reader, &schema->root, root)) return false;
    check_value(reader, &schema->root, root);
    return reader->faults == 0;
}

static void *wiping_memory(void *context, void *memory, size_t size) {
    (void)context;
    return secret_realloc(memory, size);
}

/* No log: its lines would hold values. */
static const cyaml_config_t settings = {
    .log_level = CYAML_LOG_ERROR,
    .mem_fn = wiping_memory,
    .flags = CYAML_CFG_NO_ALIAS,
};

bool config_schema_load(struct config_reader *reader, const struct config_schema *schema,
                        const char *bytes, size_t length, struct config_texts **ret_texts) {
    cyaml_data_t *texts = NULL;
    cyaml_err_t error = cyaml_load_data((const uint8_t *)bytes, length, &settings, &schema->root,
                                        &texts, NULL);
    /* libyaml has read this text before: it can fail only for want of memory now. */
    if (error == CYAML_ERR_OOM || error == CYAML_ERR_LIBYAML_PARSER ||
        error == CYAML_ERR_LIBYAML_PARSER_INIT) return config_out_of_memory(reader);
    if (error != CYAML_OK)
        return config_fault(reader, (struct config_place){ 0, 0 }, "libcyaml: %s",
                            cyaml_strerror(error));
    *ret_texts = texts;
    return true;
}

void config_schema_unload(const struct config_schema *schema, struct config_texts *texts) {
    if (texts != NULL) (void)cyaml_free(&settings, &schema->root, texts, 0);
}
