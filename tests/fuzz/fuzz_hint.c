/*
 * fuzz_hint: a DISPLAY-HINT and what it is applied to, a line each, the rest being a text that is
 * read by it. Nothing is written beyond its buffer, what is written is counted alike whatever the
 * room, and nothing that is not printable comes out.
 */
#include <assert.h>
#include <stdlib.h>

#include "mib/text/hint.h"
#include "snmpfleet/syntax.h"

enum { ROOM = 1 << 16 };

static void check_printable(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        assert(c != 0x7f && (c >= ' ' || c == '\t' || c == '\r' || c == '\n'));
    }
}

static void check_octets(const char *hint, const uint8_t *bytes, size_t length) {
    static char text[ROOM];
    struct put out = PUT_INIT(text, sizeof(text));
    if (hint_put_octets(&out, hint, bytes, length, 0))
        check_printable(text, out.length < ROOM ? out.length : ROOM);
    else assert(out.length == 0);
    char small[7];
    struct put cut = PUT_INIT(small, sizeof(small));
    (void)hint_put_octets(&cut, hint, bytes, length, 0);
    assert(cut.length == out.length);
    (void)put_end(&cut);
    struct put dots = PUT_INIT(NULL, 0);
    (void)hint_put_octets(&dots, hint, bytes, length, HINT_DOTS | HINT_TWO_DIGITS);
}

static void check_value(const char *hint, const uint8_t *bytes, size_t length, const char *text) {
    const struct fleet_syntax syntax = { .hint = hint, .type = FLEET_OCTET_STRING };
    const struct fleet_value value = { .type = FLEET_OCTET_STRING, .length = (uint32_t)length,
                                       .bytes = bytes };
    for (int as = 0; as < FLEET_AS_COUNT; as++) {
        char written[64];
        size_t whole = fleet_value_text(&value, &syntax, (enum fleet_as)as, written,
                                        sizeof(written));
        check_printable(written, whole < sizeof(written) ? whole : sizeof(written) - 1);
    }
    uint8_t scratch[64];
    struct fleet_value parsed;
    static const uint8_t types[] = { FLEET_OCTET_STRING, FLEET_INTEGER32, FLEET_TIME_TICKS,
                                     FLEET_OBJECT_IDENTIFIER, FLEET_IP_ADDRESS, FLEET_ABSENT };
    for (size_t i = 0; i < sizeof(types); i++) {
        const struct fleet_syntax other = { .hint = hint, .type = types[i] };
        if (fleet_value_parse(text, &other, scratch, sizeof(scratch), &parsed) != 0) continue;
        assert(parsed.length <= sizeof(scratch));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = malloc(size + 1);
    assert(copy != NULL);
    if (size > 0) memcpy(copy, data, size);
    copy[size] = '\0';
    char *end = memchr(copy, '\n', size);
    char *octets = end != NULL ? end + 1 : copy + size;
    if (end != NULL) *end = '\0';
    size_t length = size - (size_t)(octets - copy);
    char *text = memchr(octets, '\n', length);
    size_t octet_count = text != NULL ? (size_t)(text - octets) : length;
    text = text != NULL ? text + 1 : octets;
    check_octets(copy, (const uint8_t *)octets, octet_count);
    check_value(copy, (const uint8_t *)octets, octet_count, text);
    uint8_t parsed[32];
    int count = hint_parse_octets(copy, text, parsed, sizeof(parsed));
    assert(count <= (int)sizeof(parsed));
    int64_t integer;
    if (hint_parse_integer(copy, text, &integer)) {
        struct put out = PUT_INIT(NULL, 0);
        assert(hint_put_integer(&out, copy, integer < 0,
                                integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer));
    }
    free(copy);
    return 0;
}
