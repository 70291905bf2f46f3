/* telegraf: see telegraf.h. */
#include "out/telegraf.h"

#include "base/nul.h"
#include "base/utf8.h"
#include "out/text.h"
#include "row/schema.h"

enum fleet_as telegraf_way(const struct fleet_column *column, enum fleet_as as) {
    bool is_ours = column->as == FLEET_AS_AUTO && as == FLEET_AS_HEX;
    return is_ours ? FLEET_AS_RAW : as;
}

/* The octets that are written as they are; false: they are no text. */
static bool text_of_octets(const struct fleet_value *value, enum fleet_as as,
                           struct fleet_value *ret_text) {
    *ret_text = *value;
    if (as == FLEET_AS_HEX || (as == FLEET_AS_MAC && value->length == 6)) return false;
    if ((unsigned)as != SCHEMA_IS_TEXT)
        ret_text->length = (uint32_t)nul_text_length(value->bytes, value->length, NUL_ALL);
    unsigned classes = text_classify(ret_text->bytes, ret_text->length);
    return (classes & TEXT_CONTROL) == 0 &&
           ((classes & TEXT_HIGH) == 0 || utf8_is_valid(ret_text->bytes, ret_text->length));
}

/* Made text before, in hexadecimal: without the 0x. */
static void skip_prefix(struct fleet_value *text, enum fleet_as as) {
    bool is_hexadecimal = (unsigned)as == SCHEMA_IS_TEXT && text->length >= 2 &&
                          text->bytes[0] == '0' && text->bytes[1] == 'x';
    if (!is_hexadecimal) return;
    text->bytes += 2;
    text->length -= 2;
}

/* A MAC address, or hexadecimal. */
static char *put_octets(char *at, const struct fleet_value *value, enum fleet_as as) {
    if (as == FLEET_AS_MAC && value->length == 6) return text_put_value(at, value, as);
    return text_put_hex(at, value->bytes, value->length);
}

char *telegraf_put_tag(char *at, const struct fleet_value *value, enum fleet_as as) {
    struct fleet_value text;
    if (!text_of_octets(value, as, &text)) return put_octets(at, value, as);
    skip_prefix(&text, as);
    while (text.length > 0 && text.bytes[text.length - 1] == '\\') text.length--;
    for (uint32_t i = 0; i < text.length; i++) {
        char c = (char)text.bytes[i];
        bool is_break = c == '\n' || c == '\r' || c == '\t';
        if (is_break || c == ' ' || c == ',' || c == '=') *at++ = '\\';
        *at++ = !is_break ? c : c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
    }
    return at;
}

char *telegraf_put_field(char *at, const struct fleet_value *value, enum fleet_as as) {
    struct fleet_value text;
    *at++ = '"';
    if (!text_of_octets(value, as, &text)) {
        at = put_octets(at, value, as);
    } else {
        skip_prefix(&text, as);
        for (uint32_t i = 0; i < text.length; i++) {
            if (text.bytes[i] == '"' || text.bytes[i] == '\\') *at++ = '\\';
            *at++ = (char)text.bytes[i];
        }
    }
    *at++ = '"';
    return at;
}

char *telegraf_put_real(char *at, const struct fleet_value *value) {
    char *end = text_put_real(at, value->real);
    bool is_whole = end - at > 2 && end[-1] == '0' && end[-2] == '.';
    return is_whole ? end - 2 : end;
}
