/*
 * fuzz_config: any bytes as a configuration file. Nothing crashes; a fault lies in the file and
 * says something in one line; libcyaml never refuses what was found to fit; what was read without
 * fault is complete, and its modules can be polled. No other file and no variable is read, and
 * names of objects are those that are built in.
 */
#include <assert.h>
#include <string.h>

#include "conf/config.h"
#include "core/walk/plan_compile.h"
#include "fake_fleet.h"

struct input {
    const uint8_t *bytes;
    size_t length;
};

static void check_fault(void *context, const char *file, size_t line, size_t column,
                        const char *what) {
    const struct input *input = context;
    assert(file != NULL && what[0] != '\0' && line >= 1 && column >= 1);
    assert(column <= input->length + 1);
    size_t lines = 2;  /* the last one need not end, and what is missing is behind it */
    for (size_t i = 0; i < input->length; i++) {
        uint8_t c = input->bytes[i];
        /* All that ends a line in YAML: also the last octet of NEL, LS and PS. */
        lines += c == '\n' || c == '\r' || c == 0x85 || c == 0xa8 || c == 0xa9;
    }
    assert(line <= lines);
    for (const char *c = what; *c != '\0'; c++) assert((unsigned char)*c >= 0x20 && *c != 0x7f);
}

static void check_config(const struct config *config) {
    size_t count;
    const struct targets_auth *auths = config_auths(config, &count);
    const struct fleet_auth_options *o;
    size_t i = 0;
    for (; (o = config_auth(config, i)) != NULL; i++) {
        assert(o->name != NULL && o->name[0] != '\0' && fleet_auth_check(o) == NULL);
    }
    assert(i == count);
    for (i = 1; i < count; i++) assert(strcmp(auths[i - 1].name, auths[i].name) < 0);
    const struct fleet_limits *limits = config_limits(config);
    assert(limits->rate <= FLEET_RATE_MAX && limits->window <= FLEET_WINDOW_MAX);
    assert(limits->dns_rate <= FLEET_DNS_RATE_MAX && limits->memory <= FLEET_MEMORY_MAX);
    assert(limits->memory == 0 || limits->memory >= FLEET_MEMORY_MIN);
    const struct fleet_target_options *d = config_defaults(config);
    assert(d->auth <= count && d->name == NULL && d->host == NULL);
    for (i = 0; i < d->tag_count; i++) {
        assert(d->tags[i].name[0] != '\0' && d->tags[i].value != NULL);
    }
}

/* What was read without fault compiles, unless it is too much. */
static void check_modules(const struct config *config) {
    const struct fleet_module_options *o;
    struct arena_pool pool;
    arena_pool_init(&pool, 16384, 4);
    for (size_t i = 0; (o = config_module(config, i)) != NULL; i++) {
        struct plan *plan;
        uint32_t number = 0;
        int error = plan_new(o, o->context_count > 0 ? o->context_count - 1 : 0, &pool, &number,
                             &plan);
        assert(error == 0 || error == FLEET_E_FULL);
        if (error == 0) plan_free(plan);
    }
    arena_pool_deinit(&pool);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct fleet fleet;
    struct input input = { data, size };
    static struct fleet_mib *mib;
    const struct fleet_mib_options built_in = { .path = "/nonexistent", .cache = "" };
    if (mib == NULL) assert(fleet_mib_new(&mib, &built_in) == 0);
    const struct config_context context = {
        .fleet = &fleet, .mib = mib, .fault = check_fault, .fault_context = &input,
        .is_alone = true,
    };
    struct config *config;
    assert(config_new(&config) == 0);
    int r = config_read_text(config, (const char *)data, size, "input", &context);
    assert(r == 0 || r == FLEET_E_INVALID);
    if (r == 0) check_config(config);
    if (r == 0) check_modules(config);
    config_free(config);
    return 0;
}
