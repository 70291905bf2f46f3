/*
 * translate: names to OIDs and back, and what modules say of them, as snmptranslate does.
 *
 * Options, text and exit codes are its own. What differs: names alone are looked for in all modules
 * without -IR; a name that is not known does not keep those behind it from being told; the lists of
 * -T are in the order of OIDs.
 */
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/text_options.h"
#include "conf/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* snmptranslate's exit codes: usage and patterns that match nothing; names that are not known. */
enum { EXIT_NO_MATCH = 1, EXIT_UNKNOWN_NAME = 2 };

enum { WIDTH_DEFAULT = 1000000 };

struct translate {
    struct fleet_mib_options options;
    struct fleet_mib *mib;
    struct fleet_text_style style;
    struct fleet_name_style names;
    uint32_t reports;
    size_t width;
    bool describes, shows_all_matches;
};

static void usage(FILE *to) {
    (void)fputs("usage: snmpfleet translate [options] OID...\n"
                "\n"
                "Names to OIDs and OIDs to names. Common modules are built in; others are read "
                "from files. Sends nothing.\n"
                "\n"
                "  -m MODULE[:...]    load these modules; ALL: all that are found\n"
                "  -M DIR[:...]       look for modules in these folders; +DIR after, -DIR before "
                "the default ones\n"
                TEXT_OPTIONS_OUTPUT_HELP
                TEXT_OPTIONS_INPUT_HELP
                "  -T LETTERS         what is told:\n"
                "      d              what the module says of the object\n"
                "      p a            all below it as a tree; as a module\n"
                "      l o s z t      lists: labelled, numbers, names, name and number, types\n"
                "      B              OID is a regular expression: all that match\n"
                "  -w WIDTH           lines of -Td and -Tp are at most so wide\n"
                "  -L, -P LETTERS     taken, and mean nothing here\n"
                "  -V, --version\n"
                "  -h, --help\n"
                "\n"
                "Exit: 0 all is well, 1 usage, or nothing matches, 2 a name is not known, "
                "4 system.\n",
                to);
}

static void warn(void *context, const char *file, const char *text) {
    (void)context;
    if (file != NULL) (void)fprintf(stderr, "snmpfleet: %s: %s\n", file, text);
    else (void)fprintf(stderr, "snmpfleet: %s\n", text);
}

static void write_out(void *context, const char *text, size_t length) {
    (void)context;
    (void)fwrite(text, 1, length, stdout);
}

/* False: memory is out. */
static bool print_description(struct translate *t, const uint32_t *oid, size_t length) {
    size_t size = fleet_mib_describe(t->mib, oid, length, t->width, NULL, 0) + 1;
    char *text = malloc(size);
    if (text == NULL) return false;
    (void)fleet_mib_describe(t->mib, oid, length, t->width, text, size);
    (void)fputs(text, stdout);
    free(text);
    return true;
}

static int print_oid(struct translate *t, const uint32_t *oid, size_t length, bool is_wildcard) {
    char text[FLEET_OID_TEXT_MAX * 4];
    (void)fleet_mib_oid_text(t->mib, oid, length, &t->style, text, sizeof(text));
    (void)printf("%s%s\n", text, is_wildcard ? ".*" : "");
    return t->describes && !print_description(t, oid, length) ? EXIT_SYSTEM : EXIT_COMPLETE;
}

static int translate_matches(struct translate *t, const char *pattern) {
    const struct fleet_object *o;
    int code = EXIT_COMPLETE;
    size_t i = 0;
    for (; code == 0 && (o = fleet_mib_match(t->mib, pattern, i)) != NULL; i++)
        code = print_oid(t, o->oid, o->oid_length, false);
    if (i > 0) return code;
    char shown[SHOW_MAX + 4];
    (void)fprintf(stderr, "snmpfleet translate: nothing matches %s\n", show_text(pattern, shown));
    return EXIT_NO_MATCH;
}

static int translate_report(struct translate *t, const struct fleet_object *root) {
    static const uint32_t iso = 1;
    const uint32_t of_iso = FLEET_REPORT_TREE | FLEET_REPORT_DEFINITIONS;
    if (root == NULL && (t->reports & of_iso) != 0) root = fleet_mib_at(t->mib, &iso, 1);
    if (fleet_mib_report(t->mib, root, t->reports, t->width, write_out, NULL) == 0)
        return EXIT_COMPLETE;
    (void)fprintf(stderr, "snmpfleet translate: out of memory\n");
    return EXIT_SYSTEM;
}

static int translate_name(struct translate *t, const char *text) {
    struct fleet_name name;
    char why[FLEET_MIB_WHY_MAX], shown[SHOW_MAX + 4];
    if (t->shows_all_matches) return translate_matches(t, text);
    int r = fleet_mib_parse_name(t->mib, text, &t->names, &name, why);
    if (r != 0) {
        (void)fprintf(stderr, "snmpfleet translate: %s: %s\n", show_text(text, shown), why);
        return (t->names.flags & FLEET_NAME_PATTERN) != 0 ? EXIT_NO_MATCH : EXIT_UNKNOWN_NAME;
    }
    if (t->reports == 0) return print_oid(t, name.oid, name.length, name.is_wildcard);
    if (name.object != NULL) return translate_report(t, name.object);
    (void)fprintf(stderr, "snmpfleet translate: %s: no object is known there\n",
                  show_text(text, shown));
    return EXIT_NO_MATCH;
}

