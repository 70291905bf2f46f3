/*
 * decode: nanoseconds a varbind for decoding and validating GETBULK replies.
 *
 * A reply has 60 varbinds, ten rows of six ifTable columns, as a walk of interfaces gives them.
 * Many different ones are decoded in turn, with counters of all widths and interface indexes of one
 * to three octets, so that the branch predictor learns what agents have in common and not the one
 * packet. The best of several runs is printed.
 */
#include "wire/message.h"
#include "wire/oid.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROWS = 10, COLUMNS = 6, VARBINDS = ROWS * COLUMNS, REPLY_SIZE_MAX = 2048 };
enum { REPLIES = 256, RUNS = 20, ROUNDS = 40 };

struct reply {
    struct span datagram;
    uint8_t buffer[REPLY_SIZE_MAX];
};

static uint64_t random_next(void) {
    static uint64_t state = 0x9e3779b97f4a7c15;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static uint64_t clock_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void reply_make(struct reply *reply) {
    static const struct {
        uint8_t column, type;
    } columns[COLUMNS] = {
        { 2, FLEET_OCTET_STRING }, { 5, FLEET_GAUGE32 },    { 8, FLEET_INTEGER32 },
        { 9, FLEET_TIME_TICKS },   { 10, FLEET_COUNTER32 }, { 16, FLEET_COUNTER32 },
    };
    static const uint8_t name[] = "GigabitEthernet0/12";
    uint32_t first_index = (uint32_t)(random_next() >> (48 + random_next() % 14));
    struct ber_writer w = BER_WRITER(reply->buffer, sizeof(reply->buffer));
    for (int i = VARBINDS; i-- > 0;) {
        uint8_t oid[16] = { 0x2b, 6, 1, 2, 1, 2, 2, 1, columns[i % COLUMNS].column };
        size_t length = 9 + oid_write_subid(first_index + (uint32_t)(i / COLUMNS), oid + 9);
        struct fleet_value value = { .type = columns[i % COLUMNS].type };
        if (value.type == FLEET_OCTET_STRING) {
            value.bytes = name;
            value.length = (uint32_t)(4 + random_next() % 15);
        } else if (value.type == FLEET_INTEGER32) {
            value.integer = 1 + (int64_t)(random_next() % 2);
        } else {
            value.counter = (random_next() & UINT32_MAX) >> random_next() % 32;
        }
        varbind_write(&w, span_of(oid, length), &value);
    }
    uint8_t header[MESSAGE_COMMUNITY_MAX + 8];
    size_t header_length = message_community_header(MESSAGE_V2C, span_text("public"), header);
    struct pdu pdu = { .type = PDU_RESPONSE, .request_id = (int32_t)(random_next() >> 33) };
    message_write_v2c(&w, span_of(header, header_length), &pdu);
    reply->datagram = ber_written(&w);
}

/*
 * Decode all of @reply; adds the varbinds to *count, returns something that depends on every value.
 */
static uint64_t reply_decode(const struct reply *reply, size_t *count) {
    struct message message;
    if (message_decode(reply->datagram, &message) != 0) abort();
    struct ber_reader r = BER_READER(message.pdu.varbinds);
    struct varbind varbind;
    uint64_t sum = 0;
    while (varbind_next(&r, &varbind)) {
        sum += varbind.value.length > 0 ? varbind.value.length : varbind.value.counter;
        sum += varbind.oid.length;
        ++*count;
    }
    if (r.error != 0) abort();
    return sum;
}

int main(void) {
    static struct reply replies[REPLIES];
    size_t bytes = 0, count = 0;
    for (int i = 0; i < REPLIES; i++) {
        reply_make(&replies[i]);
        bytes += replies[i].datagram.length;
    }
    double best = 1e9;
    uint64_t sum = 0;
    for (int run = 0; run < RUNS; run++) {
        count = 0;
        uint64_t start = clock_ns();
        for (int round = 0; round < ROUNDS; round++)
            for (int i = 0; i < REPLIES; i++) sum += reply_decode(&replies[i], &count);
        double each = (double)(clock_ns() - start) / (double)count;
        if (each < best) best = each;
    }
    printf("decode: %d varbinds and %zu bytes a reply, %.1f ns a varbind (checksum %" PRIx64 ")\n",
           VARBINDS, bytes / REPLIES, best, sum);
    return 0;
}
