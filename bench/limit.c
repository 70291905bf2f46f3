/*
 * limit: the bare I/O loop. It moves the same datagrams over the same net layer as `snmpfleet poll
 * --once --modules system`, and does nothing else: the request is made once, replies are counted
 * and not looked at. What is left between its rate and the poller's is the poller's own work.
 *
 *     bench_limit FIRST-ADDRESS:PORT ADDRESSES REQUESTS [WINDOW [uring|mmsg|auto [RATE]]]
 *
 * With RATE requests are planned at it, and the latency of answers is shown; WINDOW is not used.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/arrival.h"
#include "base/clock.h"
#include "base/histogram.h"
#include "net/net.h"
#include "snmpfleet/module.h"
#include "wire/message.h"
#include "wire/oid.h"

enum { SILENCE_MS = 1000, ID_MASK = 0xffffff };

#define WARM 0.2

/* A request ID, as it begins in a request; the three octets behind it tell requests apart. */
static const uint8_t id_bytes[3] = { 0x02, 0x04, 0x40 };

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

/* Who is asked, over what. */
struct limit {
    struct net *net;
    struct span request;
    uint32_t first, addresses, next;
    uint16_t port;
    uint64_t total;             /* requests */
};

/* A closed loop: the next request goes out as soon as less than @window are open. */
static int limit_closed(struct limit *l, uint64_t window) {
    static struct net_event events[NET_EVENTS_MAX];
    struct net *n = l->net;
    struct slot *slots = net_slots(n);
    uint64_t sent = 0, received = 0, start = clock_monotonic_ns(),
             cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    while (received < l->total) {
        int got = net_receive(n, events, NET_EVENTS_MAX);
        if (got < 0) return 4;
        received += (uint64_t)got;
        uint64_t room = window - (sent - received), left = l->total - sent;
        uint32_t count = (uint32_t)(room < left ? room : left), waiting = net_waiting(n);
        if (waiting > 0) count = 0;
        if (count > NET_BATCH) count = NET_BATCH;
        for (uint32_t i = 0; i < count; i++) {
            slots[i].to = address_ip4(l->first + l->next, l->port);
            l->next = l->next + 1 == l->addresses ? 0 : l->next + 1;
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
    return 0;
}

/* The requests that are due, each with its number as request ID. */
static uint32_t limit_fill(struct limit *l, uint64_t sent, uint64_t due) {
    struct slot *slots = net_slots(l->net);
    uint32_t waiting = net_waiting(l->net), count = waiting;
    for (uint64_t i = sent; i < due && count < waiting + NET_BATCH; i++, count++) {
        memcpy(slots[count].bytes, l->request.bytes, l->request.length);
        slots[count].length = (uint32_t)l->request.length;
        slots[count].to = address_ip4(l->first + l->next, l->port);
        l->next = l->next + 1 == l->addresses ? 0 : l->next + 1;
        uint8_t *id = memmem(slots[count].bytes, l->request.length, id_bytes, sizeof(id_bytes));
        for (int k = 0; k < 3; k++) id[3 + k] = (uint8_t)(i >> (16 - 8 * k));
    }
    return count;
}

/*
 * An open loop: request i is planned for the moment i / @rate, and latency is from there to the
 * kernel's time of the answer, as `snmpfleet bench` counts it. The first WARM of the requests do
 * not count. Nothing ever sleeps.
 */
static int limit_open(struct limit *l, double rate) {
    static struct net_event events[NET_EVENTS_MAX];
    struct histogram latency;
    struct arrival arrival = { 0 };
    if (histogram_init(&latency, 1000, UINT64_C(100000000000), 3) != 0) return 4;
    uint64_t sent = 0, received = 0, start = clock_monotonic_ns(), end = UINT64_MAX;
    while (received < l->total) {
        int got = net_receive(l->net, events, NET_EVENTS_MAX);
        if (got < 0) return 4;
        const struct moment at = { clock_monotonic_ns(), clock_realtime_ns() };
        if (at.now >= end) break;
        arrival_turn(&arrival, at);
        for (int i = 0; i < got; i++) {
            uint64_t number = message_glance_id(events[i].payload) & ID_MASK;
            uint64_t planned = start + (uint64_t)((double)number * 1e9 / rate);
            uint64_t arrived = arrival_ns(&arrival, events[i].kernel_unix_ns);
            if ((double)number >= WARM * (double)l->total)
                histogram_record(&latency, arrived > planned ? arrived - planned : 0);
        }
        received += (uint64_t)got;
        uint64_t due = (uint64_t)((double)(at.now - start) / 1e9 * rate) + 1;
        uint32_t waiting = net_waiting(l->net);
        uint32_t count = limit_fill(l, sent, due < l->total ? due : l->total);
        sent += count - waiting;
        if (sent == l->total && end == UINT64_MAX) end = at.now + SILENCE_MS * CLOCK_NS_PER_MS;
        if (count > 0 && net_send(l->net, count) < 0) return 4;
    }
    double seconds = (double)(clock_monotonic_ns() - start) / 1e9;
    printf("limit (%s) at %.0f requests/s: %llu requests, %llu lost, %.0f requests/s, "
           "p50 %.1f us, p99 %.1f us\n",
           net_backend_of(l->net) == NET_URING ? "uring" : "mmsg", rate, (unsigned long long)sent,
           (unsigned long long)(sent - received), (double)received / seconds,
           (double)histogram_percentile(&latency, 50) / 1e3,
           (double)histogram_percentile(&latency, 99) / 1e3);
    histogram_deinit(&latency);
    return 0;
}

static enum net_backend backend_of(const char *name) {
    return strcmp(name, "mmsg") == 0 ? NET_MMSG : strcmp(name, "uring") == 0 ? NET_URING : NET_AUTO;
}

int main(int argc, char **argv) {
    struct address first;
    if (argc < 4 || !address_parse(argv[1], 161, &first) || first.family != ADDRESS_IP4) {
        fprintf(stderr, "usage: bench_limit FIRST-ADDRESS:PORT ADDRESSES REQUESTS "
                        "[WINDOW [uring|mmsg|auto [RATE]]]\n");
        return 3;
    }
    struct limit l = { .first = address_to_ip4(&first), .port = first.port,
                       .addresses = (uint32_t)strtoul(argv[2], NULL, 10),
                       .total = strtoull(argv[3], NULL, 10) };
    uint64_t window = argc > 4 ? strtoull(argv[4], NULL, 10) : 2048;
    double rate = argc > 6 ? strtod(argv[6], NULL) : 0;
    struct net_options options = { .shared_port = true, .kernel_times = rate > 0 };
    if (argc > 5) options.backend = backend_of(argv[5]);
    if (net_new(&l.net, &options) != 0 || l.addresses == 0 || l.total > ID_MASK) {
        fprintf(stderr, "bench_limit: cannot open the network\n");
        return 4;
    }
    uint8_t buffer[512];
    l.request = make_request(buffer, sizeof(buffer));
    struct slot *slots = net_slots(l.net);
    for (uint32_t i = 0; i < NET_SLOTS; i++) {
        memcpy(slots[i].bytes, l.request.bytes, l.request.length);
        slots[i].length = (uint32_t)l.request.length;
    }
    int code = rate > 0 ? limit_open(&l, rate) : limit_closed(&l, window);
    net_free(l.net);
    return code;
}
