/*
 * net: choosing a back end, and what both have in common: slots, queued failures, statistics.
 */
#include "net/net.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "net/backend.h"

enum { NAP_NS = 1000000 };

void *net_map(size_t bytes) {
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void net_unmap(void *memory, size_t bytes) {
    if (memory != NULL) munmap(memory, bytes);
}

static const char *net_why_not_uring(int error) {
    switch (error) {
    case -ENOSYS: return "the kernel has no io_uring";
    case -EPERM:
    case -EACCES: return "io_uring is forbidden here (seccomp or kernel.io_uring_disabled)";
    case -ENOMEM: return "not enough locked memory for io_uring (ulimit -l)";
    case -EMFILE:
    case -ENFILE: return "no file descriptor left for io_uring";
    default: return "this kernel's io_uring is too old (6.0 is needed)";
    }
}

int net_new(struct net **ret_net, const struct net_options *options) {
    struct net *n = calloc(1, sizeof(*n));
    if (n == NULL) return -ENOMEM;
    n->options = *options;
    n->why = "";
    n->fd = -1;
    for (int f = 0; f < NET_FAMILIES; f++)
        n->sockets[f] = (struct net_socket){ .receive = -1, .send = -1 };

    int error = -ENOMEM;
    n->slot_bytes = net_map((size_t)NET_SLOTS * NET_BUFFER_STRIDE);
    n->error_bytes = net_map(NET_ERRORS_BYTES);
    if (n->slot_bytes == NULL || n->error_bytes == NULL) goto fail;
    for (uint32_t i = 0; i < NET_SLOTS; i++)
        n->slots[i].bytes = n->slot_bytes + (size_t)i * NET_BUFFER_STRIDE;

    error = net_sockets_open(n);
    if (error != 0) goto fail;
    n->fd = epoll_create1(EPOLL_CLOEXEC);
    if (n->fd < 0) {
        error = -errno;
        goto fail;
    }
    if (options->backend != NET_MMSG) {
        error = net_uring_new(n);
        if (error == 0) n->backend = NET_URING;
        else if (options->backend == NET_URING) goto fail;
        else n->why = net_why_not_uring(error);
    }
    if (n->backend == NET_AUTO) {
        error = net_mmsg_new(n);
        if (error != 0) goto fail;
        n->backend = NET_MMSG;
    }
    *ret_net = n;
    return 0;
fail:
    net_free(n);
    return error;
}

void net_free(struct net *n) {
    if (n == NULL) return;
    if (n->ops != NULL) n->ops->free(n);
    net_sockets_close(n);
    if (n->fd >= 0) close(n->fd);
    net_unmap(n->slot_bytes, (size_t)NET_SLOTS * NET_BUFFER_STRIDE);
    net_unmap(n->error_bytes, NET_ERRORS_BYTES);
    free(n);
}

enum net_backend net_backend_of(const struct net *n) {
    return n->backend;
}

const char *net_why(const struct net *n) {
    return n->why;
}

struct slot *net_slots(struct net *n) {
    return n->slots;
}

uint32_t net_waiting(const struct net *n) {
    return n->waiting;
}

void net_nap(void) {
    nanosleep(&(struct timespec){ .tv_nsec = NAP_NS }, NULL);
}

/* Have net.fd tell when a socket has room, or no longer. */
static void net_watch(struct net *n, struct net_socket *s, bool watch) {
    if (s->is_watched == watch || s->send < 0) return;
    bool is_there = n->backend == NET_MMSG && s->send == s->receive;
    struct epoll_event interest = { .events = (is_there ? EPOLLIN : 0) | (watch ? EPOLLOUT : 0) };
    int operation = is_there ? EPOLL_CTL_MOD : watch ? EPOLL_CTL_ADD : EPOLL_CTL_DEL;
    if (epoll_ctl(n->fd, operation, s->send, &interest) == 0) s->is_watched = watch;
}

/* Which of the families that were full have room again? */
static void net_look_for_room(struct net *n) {
    for (int f = 0; f < NET_FAMILIES; f++) {
        struct net_socket *s = &n->sockets[f];
        struct pollfd room = { .fd = s->send, .events = POLLOUT };
        if (s->is_full && poll(&room, 1, 0) > 0) s->is_full = false;
    }
}

/* Slots that wait to the front, those that are done behind them. */
static void net_sort_slots(struct net *n, uint32_t count) {
    n->waiting = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!n->waits[i]) continue;
        n->waits[i] = false;
        struct slot waiting = n->slots[i];
        n->slots[i] = n->slots[n->waiting];
        n->slots[n->waiting++] = waiting;
        n->stats.sent--;
        n->stats.bytes_sent -= waiting.length;
    }
}

int net_send(struct net *n, uint32_t count) {
    bool did_wait = n->waiting > 0;
    if (did_wait) net_look_for_room(n);
    n->waiting = 0;
    for (uint32_t i = 0; i < count; i++) {
        n->sockets[net_family_of(&n->slots[i].to)].in_use = true;
        n->stats.bytes_sent += n->slots[i].length;
    }
    n->stats.sent += count;
    int error = n->ops->send(n, count);
    if (error != 0) return error;
    if (!did_wait && n->waiting == 0) return (int)count;
    net_sort_slots(n, count);
    for (int f = 0; f < NET_FAMILIES; f++) {
        struct net_socket *s = &n->sockets[f];
        net_watch(n, s, s->is_full);
        if (s->is_full && !s->is_watched) net_nap();
    }
    return (int)(count - n->waiting);
}

void net_slot_waits(struct net *n, uint32_t i) {
    n->sockets[net_family_of(&n->slots[i].to)].is_full = true;
    n->waits[i] = true;
    n->waiting++;
}

void net_slot_failed(struct net *n, uint32_t i, int error) {
    const struct slot *slot = &n->slots[i];
    n->stats.sent--;
    n->stats.bytes_sent -= slot->length;
    if (n->failure_count == NET_SLOTS) return;  /* told too late to matter: its timeout tells too */
    n->failures[n->failure_count++] = (struct net_event){
        .kind = NET_SEND_FAILED, .error = error, .cookie = slot->cookie, .peer = slot->to,
    };
}

int net_receive(struct net *n, struct net_event *events, uint32_t max) {
    int count = n->ops->receive(n, events, max);
    if (count < 0) return count;
    for (int i = 0; i < count; i++) {
        if (events[i].kind == NET_UNREACHABLE) n->stats.icmp++;
        if (events[i].kind != NET_DATAGRAM) continue;
        n->stats.received++;
        n->stats.bytes_received += events[i].payload.length;
    }
    while (n->failure_count > 0 && (uint32_t)count < max)
        events[count++] = n->failures[--n->failure_count];
    return count;
}

int net_fd(const struct net *n) {
    return n->fd;
}

bool net_is_idle(const struct net *n) {
    for (int f = 0; f < NET_FAMILIES; f++) {
        if (n->sockets[f].is_full && !n->sockets[f].is_watched) return false;
    }
    return n->idle && n->failure_count == 0;
}

uint64_t net_receive_buffer_bytes(const struct net *n) {
    return n->sockets[n->sockets[NET_IP4].receive >= 0 ? NET_IP4 : NET_IP6].buffer_bytes;
}

uint16_t net_port(const struct net *n, int family) {
    return n->sockets[family == ADDRESS_IP6 ? NET_IP6 : NET_IP4].port;
}

void net_get_stats(struct net *n, struct net_stats *ret_stats) {
    net_sockets_count_drops(n);
    *ret_stats = n->stats;
}
