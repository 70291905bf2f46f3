/*
 * devices: what agents play: files of recorded objects, or the built-in switch.
 *
 * Agents take the devices in turn, sorted by file name. A file NAME@CONTEXT.snmprec is no device
 * but a context of NAME: it answers the community COMMUNITY@CONTEXT, as switches do for their
 * VLANs. (Without a NAME it is a device after all.)
 */
#pragma once

#include "sim/recording_text.h"

struct device_context {
    char *name;
    struct recording *recording;
};

struct device {
    char *name;                      /* of the file, without folder and suffix */
    struct recording *recording;
    struct device_context *contexts;
    uint32_t context_count;
    bool is_switch;                  /* the built-in one: live values, only some objects writable */
};

struct devices {
    struct device *list;
    uint32_t count;
    uint32_t recordings;   /* made so far: the next one's id */
};

#define DEVICES_NULL ((struct devices){ .list = NULL })

void devices_deinit(struct devices *d);

/*
 * The built-in switch as the only device; with @processors 0 it has no objects of processors. 0 or
 * -errno.
 */
int devices_add_switch(struct devices *d, uint32_t ports, uint32_t processors);

/*
 * Told of each file that was read, with what was wrong in it; @recording is NULL when there is no
 * object in it.
 */
typedef void devices_file_fn(void *context, const char *path, const struct recording *recording,
                             const struct recording_faults *faults);

/*
 * Add the recording @path, or all in the folder @path whose names end in .snmprec, .snmpwalk or
 * .walk; not those of folders within, and without those that have no object. 0, or -errno with
 * *ret_path (to be freed) the file that failed when it is not @path itself, otherwise NULL;
 * -ENODATA: no object at all.
 */
int devices_load(struct devices *d, const char *path, devices_file_fn *told, void *context,
                 char **ret_path);
