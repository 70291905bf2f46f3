/* text_options: see text_options.h. */
#include "cli/text_options.h"

#include <getopt.h>
#include <string.h>

static const struct {
    char letter;
    uint32_t flag;
} output_flags[] = {
    { 'b', FLEET_TEXT_PLAIN_INDEX }, { 'X', FLEET_TEXT_BRACKETS },
    { 'E', FLEET_TEXT_ESCAPE_QUOTES }, { 'e', FLEET_TEXT_NUMERIC_ENUMS },
    { 'q', FLEET_TEXT_QUICK }, { 'v', FLEET_TEXT_VALUE_ONLY }, { 't', FLEET_TEXT_NUMERIC_TICKS },
    { 'T', FLEET_TEXT_HEX_TEXT }, { 'U', FLEET_TEXT_NO_UNITS }, { '0', FLEET_TEXT_TWO_DIGITS },
    { 'a', FLEET_TEXT_ASCII }, { 'x', FLEET_TEXT_HEX },
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

static bool set_output(struct fleet_text_style *style, char letter) {
    const uint32_t strings = FLEET_TEXT_ASCII | FLEET_TEXT_HEX;
    for (size_t i = 0; i < sizeof(oid_styles) / sizeof(oid_styles[0]); i++) {
        if (oid_styles[i].letter != letter) continue;
        style->oid = oid_styles[i].oid;
        return true;
    }
    for (size_t i = 0; i < sizeof(output_flags) / sizeof(output_flags[0]); i++) {
        uint32_t flag = output_flags[i].flag;
        if (output_flags[i].letter != letter) continue;
        /* Of the two ways to write all strings the last one counts. */
        if ((flag & strings) != 0) style->flags = (style->flags & ~strings) | flag;
        else style->flags ^= flag;
        return true;
    }
    if (letter != 'Q') return false;
    style->flags |= FLEET_TEXT_QUICK_EQUAL;
    style->flags ^= FLEET_TEXT_QUICK;
    return true;
}

const char *text_options_output(struct fleet_text_style *style, const char *letters, int argc,
                                char **argv) {
    for (; *letters != '\0'; letters++) {
        if (*letters == 'p') {
            style->real = argument_of(letters + 1, argc, argv);
            return style->real != NULL ? NULL : letters;
        }
        if (!set_output(style, *letters)) return letters;
    }
    return NULL;
}

const char *text_options_input(struct fleet_name_style *names, struct fleet_text_style *style,
                               const char *letters, int argc, char **argv) {
    for (; *letters != '\0'; letters++) {
        switch (*letters) {
        case 'R': break;
        case 'b': names->flags ^= FLEET_NAME_PATTERN; break;
        case 'u': names->flags ^= FLEET_NAME_UCD; break;
        case 'r': names->flags ^= FLEET_NAME_ANY_RANGE; break;
        case 'h':
            names->flags ^= FLEET_NAME_NO_HINTS;
            style->flags ^= FLEET_TEXT_NO_HINTS;
            break;
        case 's':
        case 'S': {
            const char *text = argument_of(letters + 1, argc, argv);
            if (text == NULL) return letters;
            if (*letters == 's') names->suffix = text;
            else names->prefix = text;
            return NULL;
        }
        default: return letters;
        }
    }
    return NULL;
}
