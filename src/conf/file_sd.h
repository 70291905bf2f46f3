/*
 * file_sd: targets as Prometheus' service discovery has them, as JSON or YAML: a list of
 *
 *     { targets: ["HOST[:PORT]", ...], labels: { NAME: VALUE, ... } }
 *
 * A label becomes the tag of its name. Those whose names begin with __ are not tags: __param_module
 * and __param_auth, as snmp_exporter has them, are the keys modules and auth, and __snmpfleet_KEY
 * is any key of a targets line. The rest of them are dropped, and so are labels without a value,
 * as Prometheus does.
 *
 * Each target is read as the line of a targets file that says the same.
 */
#pragma once

#include "conf/targets_line.h"

enum { FILE_SD_LABELS_MAX = 128 };

/* Is this the name of such a file: *.json, *.yaml, *.yml? */
bool file_sd_has_name(const char *path);

/* Does a text of unknown form begin as such a document in JSON does? */
bool file_sd_begins(const char *text, size_t length);

/* Read @length bytes of @text into the reader's targets; faults are told with their places. */
void file_sd_read(struct targets_reader *reader, const char *text, size_t length);
