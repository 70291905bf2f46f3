/*
 * fuzz_snmprec: any text as a recording, in either language. Whatever is read must be a recording
 * in which every object is found, and an agent that plays it must answer a walk with well-formed
 * messages.
 */
#include "sim/agent.h"
#include "wire/message.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
    if (!condition) abort();
}

typedef void read_fn(struct span text, struct recording_builder *b,
                     struct recording_faults *faults);

static void check(read_fn *read, struct span text) {
    struct recording_builder b = RECORDING_BUILDER_NULL;
    struct recording_faults faults = { 0 };
    struct recording *r;
    read(text, &b, &faults);
    require(recording_build(&b, &r) == 0);
    require(recording_check(r));

    static const uint8_t bulk[] =
        "\x30\x26\x02\x01\x01\x04\x06public\xa5\x19\x02\x04\x11\x22\x33\x44\x02\x01\x00\x02\x01\x40"
        "\x30\x0b\x30\x09\x06\x05\x2b\x06\x01\x02\x01\x05\x00";
    struct device device = { .recording = r };
    struct devices devices = { .list = &device, .count = 1 };
    struct agents_options o = { .devices = &devices, .read_community = span_text("public"),
                                .write_community = span_text("private") };
    struct agents *agents = NULL;
    uint8_t *reply = malloc(AGENT_BUFFER);
    require(reply != NULL && agents_new(&agents, &o) == 0);
    struct agent_request request = { .datagram = span_of(bulk, sizeof(bulk) - 1) };
    uint32_t length = agent_answer(agents, &request, reply);
    struct message message;
    require(length > 0 && message_decode(span_of(reply, length), &message) == 0);
    struct ber_reader varbinds = BER_READER(message.pdu.varbinds);
    struct varbind varbind;
    while (varbind_next(&varbinds, &varbind)) {
    }
    require(varbinds.error == 0);
    agents_free(agents);
    free(reply);
    recording_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    /* A copy of just the size, so that a read beyond it shows. */
    uint8_t *copy = malloc(size + (size == 0));
    require(copy != NULL);
    if (size > 0) memcpy(copy, data, size);
    check(recording_read, span_of(copy, size));
    check(recording_read_snmprec, span_of(copy, size));
    check(recording_read_walk, span_of(copy, size));
    free(copy);
    return 0;
}
