/*
 * arguments: what all verbs do with their command line: take secrets out of it, so that ps does not
 * show them.
 */
#pragma once

#include <stdbool.h>

/*
 * A copy of @text, in place of the earlier *secret, for secret_realloc to free; @text is blanked.
 * False: memory is out.
 */
bool arguments_take_secret(char *text, char **secret);

/*
 * Targets that were given as arguments: copies take their places in @args, and where they stood
 * communities are blanked. False: memory is out, told in the name of @verb.
 */
bool arguments_hide_targets(int count, char **args);

/* The copies are wiped; the places are NULL then. Those that are no copies are none of it. */
void arguments_wipe_targets(int count, char **args);
