/*
 * fuzz_targets: any bytes as a targets file. Nothing crashes; a fault lies on a line and in a
 * column that exist and says something in one line; what was read without fault is complete.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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
    const uint8_t *at = input->bytes, *end = at + input->length;
    for (size_t i = 1; i < line; i++) {
        at = memchr(at, '\n', (size_t)(end - at));
        assert(at != NULL);
        at++;
    }
    const uint8_t *line_end = memchr(at, '\n', (size_t)(end - at));
    if (line_end == NULL) line_end = end;
    assert(column <= (size_t)(line_end - at) + 1);
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
    int fd = memfd_create("targets", MFD_CLOEXEC);
    assert(fd >= 0 && write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
    char path[32];
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    struct targets *targets;
    assert(targets_new(&targets) == 0);
    int r = targets_read_file(targets, path, &context);
    assert(r == 0 || r == FLEET_E_INVALID);
    if (r == 0) r = targets_settle(targets, &context);
    assert(r == 0 || r == FLEET_E_INVALID);
    if (r == 0) check_targets(targets);
    targets_free(targets);
    (void)close(fd);
    return 0;
}
