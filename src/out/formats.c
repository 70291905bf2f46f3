/*
 * formats: the table of formats. A new one is a file of its own, a row here and its name in enum
 * fleet_format; options, configuration and messages read what it is called and takes from here.
 */
#include "out/format.h"

#include <stdio.h>
#include <string.h>

static const struct format_class *const classes[] = {
    [FLEET_FORMAT_CSV] = &format_csv,
    [FLEET_FORMAT_CSV_WIDE] = &format_csv_wide,
    [FLEET_FORMAT_INFLUX] = &format_influx,
    [FLEET_FORMAT_JSON] = &format_json,
};

enum { CLASSES = sizeof(classes) / sizeof(classes[0]) };

const struct format_class *format_class_of(enum fleet_format format) {
    return (unsigned)format < CLASSES ? classes[format] : NULL;
}

const struct fleet_format_info *fleet_format_info(enum fleet_format format) {
    const struct format_class *class = format_class_of(format);
    return class != NULL ? &class->info : NULL;
}

bool fleet_format_find(const char *name, enum fleet_format *ret_format) {
    for (unsigned i = 0; i < CLASSES; i++) {
        if (strcmp(classes[i]->info.name, name) != 0) continue;
        *ret_format = (enum fleet_format)i;
        return true;
    }
    return false;
}

size_t fleet_format_names(char *buffer, size_t size) {
    size_t at = 0;
    for (unsigned i = 0; i < CLASSES; i++) {
        const char *between = i == 0 ? "" : i + 1 < CLASSES ? ", " : " or ";
        int n = snprintf(at < size ? buffer + at : NULL, at < size ? size - at : 0, "%s%s", between,
                         classes[i]->info.name);
        at += n > 0 ? (size_t)n : 0;
    }
    return at;
}

const char *fleet_writer_check(const struct fleet_writer_options *options) {
    const struct fleet_format_info *info = fleet_format_info(options->format);
    if (info == NULL) return "there is no such format";
    bool is_stdout = options->path == NULL || options->path[0] == '\0' ||
                     strcmp(options->path, "-") == 0;
    if (!options->rows && !options->reports)
        return "neither rows nor reports are written: one of them is needed";
    if (options->rows && options->reports && !info->shares)
        return "rows and reports have different columns: each needs an output of its own";
    if (info->is_folder && is_stdout) return "the format writes a folder, which `path` must name";
    if (options->telegraf && !info->takes_telegraf) return "the format does not take `compat`";
    if (options->unsigned_integers && !info->takes_unsigned)
        return "the format does not take `uint`";
    return NULL;
}
