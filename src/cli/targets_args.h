/*
 * targets_args: the targets that a verb gets as arguments, and the modules that --modules names.
 */
#pragma once

#include "conf/targets.h"

enum { TARGETS_ARGS_MODULES_MAX = 64 };

/*
 * Read the sources of @context, then each argument into @targets, then settle them. "-" is standard
 * input, an existing file or folder is a source, and anything else is the line of a target, unless
 * it looks like the path of a file that is missing. Reading goes on after an error. For an error in
 * an argument @context's fault function gets "argument N ('BEGINNING ...'), column C" as the file.
 * Returns 0, FLEET_E_INVALID when errors were told, or -errno of the first file that cannot be read
 * (told too).
 */
int targets_args_read(struct targets *targets, const struct targets_context *context, int count,
                      char **args);

/* Each a targets_fault_fn that tells "file:line:column: what", or a warning. */
void targets_args_tell(void *context, const char *file, size_t line, size_t column,
                       const char *what);
void targets_args_warn(void *context, const char *file, size_t line, size_t column,
                       const char *what);

/*
 * The numbers of the modules in @list, whose names are separated by commas. Returns FLEET_E_UNKNOWN
 * for an unknown name and FLEET_E_INVALID for an empty name or too many, after a message.
 */
int targets_args_modules(const struct fleet *fleet, const char *list,
                         uint32_t ret_modules[static TARGETS_ARGS_MODULES_MAX], size_t *ret_count);

/* The built-in modules have their names. 0, -errno or an enum fleet_error. */
int targets_args_set_builtin(struct fleet *fleet);

/* The exit code for what one of these, or targets_apply, returned. */
int targets_args_exit(int result);
