/*
 * varbind_text [-OLETTERS] MIBS RECORDING: every object of a recording as the library writes it, in
 * MIB order, and the end of the walk, for tests that compare it with what Net-SNMP's programs print
 * of an agent that plays it.
 */
#include "cli/text_options.h"
#include "sim/recording_text.h"
#include "wire/message.h"
#include "wire/oid.h"

#include <stdio.h>
#include <stdlib.h>

static struct span read_whole(const char *path) {
    FILE *file = fopen(path, "rb");
    static uint8_t bytes[64 << 20];
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    size_t length = fread(bytes, 1, sizeof(bytes), file);
    (void)fclose(file);
    return span_of(bytes, length);
}

static void print_varbind(struct fleet_mib *mib, const struct varbind *varbind,
                          const struct fleet_text_style *style) {
    uint32_t oid[FLEET_OID_SUBIDS_MAX];
    size_t length = oid_to_numbers(varbind->oid, oid, FLEET_OID_SUBIDS_MAX);
    size_t size = fleet_mib_varbind_text(mib, oid, length, &varbind->value, style, NULL, 0) + 1;
    char *text = malloc(size);
    if (text == NULL) exit(1);
    (void)fleet_mib_varbind_text(mib, oid, length, &varbind->value, style, text, size);
    (void)puts(text);
    free(text);
}

int main(int argc, char **argv) {
    struct fleet_text_style style = { .flags = 0 };
    struct fleet_mib_options options = { .modules = "ALL", .cache = "", .reader = MIB_READER };
    struct fleet_mib *mib;
    if (argc > 1 && argv[1][0] == '-' && argv[1][1] == 'O') {
        if (text_options_output(&style, argv[1] + 2, argc, argv) != NULL) return 1;
        argv++;
        argc--;
    }
    if (argc != 3) return 1;
    options.path = argv[1];
    if (fleet_mib_new(&mib, &options) < 0) return 1;
    struct recording_faults faults = { 0 };
    struct recording_builder builder = RECORDING_BUILDER_NULL;
    struct recording *recording;
    recording_read(read_whole(argv[2]), &builder, &faults);
    if (recording_build(&builder, &recording) != 0) return 1;
    for (uint32_t i = 0; i < recording->count; i++) {
        struct ber_reader reader = BER_READER(recording_varbind(recording, i));
        struct varbind varbind;
        if (!varbind_next(&reader, &varbind)) return 1;
        print_varbind(mib, &varbind, &style);
        if (i + 1 < recording->count) continue;
        /* What a walk hears last. */
        varbind.value = (struct fleet_value){ .type = FLEET_END_OF_MIB_VIEW };
        print_varbind(mib, &varbind, &style);
    }
    recording_free(recording);
    fleet_mib_free(mib);
    return 0;
}
