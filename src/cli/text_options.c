/* text_options: see text_options.h. */
#include "cli/text_options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const struct {
    char letter;
    uint32_t flag;
} output_flags[] = {
    { 'b', FLEET_TEXT_PLAIN_INDEX }, { 'X', FLEET_TEXT_BRACKETS },
    { 'E', FLEET_TEXT_ESCAPE_QUOTES }, { 'e', FLEET_TEXT_NUMERIC_ENUMS },
    { 'q', FLEET_TEXT_QUICK }, { 'v', FLEET_TEXT_VALUE_ONLY }, { 't', FLEET_TEXT_NUMERIC_TICKS },
    { 'T', FLEET_TEXT_HEX_TEXT }, { 'U', FLEET_TEXT_NO_UNITS }, { '0', FLEET_TEXT_TWO_DIGITS },
    { 'Q', FLEET_TEXT_QUICK_EQUAL | FLEET_TEXT_QUICK }, { 'a', FLEET_TEXT_ASCII },
    { 'x', FLEET_TEXT_HEX },
};

static const struct {
    char letter;
    enum fleet_oid_style oid;
} oid_styles[] = {
    { 'n', FLEET_OID_NUMERIC }, { 's', FLEET_OID_SUFFIX }, { 'S', FLEET_OID_MODULE },
    { 'f', FLEET_OID_FULL }, { 'u', FLEET_OID_UCD },
};

/* The text that a letter takes; NULL: there is none. */
static const char *argument_of(const char *rest, int argc, char **argv) {
    if (*rest != '\0') return rest;
    return optind < argc ? argv[optind++] : NULL;
}

/* "%.2f", ".2f" or "f"; nothing that printf might take otherwise. */
static bool set_precision(struct fleet_text_style *style, const char *text) {
    unsigned digits = 6;
    int end = 0;
    if (*text == '%') text++;
    if (*text == '.' && sscanf(text, ".%2u%n", &digits, &end) == 1) text += end;
    if (text[0] == '\0' || text[1] != '\0' || strchr("efg", text[0]) == NULL) return false;
    style->real_format = text[0];
    style->real_digits = (uint8_t)digits;
    return true;
}

static bool set_output(struct fleet_text_style *style, char letter) {
    for (size_t i = 0; i < sizeof(oid_styles) / sizeof(oid_styles[0]); i++) {
        if (oid_styles[i].letter != letter) continue;
        style->oid = oid_styles[i].oid;
        return true;
    }
    for (size_t i = 0; i < sizeof(output_flags) / sizeof(output_flags[0]); i++) {
        if (output_flags[i].letter != letter) continue;
        /* Of the two ways to write all strings the last one counts. */
        uint32_t strings = FLEET_TEXT_ASCII | FLEET_TEXT_HEX;
        if ((output_flags[i].flag & strings) != 0) style->flags &= ~strings;
        style->flags |= output_flags[i].flag;
        return true;
    }
    return false;
}

bool text_options_output(struct fleet_text_style *style, const char *verb, const char *letters,
                         int argc, char **argv) {
    for (; *letters != '\0'; letters++) {
        if (*letters == 'p') {
            const char *text = argument_of(letters + 1, argc, argv);
            if (text != NULL && set_precision(style, text)) return true;
            (void)fprintf(stderr, "snmpfleet %s: -Op takes a format as %%.2f\n", verb);
            return false;
        }
        if (set_output(style, *letters)) continue;
        (void)fprintf(stderr, "snmpfleet %s: -O%c: no such output option\n", verb, *letters);
        return false;
    }
    return true;
}

bool text_options_input(struct fleet_name_style *names, struct fleet_text_style *style,
                        const char *verb, const char *letters, int argc, char **argv) {
    for (; *letters != '\0'; letters++) {
        switch (*letters) {
        case 'R': break;
        case 'b': names->flags |= FLEET_NAME_PATTERN; break;
        case 'u': names->flags |= FLEET_NAME_UCD; break;
        case 'r': names->flags |= FLEET_NAME_ANY_RANGE; break;
        case 'h':
            names->flags |= FLEET_NAME_NO_HINTS;
            style->flags |= FLEET_TEXT_NO_HINTS;
            break;
        case 's':
        case 'S': {
            const char *text = argument_of(letters + 1, argc, argv);
            if (text == NULL) {
                (void)fprintf(stderr, "snmpfleet %s: -I%c takes a text\n", verb, *letters);
                return false;
            }
            if (*letters == 's') names->suffix = text;
            else names->prefix = text;
            return true;
        }
        default:
            (void)fprintf(stderr, "snmpfleet %s: -I%c: no such input option\n", verb, *letters);
            return false;
        }
    }
    return true;
}
