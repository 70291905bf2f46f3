/*
 * fuzz_file_sd: any bytes as a document of Prometheus' service discovery. Nothing
 * crashes; a fault lies in the document and says something in one line; what was read without
 * fault is complete.
 */
#include <assert.h>
#include <string.h>

#include "conf/secret.h"
#include "conf/targets.h"
#include "base/address.h"
#include "complete_targets.h"
#include "fake_fleet.h"

struct input {
    const uint8_t *bytes;
    size_t length;
};

static void check_fault(void *context, const char *file, size_t line, size_t column,
                        const char *what) {
    const struct input *input = context;
    if (line == 0) return assert(what[0] != '\0' && strchr(what, '\n') == NULL);
    assert(file != NULL && what[0] != '\0' && column >= 1);
    size_t lines = 1;
    /* YAML ends lines at more than \n: at least there are not more lines than bytes. */
    for (size_t i = 0; i < input->length; i++)
        lines += input->bytes[i] == '\n' || input->bytes[i] == '\r' || input->bytes[i] >= 0x80;
    assert(line <= lines + 1 && column <= input->length + 1);
    for (const char *c = what; *c != '\0'; c++) assert((unsigned char)*c >= 0x20 && *c != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct fleet fleet;
    static const uint32_t module = 10;
    struct fleet_target_options defaults = { .modules = &module, .module_count = 1 };
    struct input input = { data, size };
    struct targets_context context = {
        .fleet = &fleet, .defaults = &defaults, .fault = check_fault, .fault_context = &input,
    };
    struct targets *targets;
    assert(targets_new(&targets) == 0);
    char *bytes = secret_realloc(NULL, size + 1);
    assert(bytes != NULL);
    if (size > 0) memcpy(bytes, data, size);
    bytes[size] = '\0';
    int r = targets_read_text(targets, "document", bytes, size, TARGETS_FILE_SD, &context);
    assert(r == 0 || r == FLEET_E_INVALID);
    if (r == 0) r = targets_settle(targets, &context);
    assert(r == 0 || r == FLEET_E_INVALID);
    if (r == 0) check_targets(targets);
    targets_free(targets);
    return 0;
}
