/*
 * fuzz_mib_name: any text as a name, and any numbers as an OID, among modules with indexes of every
 * kind. A name that is taken is written and read again as the same OID, where its text can be read;
 * one that is refused is told in printable words.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "zoo_mib.h"

enum { ROOM = 8192 };

static void check_printable(const char *text) {
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        assert(c != 0x7f && (c >= ' ' || c == '\t' || c == '\r' || c == '\n'));
    }
}

static void check_text(const uint32_t *oid, size_t length) {
    static const uint32_t flags[] = {
        0, FLEET_TEXT_PLAIN_INDEX, FLEET_TEXT_BRACKETS, FLEET_TEXT_ESCAPE_QUOTES,
        FLEET_TEXT_BRACKETS | FLEET_TEXT_QUICK,
    };
    for (int style = FLEET_OID_MODULE; style <= FLEET_OID_UCD; style++) {
        for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
            const struct fleet_text_style how = { .oid = (enum fleet_oid_style)style,
                                                  .flags = flags[i] };
            char text[ROOM], cut[10];
            size_t whole = fleet_mib_oid_text(zoo, oid, length, &how, text, sizeof(text));
            assert(whole < sizeof(text) && strlen(text) == whole);
            check_printable(text);
            assert(fleet_mib_oid_text(zoo, oid, length, &how, cut, sizeof(cut)) == whole);
        }
    }
    char described[ROOM];
    (void)fleet_mib_describe(zoo, oid, length, 70, described, sizeof(described));
}

static void check_name(const char *text, uint32_t flags) {
    const struct fleet_name_style style = { .flags = flags };
    const struct fleet_text_style numeric = { .oid = FLEET_OID_NUMERIC };
    struct fleet_name name, same;
    char why[FLEET_MIB_WHY_MAX] = "";
    if (fleet_mib_parse_name(zoo, text, &style, &name, why) != 0) {
        assert(why[0] != '\0');
        check_printable(why);
        return;
    }
    assert(name.length <= FLEET_OID_SUBIDS_MAX);
    check_text(name.oid, name.length);
    char again[ROOM];
    (void)fleet_mib_oid_text(zoo, name.oid, name.length, &numeric, again, sizeof(again));
    if (name.length == 0) return;
    assert(fleet_mib_parse_name(zoo, again, NULL, &same, why) == 0);
    assert(same.length == name.length);
    assert(memcmp(same.oid, name.oid, name.length * sizeof(*name.oid)) == 0);
}

/* Numbers from bytes, most of them small, below an object of the module. */
static void check_numbers(const uint8_t *data, size_t size) {
    uint32_t oid[FLEET_OID_SUBIDS_MAX] = { 1, 3, 6, 1, 4, 1, 99999 };
    size_t length = 7;
    for (size_t i = 0; i < size && length < FLEET_OID_SUBIDS_MAX; i++)
        oid[length++] = data[i] < 250 ? data[i] : (uint32_t)data[i] * 16777259u;
    check_text(oid, length);
    const struct fleet_value value = { .type = size > 0 ? data[0] : 0, .length = (uint32_t)size,
                                       .bytes = data };
    struct fleet_value octets = value;
    octets.type = FLEET_OCTET_STRING;
    char text[ROOM];
    (void)fleet_mib_varbind_text(zoo, oid, length, &octets, NULL, text, sizeof(text));
    check_printable(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (zoo == NULL) assert(zoo_set_up(NULL) == 0);
    if (size > 4000) return 0;
    char *text = malloc(size + 1);
    assert(text != NULL);
    if (size > 0) memcpy(text, data, size);
    text[size] = '\0';
    check_name(text, 0);
    check_name(text, FLEET_NAME_UCD | FLEET_NAME_ANY_RANGE | FLEET_NAME_NO_HINTS);
    check_numbers(data, size);
    free(text);
    return 0;
}
