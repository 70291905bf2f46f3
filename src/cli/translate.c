/*
 * translate: names to OIDs and back, and what modules say of them, as snmptranslate does.
 *
 * Options, text and exit codes are its own. What differs: names alone are looked for in all modules
 * without -IR; a name that is not known does not keep those behind it from being told; the lists of
 * -T are in the order of OIDs.
 */
#include "cli/cli.h"
#include "cli/log.h"
#include "cli/mib_folders.h"
#include "cli/option_scan.h"
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

static const char program[] = "snmpfleet translate";

static void warn(void *context, const char *file, const char *text) {
    (void)context;
    log_line(LEVEL_WARNING, file, "%s", text);
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
    log_line(LEVEL_ERROR, NULL, "nothing matches %s", show_text(pattern, shown));
    return EXIT_NO_MATCH;
}

static int translate_report(struct translate *t, const struct fleet_object *root) {
    static const uint32_t iso = 1;
    const uint32_t of_iso = FLEET_REPORT_TREE | FLEET_REPORT_DEFINITIONS;
    if (root == NULL && (t->reports & of_iso) != 0) root = fleet_mib_at(t->mib, &iso, 1);
    if (fleet_mib_report(t->mib, root, t->reports, t->width, write_out, NULL) == 0)
        return EXIT_COMPLETE;
    log_line(LEVEL_ERROR, NULL, "out of memory");
    return EXIT_SYSTEM;
}

static int translate_name(struct translate *t, const char *text) {
    struct fleet_name name;
    char why[FLEET_MIB_WHY_MAX], shown[SHOW_MAX + 4];
    if (t->shows_all_matches) return translate_matches(t, text);
    int r = fleet_mib_parse_name(t->mib, text, &t->names, &name, why);
    if (r != 0) {
        log_line(LEVEL_ERROR, NULL, "%s: %s", show_text(text, shown), why);
        return (t->names.flags & FLEET_NAME_PATTERN) != 0 ? EXIT_NO_MATCH : EXIT_UNKNOWN_NAME;
    }
    if (t->reports == 0) return print_oid(t, name.oid, name.length, name.is_wildcard);
    if (name.object != NULL) return translate_report(t, name.object);
    log_line(LEVEL_ERROR, NULL, "%s: no object is known there", show_text(text, shown));
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

static enum option_step translate_tells(struct translate *t, const struct option_scan *s) {
    static const char reports[] = "palostz";
    static const uint32_t flags[] = {
        FLEET_REPORT_TREE, FLEET_REPORT_DEFINITIONS, FLEET_REPORT_LABELED, FLEET_REPORT_NUMBERS,
        FLEET_REPORT_SYMBOLS, FLEET_REPORT_TYPES, FLEET_REPORT_CHILDREN,
    };
    for (const char *letter = s->value; *letter != '\0'; letter++) {
        const char shown[] = { *letter, '\0' }, *report = strchr(reports, *letter);
        if (*letter == 'd') t->describes = true;
        else if (*letter == 'B') t->shows_all_matches = true;
        else if (report != NULL) t->reports |= flags[report - reports];
        else return option_scan_mistake(s, "no such letter", shown, "d p a l o s z t B");
    }
    return OPTION_TAKEN;
}

/* @wrong: the letter behind -O or -I that was not taken; NULL: all were. */
static enum option_step translate_letters(const struct option_scan *s, const char *wrong) {
    if (wrong == NULL) return OPTION_TAKEN;
    const char shown[] = { *wrong, '\0' };
    bool lacks_text = s->row->letter == 'O' ? *wrong == 'p' : strchr("sS", *wrong) != NULL;
    return option_scan_mistake(s, lacks_text ? "no text behind the letter" : "no such letter",
                               shown, "'snmpfleet translate --help' lists them");
}

static enum option_step translate_option(struct translate *t, const struct option_scan *s) {
    switch (s->row->letter) {
    case 'm': t->options.modules = s->value; return OPTION_TAKEN;
    case 'M': t->options.path = s->value; return OPTION_TAKEN;
    case 'w': t->width = (size_t)s->number; return OPTION_TAKEN;
    case 'T': return translate_tells(t, s);
    case 'O':
        return translate_letters(s, text_options_output(&t->style, s->value, s->argc, s->argv));
    case 'I':
        return translate_letters(s, text_options_input(&t->names, &t->style, s->value, s->argc,
                                                       s->argv));
    case 'D': return option_scan_mistake(s, "there is no debugging output", NULL, NULL);
    default: return OPTION_TAKEN;
    }
}

/* OPTION_END: go on, with @ret_count operands. */
static enum option_step translate_options(struct translate *t, int argc, char **argv,
                                          int *ret_count) {
    struct option_scan scan;
    enum option_step step;
    option_scan_begin(&scan, verb_find("translate"), program, argc, argv);
    scan.stops_at_operand = true;
    do {
        step = option_scan_next(&scan);
        if (step == OPTION_TAKEN) step = translate_option(t, &scan);
    } while (step == OPTION_TAKEN);
    *ret_count = scan.operand_count;
    if (step != OPTION_END || *ret_count > 0 || t->reports != 0) return step;
    option_tell(&(struct option_mistake){ .program = program, .what = "no OID is given",
                                          .right = "OID or name, or -T l, o, s, z or t" });
    return OPTION_WRONG;
}

int cli_translate(int argc, char **argv) {
    struct translate t = { .options = { .reader = CLI_MIB_READER, .warn = warn },
                           .width = WIDTH_DEFAULT };
    int code, count;
    enum option_step step = translate_options(&t, argc, argv, &count);
    if (step != OPTION_END) return step == OPTION_DONE ? EXIT_COMPLETE : EXIT_NO_MATCH;
    bool needs_all = count == 0 || t.shows_all_matches ||
                     (t.names.flags & FLEET_NAME_PATTERN) != 0;
    if (t.options.modules == NULL) t.options.modules = getenv("MIBS");
    if (t.options.modules == NULL && needs_all) t.options.modules = "ALL";
    mib_folders_check(t.options.path);
    int r = fleet_mib_new(&t.mib, &t.options);
    if (r < 0) {
        log_line(LEVEL_ERROR, NULL, "%s", fleet_error_text(r));
        return EXIT_SYSTEM;
    }
    code = translate_names(&t, count, argv + 1);
    fleet_mib_free(t.mib);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        log_line(LEVEL_ERROR, NULL, "cannot write to standard output");
        return EXIT_SYSTEM;
    }
    return code;
}
