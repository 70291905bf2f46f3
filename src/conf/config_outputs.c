/* config_outputs: see config_outputs.h. */
#include "conf/config_outputs.h"
#include "base/text.h"

#include <string.h>

enum { OUTPUTS_MAX = 16 };

static const char *const output_keys[] = { "format", "path",   "rows", "reports",
                                           "uint",   "compat", NULL };

static bool read_format(struct config_reader *r, const struct config_node *node,
                        enum fleet_format *ret_format) {
    char names[128];
    if (node->text != NULL && fleet_format_find(node->text, ret_format)) return true;
    (void)fleet_format_names(names, sizeof(names));
    return config_fault_expected(r, node, names);
}

static bool check_output(struct config_reader *r, const struct config_node *node,
                         const struct fleet_writer_options *o) {
    const char *why = fleet_writer_check(o);
    return why == NULL || config_fault(r, node->place, "%s: %s", fleet_format_info(o->format)->name,
                                       why);
}

/* Relative paths begin at the configuration's folder, as those of secrets do. NULL: told. */
static const char *read_path(struct config_reader *r, const struct config_node *node) {
    const char *path = config_text(r, node);
    if (path == NULL || path[0] == '/' || path[0] == '\0' || strcmp(path, "-") == 0 ||
        r->folder[0] == '\0') return path;
    size_t folder = strlen(r->folder), length = strlen(path) + 1;
    char *whole = (char *)arena_get_bytes(r->arena, folder + length);
    if (whole == NULL) {
        (void)config_out_of_memory(r);
        return NULL;
    }
    memcpy(whole, r->folder, folder);
    memcpy(whole + folder, path, length);
    return whole;
}

static bool read_output(struct config_reader *r, const struct config_node *node,
                        struct fleet_writer_options *o) {
    *o = (struct fleet_writer_options){ .rows = true };
    if (!config_check_mapping(r, node, output_keys)) return false;
    const struct config_node *format = config_node_find(node, "format");
    const struct config_node *path = config_node_find(node, "path");
    const struct config_node *rows = config_node_find(node, "rows");
    const struct config_node *reports = config_node_find(node, "reports");
    const struct config_node *is_unsigned = config_node_find(node, "uint");
    if (format == NULL) return config_fault(r, node->place, "expected a key 'format'");
    bool is_good = read_format(r, format, &o->format);
    if (path != NULL) {
        o->path = read_path(r, path);
        is_good = o->path != NULL && is_good;
    }
    if (rows != NULL) is_good = config_flag(r, rows, &o->rows) && is_good;
    if (reports != NULL) is_good = config_flag(r, reports, &o->reports) && is_good;
    if (is_unsigned != NULL)
        is_good = config_flag(r, is_unsigned, &o->unsigned_integers) && is_good;
    const struct config_node *compat = config_node_find(node, "compat");
    if (compat != NULL) {
        o->telegraf = compat->text != NULL && strcmp(compat->text, "telegraf") == 0;
        if (!o->telegraf) is_good = config_fault_expected(r, compat, "telegraf");
    }
    if (o->path != NULL && strcmp(o->path, "-") == 0) o->path = NULL;
    return is_good && check_output(r, node, o);
}

bool config_outputs_read(struct config_reader *r, const struct config_node *node,
                         struct fleet_writer_options **ret_outputs, size_t *ret_count) {
    *ret_outputs = NULL;
    *ret_count = 0;
    if (node == NULL || node->is_null) return true;
    if (!config_check_list(r, node)) return false;
    if (node->count > OUTPUTS_MAX)
        return config_fault(r, node->place, "more than %d outputs", OUTPUTS_MAX);
    struct fleet_writer_options *outputs = arena_get(r->arena, node->count * sizeof(*outputs));
    if (outputs == NULL) return config_out_of_memory(r);
    size_t count = 0;
    bool is_good = true;
    for (const struct config_node *n = node->first; n != NULL; n = n->next) {
        if (!read_output(r, n, &outputs[count])) {
            is_good = false;
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            if (text_is_same(outputs[i].path, outputs[count].path))
                is_good = config_fault(r, n->place, "another output goes to the same place");
        }
        count++;
    }
    *ret_outputs = outputs;
    *ret_count = count;
    return is_good;
}
