/* many_options: see many_options.h. */
#include "cli/many_options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "conf/show.h"

static bool take_file(struct many_options *o, char *file) {
    if (file == NULL || *file == '\0') {
        (void)fprintf(stderr, "--targets needs a file, a block or a range\n");
        return false;
    }
    if (o->file_count == MANY_FILES_MAX) {
        (void)fprintf(stderr, "--targets: at most %d times\n", MANY_FILES_MAX);
        return false;
    }
    o->files[o->file_count++] = file;
    return true;
}

bool many_options_take_long(struct many_options *o, const char *text, int argc, char **argv,
                            bool *ret_is_good) {
    static const char targets[] = "targets";
    const size_t length = sizeof(targets) - 1;
    *ret_is_good = true;
    if (strcmp(text, "sorted") == 0) {
        o->is_sorted = true;
        return true;
    }
    if (strncmp(text, targets, length) != 0 || (text[length] != '\0' && text[length] != '='))
        return false;
    char *file = NULL;
    if (text[length] == '=') file = strchr(argv[optind - 1], '=') + 1;
    else if (optind < argc) file = argv[optind++];
    *ret_is_good = take_file(o, file);
    return true;
}

bool many_options_take(struct many_options *o, int option, char *argument) {
    static const char *const formats[] = { "text", "csv", "json" };
    char shown[SHOW_MAX + 4];
    if (option == 'f') {
        o->config = argument;
        return true;
    }
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcmp(argument, formats[i]) != 0) continue;
        o->format = (enum many_format)i;
        o->has_format = true;
        return true;
    }
    (void)fprintf(stderr, "-o takes text, csv or json, not %s\n", show_text(argument, shown));
    return false;
}

void many_options_settle(struct many_options *o, const char *agent) {
    o->has_names = agent == NULL || strchr(agent, ',') != NULL;
    o->is_many = o->has_names || o->config != NULL || o->has_format || o->is_sorted;
}
