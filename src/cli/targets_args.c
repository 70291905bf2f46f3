/*
 * targets_args: files and single targets are told apart by what exists, so that `poll core.targets`
 * and `poll 192.0.2.1` both do what they say. A slash means a file unless an address stands before
 * it (10.0.0.0/24), so that a misspelt path is not asked of a name server.
 */
#include "cli/targets_args.h"
#include "cli/cli.h"
#include "base/address.h"
#include "cli/line.h"
#include "cli/log.h"
#include "base/nearest.h"
#include "conf/input.h"
#include "conf/show.h"
#include "conf/source_keep.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool is_file(const struct inputs *inputs, const char *argument) {
    struct stat st;
    /* A file that is missing at a reload does not become the name of a host, or the other way. */
    if (inputs != NULL && inputs->is_running) return inputs_has(inputs, argument);
    if (strcmp(argument, "-") == 0 || stat(argument, &st) == 0) return true;
    const char *slash = strchr(argument, '/');
    if (slash == NULL || strncmp(argument, "udp", 3) == 0) return false;
    char text[ADDRESS_TEXT_MAX];
    const char *start = argument[0] == '[' ? argument + 1 : argument;
    size_t length = (size_t)(slash - start);
    /* A slash behind the first blank is part of some value. */
    if (strcspn(argument, " \t") < (size_t)(slash - argument)) return false;
    if (length >= sizeof(text)) return true;
    memcpy(text, start, length);
    text[length] = '\0';
    struct address address;
    return !address_parse_host(text, 0, &address);
}

/*
 * A name that is to be asked for may be a misspelt file. Told where there is a file that it is
 * like.
 */
static void tell_near_file(const char *argument) {
    enum { ENTRIES_MAX = 4096 };
    struct address address;
    char best[NAME_MAX + 1] = "";
    struct nearest nearest = NEAREST_INIT(argument);
    bool is_name = strpbrk(argument, " \t:/,") == NULL && strlen(argument) <= NAME_MAX &&
                   !address_parse_host(argument, 0, &address);
    DIR *folder = is_name ? opendir(".") : NULL;
    const struct dirent *entry;
    for (int i = 0; folder != NULL && i < ENTRIES_MAX && (entry = readdir(folder)) != NULL; i++) {
        size_t before = nearest.distance;
        nearest_try(&nearest, entry->d_name);
        if (nearest.distance < before) (void)snprintf(best, sizeof(best), "%s", entry->d_name);
    }
    if (folder != NULL) (void)closedir(folder);
    if (best[0] == '\0') return;
    log_line(LEVEL_WARNING, NULL, "'%s': no such file; asked for as the name of a host (did you "
                                  "mean the file '%s'?)", argument, best);
}

struct arguments {
    char **args;
    const struct targets_context *context;  /* who is told */
};

/* An argument is named by its number and what it begins with; the rest of it may be secret. */
static void tell_fault(void *context, const char *file, size_t line, size_t column,
                       const char *what) {
    const struct arguments *a = context;
    char place[SHOW_MAX + 64];
    if (a->context->fault == NULL) return;
    if (strcmp(file, TARGETS_ARGUMENT) == 0 && line > 0) {
        const char *argument = a->args[line - 1];
        size_t length = strcspn(argument, " \t=");
        (void)snprintf(place, sizeof(place), "argument %zu ('%.*s%s'), column %zu", line,
                       (int)(length < SHOW_MAX ? length : SHOW_MAX), argument,
                       argument[length] != '\0' ? " ..." : "", column);
        file = place;
        line = column = 0;
    }
    a->context->fault(a->context->fault_context, file, line, column, what);
}

static void tell_warning(void *context, const char *file, size_t line, size_t column,
                         const char *what) {
    struct arguments *a = context;
    if (a->context->warn != NULL)
        a->context->warn(a->context->fault_context, file, line, column, what);
}

int targets_args_read(struct targets *targets, const struct targets_context *context, int count,
                      char **args) {
    struct arguments arguments = { args, context };
    struct targets_context own = *context;
    bool is_start = context->inputs == NULL || !context->inputs->is_running;
    int result = 0;
    own.fault = tell_fault;
    own.warn = tell_warning;
    own.fault_context = &arguments;
    for (size_t i = 0; i < context->source_count; i++) {
        int r = source_keep_read(targets, &context->sources[i], &own);
        if (result == 0 || (result > 0 && r < 0)) result = r;
    }
    for (int i = 0; i < count; i++) {
        bool is_list = is_file(context->inputs, args[i]);
        if (is_list) targets_pass_argument(targets);
        else if (is_start) tell_near_file(args[i]);
        const struct source source = { .kind = SOURCE_ANY, .name = args[i], .path = args[i] };
        int r = is_list ? source_keep_read(targets, &source, &own)
                        : targets_read_line(targets, args[i], &own);
        if (result == 0 || (result > 0 && r < 0)) result = r;
    }
    return result == 0 ? targets_settle(targets, &own) : result;
}

void targets_args_tell(void *context, const char *file, size_t line, size_t column,
                       const char *what) {
    (void)context;
    log_place(LEVEL_ERROR, file, line, column, "%s", what);
}

void targets_args_warn(void *context, const char *file, size_t line, size_t column,
                       const char *what) {
    (void)context;
    log_place(LEVEL_WARNING, file, line, column, "%s", what);
}

/* A module that is not there, and those that are, as far as they fit a line. */
static void tell_unknown_module(const struct fleet *fleet, const char *name) {
    struct line known = { .length = 0 };
    for (uint32_t i = 0; i < fleet_module_bound(fleet); i++) {
        struct fleet_module module;
        if (fleet_module_get(fleet, i, &module) == 0)
            line_add(&known, "%s%s", known.length > 0 ? ", " : "", module.name);
    }
    log_line(LEVEL_ERROR, NULL, "--modules: no such module: '%s' (%s)", name, known.text);
}

int targets_args_modules(const struct fleet *fleet, const char *list,
                         uint32_t ret_modules[static TARGETS_ARGS_MODULES_MAX], size_t *ret_count) {
    size_t count = 0;
    for (const char *at = list; at != NULL;) {
        size_t length = strcspn(at, ",");
        char name[256];
        if (length == 0 || length >= sizeof(name) || count == TARGETS_ARGS_MODULES_MAX) {
            log_line(LEVEL_ERROR, NULL, "--modules takes NAME[,NAME...], at most %d of them",
                     TARGETS_ARGS_MODULES_MAX);
            return FLEET_E_INVALID;
        }
        memcpy(name, at, length);
        name[length] = '\0';
        uint32_t module;
        if (fleet_module_find(fleet, name, &module) != 0) {
            tell_unknown_module(fleet, name);
            return FLEET_E_UNKNOWN;
        }
        bool is_new = true;
        for (size_t i = 0; i < count; i++) is_new = is_new && ret_modules[i] != module;
        if (is_new) ret_modules[count++] = module;
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
    *ret_count = count;
    return 0;
}

int targets_args_set_builtin(struct fleet *fleet) {
    const char *name;
    for (size_t i = 0; (name = fleet_module_builtin_name(i)) != NULL; i++) {
        uint32_t module;
        int r = fleet_module_set(fleet, fleet_module_builtin(name), &module);
        if (r != 0) return r;
    }
    return 0;
}

int targets_args_exit(int result) {
    if (result == 0) return EXIT_COMPLETE;
    bool is_system = result == -ENOMEM || result == -EMFILE || result == -ENFILE;
    return is_system ? EXIT_SYSTEM : EXIT_BAD_CONFIG;
}
