/* many_targets: see many_targets.h. */
#include "cli/many_targets.h"
#include "cli/arguments.h"
#include "cli/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/settings.h"
#include "conf/targets.h"

/* A,B,C cut at its commas. NULL: no memory; otherwise the pieces, which are one allocation. */
static char **cut(const char *list, int *ret_count) {
    size_t length = strlen(list), count = 1;
    for (const char *at = list; *at != '\0'; at++) count += *at == ',';
    char **pieces = malloc(count * sizeof(*pieces) + length + 1);
    if (pieces == NULL) return NULL;
    char *text = memcpy(pieces + count, list, length + 1);
    for (size_t i = 0; i < count; i++) {
        pieces[i] = text;
        text += strcspn(text, ",");
        *text++ = '\0';
    }
    *ret_count = (int)count;
    return pieces;
}

static int read_targets(struct ask *a, struct settings *settings, struct targets *targets) {
    struct many_options *o = &a->options.many;
    const struct targets_context context = settings_context(settings, a->fleet);
    if (o->file_count > 0) {
        int error = targets_args_read(targets, &context, (int)o->file_count, o->files);
        arguments_wipe_targets((int)o->file_count, o->files);
        return error;
    }
    int count;
    char **pieces = cut(a->options.agent, &count);
    if (pieces == NULL) {
        log_plain("%s: %s\n", a->options.program, strerror(ENOMEM));
        return -ENOMEM;
    }
    int error = targets_args_read(targets, &context, count, pieces);
    free(pieces);
    return error;
}

/* Targets of the fleet, without modules: nothing is polled. */
static int set_targets(struct ask *a, const struct targets *targets, struct many_targets *many) {
    many->count = targets_count(targets);
    many->numbers = calloc(many->count + 1, sizeof(*many->numbers));
    if (many->numbers == NULL) return -ENOMEM;
    for (size_t i = 0; i < many->count; i++) {
        struct fleet_target_options target = *targets_get(targets, i);
        target.modules = NULL;
        target.module_count = 0;
        int error = fleet_target_set(a->fleet, &target, &many->numbers[i], NULL);
        if (error != 0) return error;
    }
    return 0;
}

/* The credentials become those of @settings, which wipe them. */
static void move_credentials(struct credentials *from, struct credentials *to) {
    *to = *from;
    if (to->auth.engine_id != NULL) to->auth.engine_id = to->engine_id;
    if (to->auth.context_engine_id != NULL) to->auth.context_engine_id = to->context_engine_id;
    *from = (struct credentials){ .is_given = false };
}

int many_targets_read(struct ask *a, struct many_targets *ret_targets) {
    const struct many_options *o = &a->options.many;
    struct settings settings = {
        .verb = a->verb->name, .program = a->options.program,
        .config_path = o->config,
        .mib_path = a->options.path, .mib_modules = a->options.modules,
        .given = o->given, .without_sources = true,
    };
    struct targets *targets = NULL;
    if (!credentials_settle(&a->options.credentials, a->options.program, o->config != NULL))
        return FLEET_E_INVALID;
    move_credentials(&a->options.credentials, &settings.credentials);
    bool is_told = true;
    int error = settings_load(&settings, a->fleet);
    if (error == 0) error = targets_new(&targets);
    if (error == 0) error = read_targets(a, &settings, targets);
    if (error == 0 && targets_count(targets) == 0) {
        log_plain("%s: no target is given\n", a->options.program);
        error = FLEET_E_INVALID;
    }
    if (error == 0) {
        error = set_targets(a, targets, ret_targets);
        is_told = error == 0;
    }
    if (error == 0) settings_apply_limits(&settings, a->fleet);
    if (!is_told)
        log_plain("%s: targets: %s\n", a->options.program, fleet_error_text(error));
    targets_free(targets);
    settings_free(&settings);
    return error;
}

void many_targets_free(struct many_targets *targets) {
    free(targets->numbers);
    *targets = (struct many_targets){ .count = 0 };
}
