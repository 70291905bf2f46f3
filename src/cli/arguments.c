/* arguments: see arguments.h. */
#include "cli/arguments.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "conf/secret.h"
#include "conf/show.h"

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

bool arguments_hide_targets(const char *verb, int count, char **args) {
    for (int i = 0; i < count; i++) {
        size_t size = strlen(args[i]) + 1;
        char *copy = secret_realloc(NULL, size);
        if (copy != NULL) memcpy(copy, args[i], size);
        hide_communities(args[i]);
        args[i] = copy;
        if (copy != NULL) continue;
        while (++i < count) args[i] = NULL;
        (void)fprintf(stderr, "snmpfleet %s: %s\n", verb, strerror(ENOMEM));
        return false;
    }
    return true;
}

void arguments_wipe_targets(int count, char **args) {
    for (int i = 0; i < count; i++) args[i] = secret_realloc(args[i], 0);
}

static const struct option *find_value(const struct option *options, int value) {
    while (options->name != NULL && options->val != value) options++;
    return options->name != NULL ? options : NULL;
}

/* A long option that there is not. It has just been passed by, whatever getopt has moved. */
static void tell_unknown(const char *verb, const char *word, const struct option *options) {
    char name[SHOW_MAX + 1], shown[SHOW_MAX + 4];
    int length = (int)strcspn(word, "="), count = 0;
    (void)snprintf(name, sizeof(name), "%.*s", length < SHOW_MAX ? length : SHOW_MAX, word);
    for (const struct option *o = options; o->name != NULL && length > 2; o++)
        count += strncmp(o->name, word + 2, (size_t)length - 2) == 0;
    (void)fprintf(stderr, "snmpfleet %s: %s '%s'; 'snmpfleet %s --help' lists them\n", verb,
                  count > 1 ? "there is more than one option that begins with"
                            : "no such option",
                  show_text(name, shown), verb);
}

void arguments_tell_wrong(const char *verb, int wrong, char **argv, const char *letters,
                          const struct option *options) {
    const char *word = argv[optind - 1];
    bool is_letter = optopt > 0 && optopt < 256;
    const struct option *o = optopt != 0 ? find_value(options, optopt) : NULL;
    if (optopt == 0) {
        tell_unknown(verb, strncmp(word, "--", 2) == 0 ? word : "--", options);
    } else if (wrong == ':') {
        /* What lacks its argument is the last word. */
        bool is_long = o != NULL && (!is_letter || strncmp(word, "--", 2) == 0);
        if (is_long) (void)fprintf(stderr, "snmpfleet %s: --%s needs an argument", verb, o->name);
        else (void)fprintf(stderr, "snmpfleet %s: -%c needs an argument", verb, optopt);
        (void)fprintf(stderr, "; 'snmpfleet %s --help' says more\n", verb);
    } else if (o != NULL && (!is_letter || strchr(letters, optopt) != NULL)) {
        (void)fprintf(stderr, "snmpfleet %s: --%s takes no argument\n", verb, o->name);
    } else {
        char name[] = { '-', (char)optopt, '\0' }, shown[SHOW_MAX + 4];
        (void)fprintf(stderr, "snmpfleet %s: no such option '%s'; 'snmpfleet %s --help' lists "
                              "them\n", verb, show_text(name, shown), verb);
    }
}
