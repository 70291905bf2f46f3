/*
 * limit: the bare I/O loop. It moves the same datagrams over the same net layer as `snmpfleet poll
 * --once --modules system`, and does nothing else: the request is made once, replies are counted
 * and not looked at. What is left between its rate and the poller's is the poller's own work.
 *
 *     bench_limit FIRST-ADDRESS:PORT ADDRESSES REQUESTS [WINDOW [uring|mmsg]]
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "net/net.h"
#include "snmpfleet/module.h"
#include "wire/message.h"
#include "wire/oid.h"

enum { SILENCE_MS = 1000 };

/* A GET of the system group, community public. */
static struct span make_request(uint8_t *buffer, size_t size) {
    const struct fleet_module_options *system = fleet_module_builtin("system");
    struct ber_writer w = BER_WRITER(buffer, size);
    for (size_t i = system->scalar_count; i > 0; i--) {
        uint8_t oid[FLEET_OID_BYTES_MAX];
        int length = oid_parse(span_text(system->scalars[i - 1].oid), oid);
        varbind_write_null(&w, span_of(oid, (size_t)length), SPAN_NULL);
    }
    uint8_t header[MESSAGE_COMMUNITY_MAX + 8];
    size_t header_length = message_community_header(MESSAGE_V2C, span_text("public"), header);
    struct pdu pdu = { .type = PDU_GET, .request_id = 0x40000001 };
    message_write_v2c(&w, span_of(header, header_length), &pdu);
    return ber_written(&w);
}

int main(int argc, char **argv) {
    struct address first;
    if (argc < 4 || !address_parse(argv[1], 161, &first) || first.family != ADDRESS_IP4) {
        fprintf(stderr,
                "usage: bench_limit FIRST-ADDRESS:PORT ADDRESSES REQUESTS [WINDOW [uring|mmsg]]\n");
        return 3;
    }
    uint32_t addresses = (uint32_t)strtoul(argv[2], NULL, 10);
    uint64_t total = strtoull(argv[3], NULL, 10);
    uint64_t window = argc > 4 ? strtoull(argv[4], NULL, 10) : 2048;
    struct net_options options = { .shared_port = true };
    if (argc > 5) options.backend = strcmp(argv[5], "mmsg") == 0 ? NET_MMSG : NET_URING;
    struct net *n;
    if (net_new(&n, &options) != 0 || addresses == 0) {
        fprintf(stderr, "bench_limit: cannot open the network\n");
        return 4;
    }
    uint8_t buffer[512];
    struct span request = make_request(buffer, sizeof(buffer));
    struct slot *slots = net_slots(n);
    for (uint32_t i = 0; i < NET_SLOTS; i++) {
        memcpy(slots[i].bytes, request.bytes, request.length);
        slots[i].length = (uint32_t)request.length;
    }
    static struct net_event events[NET_EVENTS_MAX];
    uint32_t base = address_to_ip4(&first), next = 0;
    uint64_t sent = 0, received = 0, start = clock_monotonic_ns(),
             cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    while (received < total) {
        int got = net_receive(n, events, NET_EVENTS_MAX);
        if (got < 0) return 4;
        received += (uint64_t)got;
        uint64_t room = window - (sent - received), left = total - sent;
        uint32_t count = (uint32_t)(room < left ? room : left), waiting = net_waiting(n);
        if (waiting > 0) count = 0;
        if (count > NET_BATCH) count = NET_BATCH;
        for (uint32_t i = 0; i < count; i++) {
            slots[i].to = address_ip4(base + next, first.port);
            next = next + 1 == addresses ? 0 : next + 1;
        }
        sent += count;
        if (net_send(n, waiting + count) < 0) return 4;
        struct pollfd wait = { .fd = net_fd(n), .events = POLLIN };
        bool stuck = count == 0 && net_is_idle(n);
        if (stuck && poll(&wait, 1, SILENCE_MS) == 0) break;
    }
    double seconds = (double)(clock_monotonic_ns() - start) / 1e9;
    double cpu_ns = (double)(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    printf("limit (%s): %llu requests, %llu lost, %.0f requests/s, %.0f ns CPU a request\n",
           net_backend_of(n) == NET_URING ? "uring" : "mmsg", (unsigned long long)sent,
           (unsigned long long)(sent - received), (double)received / seconds,
           cpu_ns / (double)received);
    net_free(n);
    return 0;
}
