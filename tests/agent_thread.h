/*
 * agent_thread: an agent in a thread of its own, for tests of a fleet on real sockets. It answers a
 * v2c request for sysName.0 and the like by sending it back as a response, with the values that it
 * came with, and counts what came; a mute one only counts.
 */
#pragma once

#include <arpa/inet.h>
#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct agent_thread {
    pthread_t thread;
    int fd;
    uint16_t port;
    bool is_mute;
    atomic_bool is_over;
    atomic_uint requests;
};

/* SEQUENCE { version, community, PDU }, all with lengths of one octet: the PDU's type. */
static inline size_t agent_thread_pdu(const uint8_t *bytes, size_t length) {
    size_t header = length > 1 && bytes[1] == 0x82 ? 4 : length > 1 && bytes[1] == 0x81 ? 3 : 2;
    size_t community = header + 3;
    return community + 1 < length ? community + 2 + bytes[community + 1] : length;
}

static inline void *agent_thread_serve(void *context) {
    struct agent_thread *a = context;
    while (!atomic_load(&a->is_over)) {
        uint8_t bytes[2048];
        struct sockaddr_storage from;
        socklen_t from_length = sizeof(from);
        struct pollfd ready = { .fd = a->fd, .events = POLLIN };
        if (poll(&ready, 1, 20) <= 0) continue;
        ssize_t length = recvfrom(a->fd, bytes, sizeof(bytes), MSG_DONTWAIT,
                                  (struct sockaddr *)&from, &from_length);
        if (length <= 0) continue;
        atomic_fetch_add(&a->requests, 1);
        size_t pdu = agent_thread_pdu(bytes, (size_t)length);
        if (a->is_mute || pdu >= (size_t)length) continue;
        bytes[pdu] = 0xa2;  /* Response-PDU */
        (void)sendto(a->fd, bytes, (size_t)length, 0, (struct sockaddr *)&from, from_length);
    }
    return NULL;
}

static inline void agent_thread_start(struct agent_thread *a, bool is_mute) {
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof(at);
    int room = 8 << 20;
    *a = (struct agent_thread){ .fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
                                .is_mute = is_mute };
    assert(a->fd >= 0);
    (void)setsockopt(a->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
    int error = bind(a->fd, (struct sockaddr *)&at, sizeof(at));
    assert(error == 0);
    error = getsockname(a->fd, (struct sockaddr *)&at, &length);
    assert(error == 0);
    a->port = ntohs(at.sin_port);
    error = pthread_create(&a->thread, NULL, agent_thread_serve, a);
    assert(error == 0);
}

static inline void agent_thread_stop(struct agent_thread *a) {
    atomic_store(&a->is_over, true);
    (void)pthread_join(a->thread, NULL);
    close(a->fd);
}