static int translate_names(struct translate *t, int count, char **names) {
    int worst = EXIT_COMPLETE;
    if (count == 0) return translate_report(t, NULL);
    for (int i = 0; i < count; i++) {
        int code = translate_name(t, names[i]);
        if (code > worst) worst = code;
        if (i + 1 < count && t->reports == 0 && !t->shows_all_matches) (void)putchar('\n');
    }
    return worst;
}

static bool translate_tells(struct translate *t, const char *letters) {
    static const char reports[] = "palostz";
    static const uint32_t flags[] = {
        FLEET_REPORT_TREE, FLEET_REPORT_DEFINITIONS, FLEET_REPORT_LABELED, FLEET_REPORT_NUMBERS,
        FLEET_REPORT_SYMBOLS, FLEET_REPORT_TYPES, FLEET_REPORT_CHILDREN,
    };
    for (; *letters != '\0'; letters++) {
        const char *report = strchr(reports, *letters);
        if (*letters == 'd') t->describes = true;
        else if (*letters == 'B') t->shows_all_matches = true;
        else if (report != NULL) t->reports |= flags[report - reports];
        else {
            (void)fprintf(stderr, "snmpfleet translate: -T%c: nothing to tell\n", *letters);
            return false;
        }
    }
    return true;
}

static bool translate_width(struct translate *t, const char *text) {
    char *end;
    long width = strtol(text, &end, 10);
    if (*end != '\0' || end == text || width <= 0 || width > WIDTH_DEFAULT) {
        (void)fprintf(stderr, "snmpfleet translate: -w %s: no width\n", text);
        return false;
    }
    t->width = (size_t)width;
    return true;
}

/* @wrong: the letter behind -O or -I that was not taken; NULL: all were. */
static bool translate_letters(char option, const char *wrong) {
    if (wrong == NULL) return true;
    bool lacks_text = strchr("psS", *wrong) != NULL;
    (void)fprintf(stderr, "snmpfleet translate: -%c%c: %s\n", option, *wrong,
                  lacks_text ? "needs a text behind it" : "no such option");
    return false;
}

/* False: stop with *ret_exit. */
static bool translate_options(struct translate *t, int argc, char **argv, int *ret_exit) {
    static const struct option options[] = {
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },
        { NULL, 0, NULL, 0 },
    };
    static const char letters[] = "+:Vhm:M:w:D:P:T:O:I:L:";
    int option;
    *ret_exit = EXIT_NO_MATCH;
    opterr = 0;
    while ((option = getopt_long(argc, argv, letters, options, NULL)) != -1) {
        bool is_good = true;
        switch (option) {
        case 'm': t->options.modules = optarg; break;
        case 'M': t->options.path = optarg; break;
        case 'w': is_good = translate_width(t, optarg); break;
        case 'T': is_good = translate_tells(t, optarg); break;
        case 'O':
            is_good = translate_letters('O', text_options_output(&t->style, optarg, argc, argv));
            break;
        case 'I':
            is_good = translate_letters('I', text_options_input(&t->names, &t->style, optarg, argc,
                                                                argv));
            break;
        case 'L':
        case 'P': break;
        case 'D':
            (void)fprintf(stderr, "snmpfleet translate: -D: there is no debugging output\n");
            return false;
        case 'V':
            (void)puts("snmpfleet " SNMPFLEET_VERSION);
            *ret_exit = EXIT_COMPLETE;
            return false;
        case 'h':
            usage(stdout);
            *ret_exit = EXIT_COMPLETE;
            return false;
        default:
            arguments_tell_wrong("translate", option, argv, letters, options);
            return false;
        }
        if (!is_good) return false;
    }
    if (optind == argc && t->reports == 0) {
        usage(stderr);
        return false;
    }
    return true;
}

int cli_translate(int argc, char **argv) {
    struct translate t = { .options = { .reader = CLI_MIB_READER, .warn = warn },
                           .width = WIDTH_DEFAULT };
    int code;
    if (!translate_options(&t, argc, argv, &code)) return code;
    bool needs_all = optind == argc || t.shows_all_matches ||
                     (t.names.flags & FLEET_NAME_PATTERN) != 0;
    if (t.options.modules == NULL) t.options.modules = getenv("MIBS");
    if (t.options.modules == NULL && needs_all) t.options.modules = "ALL";
    int r = fleet_mib_new(&t.mib, &t.options);
    if (r < 0) {
        (void)fprintf(stderr, "snmpfleet translate: %s\n", fleet_error_text(r));
        return EXIT_SYSTEM;
    }
    code = translate_names(&t, argc - optind, argv + optind);
    fleet_mib_free(t.mib);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        (void)fprintf(stderr, "snmpfleet: cannot write to standard output\n");
        return EXIT_SYSTEM;
    }
    return code;
}
