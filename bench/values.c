/*
 * values: how many values become text in a second of CPU, by kind: as writers write them, and as
 * whole lines of a walk in Net-SNMP's text. No MIB file is read.
 *
 *     bench_values [ROUNDS]      1,000,000
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "snmpfleet/mib.h"

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static const uint8_t mac[] = { 0xc8, 0x5b, 0x76, 0xc9, 0xe6, 0x8c };
static const uint8_t date[] = { 0x07, 0xea, 11, 21, 13, 30, 15, 0, '+', 1, 0 };
static const uint8_t descr[] = "GigabitEthernet1/0/24";

#define OCTETS(array, length_) \
    { .type = FLEET_OCTET_STRING, .length = length_, .bytes = array }

static const struct {
    const char *what, *object;
    enum fleet_as as;
    struct fleet_value value;
    uint32_t instance;
} kinds[] = {
    { "Counter64", "ifHCInOctets", FLEET_AS_AUTO,
      { .type = FLEET_COUNTER64, .counter = 3852386380123 }, 24 },
    { "number with a name, as enum", "ifOperStatus", FLEET_AS_ENUM,
      { .type = FLEET_INTEGER32, .integer = 1 }, 24 },
    { "number with a name, as both", "ifOperStatus", FLEET_AS_BOTH,
      { .type = FLEET_INTEGER32, .integer = 2 }, 24 },
    { "text, 255a", "ifDescr", FLEET_AS_AUTO, OCTETS(descr, 21), 24 },
    { "MAC address, 1x:", "ifPhysAddress", FLEET_AS_AUTO, OCTETS(mac, 6), 24 },
    { "DateAndTime", "hrSystemDate", FLEET_AS_AUTO, OCTETS(date, 11), 0 },
    { "TimeTicks", "ifLastChange", FLEET_AS_AUTO,
      { .type = FLEET_TIME_TICKS, .counter = 9088763 }, 24 },
};

static void print_rate(const char *what, int rounds, double time) {
    printf("%-40s %8.2f million/s\n", what, rounds / time / 1e6);
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 1000000;
    const struct fleet_mib_options options = { .path = "/nonexistent", .cache = "" };
    struct fleet_mib *mib;
    if (rounds < 1 || fleet_mib_new(&mib, &options) != 0) return 1;
    char text[1024];
    size_t bytes = 0;
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        const struct fleet_object *o = fleet_mib_find(mib, kinds[k].object);
        if (o == NULL) return 1;
        double start = seconds();
        for (int i = 0; i < rounds; i++)
            bytes += fleet_value_text(&kinds[k].value, o->syntax, kinds[k].as, text, sizeof(text));
        print_rate(kinds[k].what, rounds, seconds() - start);
    }
    double start = seconds();
    int lines = 0;
    for (int i = 0; i < rounds / 10; i++) {
        for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++, lines++) {
            uint32_t oid[FLEET_OID_SUBIDS_MAX];
            const struct fleet_object *o = fleet_mib_find(mib, kinds[k].object);
            for (uint32_t n = 0; n < o->oid_length; n++) oid[n] = o->oid[n];
            oid[o->oid_length] = kinds[k].instance;
            bytes += fleet_mib_varbind_text(mib, oid, o->oid_length + 1, &kinds[k].value, NULL,
                                            text, sizeof(text));
        }
    }
    print_rate("lines of a walk, name and value", lines, seconds() - start);
    fleet_mib_free(mib);
    return bytes > 0 ? 0 : 1;
}
