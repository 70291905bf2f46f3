/* arguments: see arguments.h. */
#include "cli/arguments.h"
#include "cli/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "conf/secret.h"

bool arguments_take_secret(char *text, char **secret) {
    size_t length = strlen(text);
    *secret = secret_realloc(*secret, 0);
    *secret = secret_realloc(NULL, length + 1);
    if (*secret != NULL) memcpy(*secret, text, length + 1);
    explicit_bzero(text, length);
    return *secret != NULL;
}

/* The end of the value at @at, as in a targets file: a quoted one, or up to a blank. */
static char *end_of_value(char *at) {
    if (*at != '"') return at + strcspn(at, " \t");
    for (at++; *at != '\0' && *at != '"'; at++) {
        if (at[0] == '\\' && at[1] != '\0') at++;
    }
    return at;
}

static void hide_communities(char *text) {
    static const char key[] = "community=";
    for (char *at = text; (at = strstr(at, key)) != NULL;) {
        at += sizeof(key) - 1;
        char *end = end_of_value(at);
        memset(at, '*', (size_t)(end - at));
        at = end;
    }
}

bool arguments_hide_targets(int count, char **args) {
    for (int i = 0; i < count; i++) {
        size_t size = strlen(args[i]) + 1;
        char *copy = secret_realloc(NULL, size);
        if (copy != NULL) memcpy(copy, args[i], size);
        hide_communities(args[i]);
        args[i] = copy;
        if (copy != NULL) continue;
        while (++i < count) args[i] = NULL;
        log_line(LEVEL_ERROR, NULL, "%s", strerror(ENOMEM));
        return false;
    }
    return true;
}

void arguments_wipe_targets(int count, char **args) {
    for (int i = 0; i < count; i++) args[i] = secret_realloc(args[i], 0);
}
