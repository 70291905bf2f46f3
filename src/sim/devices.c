/*
 * devices: see devices.h. Files are read in the order of their names and are devices at first; then
 * those that are contexts of another are moved there.
 */
#include "sim/devices.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/switch.h"

static void device_deinit(struct device *d) {
    free(d->name);
    recording_free(d->recording);
    for (uint32_t i = 0; i < d->context_count; i++) {
        free(d->contexts[i].name);
        recording_free(d->contexts[i].recording);
    }
    free(d->contexts);
}

void devices_deinit(struct devices *d) {
    for (uint32_t i = 0; i < d->count; i++) device_deinit(&d->list[i]);
    free(d->list);
    *d = DEVICES_NULL;
}

/* Takes over @recording and @name, which may be NULL when memory is out. */
static int devices_add(struct devices *d, char *name, struct recording *recording, bool is_switch) {
    struct device *list = name == NULL ? NULL : realloc(d->list, (d->count + 1) * sizeof(*list));
    if (list == NULL) {
        free(name);
        recording_free(recording);
        return -ENOMEM;
    }
    d->list = list;
    recording->id = d->recordings++;
    d->list[d->count++] =
        (struct device){ .name = name, .recording = recording, .is_switch = is_switch };
    return 0;
}

int devices_add_switch(struct devices *d, uint32_t ports, uint32_t processors) {
    struct recording *recording;
    int error = switch_new(ports, processors, &recording);
    return error != 0 ? error : devices_add(d, strdup("switch"), recording, true);
}

static const char *const suffixes[] = { ".snmprec", ".snmpwalk", ".walk" };

/* Length of the suffix of a recording's file name; 0: none. */
static size_t suffix_length(const char *name) {
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        size_t suffix = strlen(suffixes[i]);
        if (length > suffix && strcmp(name + length - suffix, suffixes[i]) == 0) return suffix;
    }
    return 0;
}

static int devices_read_file(const char *path, struct recording **ret_recording,
                             struct recording_faults *faults) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    struct stat info;
    int error = fstat(fd, &info) == 0 ? 0 : -errno;
    if (error == 0 && !S_ISREG(info.st_mode)) error = -EINVAL;
    size_t size = error == 0 ? (size_t)info.st_size : 0;
    void *text = size == 0 ? MAP_FAILED : mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (size > 0 && text == MAP_FAILED) error = -errno;
    close(fd);
    if (error != 0) return error;
    struct recording_builder b = RECORDING_BUILDER_NULL;
    if (size > 0) {
        recording_read(span_of(text, size), &b, faults);
        munmap(text, size);
    }
    return recording_build(&b, ret_recording);
}

static int devices_load_file(struct devices *d, const char *path, devices_file_fn *told,
                             void *context) {
    struct recording *recording;
    struct recording_faults faults = { 0 };
    int error = devices_read_file(path, &recording, &faults);
    if (error != 0) return error;
    bool is_empty = recording->count == 0;
    told(context, path, is_empty ? NULL : recording, &faults);
    if (is_empty) {
        recording_free(recording);
        return 0;
    }
    const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
    return devices_add(d, strndup(name, strlen(name) - suffix_length(name)), recording, false);
}

static int is_recording(const struct dirent *e) {
    return e->d_name[0] != '.' && suffix_length(e->d_name) > 0;
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int devices_load_folder(struct devices *d, const char *path, devices_file_fn *told,
                               void *context, char **ret_path) {
    struct dirent **names;
    int count = scandir(path, &names, is_recording, by_name), error = count < 0 ? -errno : 0;
    for (int i = 0; i < count; i++) {
        char *file = NULL;
        if (error == 0 && asprintf(&file, "%s/%s", path, names[i]->d_name) < 0) error = -ENOMEM;
        if (error == 0) error = devices_load_file(d, file, told, context);
        if (error != 0 && *ret_path == NULL) *ret_path = file;
        else free(file);
        free(names[i]);
    }
    if (count >= 0) free(names);
    return error;
}

/* The device that @context is a context of; NULL: it is none. */
static struct device *devices_owner(struct devices *d, const struct device *context,
                                    const char **ret_name) {
    const char *at = strrchr(context->name, '@');
    if (at == NULL) return NULL;
    *ret_name = at + 1;
    size_t length = (size_t)(at - context->name);
    for (uint32_t i = 0; i < d->count; i++) {
        const char *name = d->list[i].name;
        if (strlen(name) == length && memcmp(name, context->name, length) == 0) return &d->list[i];
    }
    return NULL;
}

static int devices_join_contexts(struct devices *d) {
    for (uint32_t i = 0; i < d->count; i++) {
        const char *name;
        struct device *owner = devices_owner(d, &d->list[i], &name);
        if (owner == NULL) continue;
        struct device_context *contexts =
            realloc(owner->contexts, (owner->context_count + 1) * sizeof(*contexts));
        if (contexts != NULL) owner->contexts = contexts;
        char *copy = contexts == NULL ? NULL : strdup(name);
        if (copy == NULL) return -ENOMEM;
        contexts[owner->context_count++] =
            (struct device_context){ .name = copy, .recording = d->list[i].recording };
        d->list[i].recording = NULL;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < d->count; i++) {
        if (d->list[i].recording != NULL) d->list[kept++] = d->list[i];
        else device_deinit(&d->list[i]);
    }
    d->count = kept;
    return 0;
}

int devices_load(struct devices *d, const char *path, devices_file_fn *told, void *context,
                 char **ret_path) {
    struct stat info;
    *ret_path = NULL;
    if (stat(path, &info) != 0) return -errno;
    int error;
    if (S_ISDIR(info.st_mode)) {
        error = devices_load_folder(d, path, told, context, ret_path);
        if (error == 0) error = devices_join_contexts(d);
    } else {
        error = devices_load_file(d, path, told, context);
    }
    return error == 0 && d->count == 0 ? -ENODATA : error;
}
