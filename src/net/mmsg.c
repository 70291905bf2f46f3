/*
 * mmsg: the back end without io_uring: recvmmsg and sendmmsg, 256 datagrams a call, and epoll to
 * wait.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "net/backend.h"

struct mmsg {
    uint8_t *buffers;  /* NET_EVENTS_MAX * NET_BUFFER_STRIDE, mapped */
    struct mmsghdr in[NET_EVENTS_MAX];
    struct iovec in_parts[NET_EVENTS_MAX];
    union net_sockaddr in_names[NET_EVENTS_MAX];
    uint8_t in_control[NET_EVENTS_MAX][NET_CONTROL_BYTES];
    struct mmsghdr out[NET_SLOTS];
    struct iovec out_parts[NET_SLOTS];
    uint8_t out_control[NET_SLOTS][NET_CONTROL_BYTES];
};

static void mmsg_prepare_slot(struct net *n, uint32_t i) {
    struct mmsg *m = n->backend_state;
    struct slot *slot = &n->slots[i];
    m->out_parts[i] = (struct iovec){ .iov_base = slot->bytes, .iov_len = slot->length };
    struct msghdr *h = &m->out[i].msg_hdr;
    *h = (struct msghdr){ .msg_iov = &m->out_parts[i], .msg_iovlen = 1, .msg_name = &n->names[i],
                          .msg_namelen = net_sockaddr_from(&n->names[i], &slot->to) };
    if (!n->options.local_addresses) return;
    h->msg_controllen = net_control_write(m->out_control[i], &slot->from);
    if (h->msg_controllen > 0) h->msg_control = m->out_control[i];
}

/* Send slots [from, to), all of one family; where there is no room for one, all behind wait. */
static void mmsg_send_run(struct net *n, int family, uint32_t from, uint32_t to) {
    struct mmsg *m = n->backend_state;
    int fd = n->sockets[family].send;
    int stale_errors = 0;  /* an ICMP error pending at a socket that also receives is reported by a
                              send, once each */
    while (from < to && !n->sockets[family].is_full) {
        int sent = fd < 0 ? -1 : sendmmsg(fd, m->out + from, to - from, MSG_DONTWAIT);
        if (sent > 0) {
            from += (uint32_t)sent;
            continue;
        }
        int error = fd < 0 ? EAFNOSUPPORT : errno;
        if (error == EINTR || (error == ECONNREFUSED && stale_errors++ < NET_ERRORS)) continue;
        if (error == EAGAIN) break;
        net_slot_failed(n, from++, error);
    }
    for (; from < to; from++) net_slot_waits(n, from);
}

static int mmsg_send(struct net *n, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) mmsg_prepare_slot(n, i);
    for (uint32_t from = 0, to; from < count; from = to) {
        int family = net_family_of(&n->slots[from].to);
        for (to = from + 1; to < count && net_family_of(&n->slots[to].to) == family; to++) {
        }
        mmsg_send_run(n, family, from, to);
    }
    return 0;
}

/*
 * Receive from one socket into buffers [from, from + max); returns the number of events, or -errno.
 */
static int mmsg_receive_family(struct net *n, int family, struct net_event *events, uint32_t from,
                               uint32_t max) {
    struct mmsg *m = n->backend_state;
    for (uint32_t i = from; i < from + max; i++) {
        struct msghdr *h = &m->in[i].msg_hdr;
        h->msg_namelen = sizeof(m->in_names[i]);
        h->msg_controllen = net_has_control(n) ? NET_CONTROL_BYTES : 0;
    }
    int got = recvmmsg(n->sockets[family].receive, m->in + from, max, MSG_DONTWAIT, NULL);
    if (got < 0) {
        if (errno == EAGAIN || errno == EINTR) return 0;
        if (errno == EBADF || errno == ENOTSOCK) return -errno;
        if (errno == ENOMEM || errno == ENOBUFS) net_nap();
        n->idle = false;
        return (int)net_errors_take(n, family, events, max);
    }
    if ((uint32_t)got == max) n->idle = false;
    for (uint32_t i = 0; i < (uint32_t)got; i++) {
        struct mmsghdr *h = &m->in[from + i];
        struct net_event *e = &events[i];
        e->kind = (h->msg_hdr.msg_flags & MSG_TRUNC) != 0 ? NET_TRUNCATED : NET_DATAGRAM;
        e->error = 0;
        e->payload = span_of(m->buffers + (size_t)(from + i) * NET_BUFFER_STRIDE, h->msg_len);
        net_address_from(&e->peer, &m->in_names[from + i]);
        e->kernel_unix_ns = 0;
        if (net_has_control(n)) net_control_read(&h->msg_hdr, n->sockets[family].port, e);
    }
    return got;
}

static int mmsg_receive(struct net *n, struct net_event *events, uint32_t max) {
    if (max > NET_EVENTS_MAX) max = NET_EVENTS_MAX;
    n->idle = true;
    uint32_t count = 0;
    for (int family = 0; family < NET_FAMILIES; family++) {
        struct net_socket *s = &n->sockets[family];
        if (s->receive < 0 || !s->in_use || count == max) continue;
        /*
         * When both families are in use, each has its share, so that one cannot starve the other.
         */
        bool first_of_two =
            family == NET_IP4 && n->sockets[NET_IP6].receive >= 0 && n->sockets[NET_IP6].in_use;
        uint32_t share = first_of_two ? (max + 1) / 2 : max - count;
        int got = mmsg_receive_family(n, family, events + count, count, share);
        if (got < 0) return got;
        count += (uint32_t)got;
    }
    return (int)count;
}

static void mmsg_free(struct net *n) {
    struct mmsg *m = n->backend_state;
    net_unmap(m->buffers, (size_t)NET_EVENTS_MAX * NET_BUFFER_STRIDE);
    free(m);
}

static const struct net_ops mmsg_ops = { .send = mmsg_send,
                                         .receive = mmsg_receive,
                                         .free = mmsg_free };

int net_mmsg_new(struct net *n) {
    struct mmsg *m = calloc(1, sizeof(*m));
    if (m == NULL) return -ENOMEM;
    n->backend_state = m;
    n->ops = &mmsg_ops;
    m->buffers = net_map((size_t)NET_EVENTS_MAX * NET_BUFFER_STRIDE);
    if (m->buffers == NULL) return -ENOMEM;
    for (uint32_t i = 0; i < NET_EVENTS_MAX; i++) {
        m->in_parts[i] = (struct iovec){ .iov_base = m->buffers + (size_t)i * NET_BUFFER_STRIDE,
                                         .iov_len = NET_DATAGRAM_MAX };
        m->in[i].msg_hdr =
            (struct msghdr){ .msg_name = &m->in_names[i],
                             .msg_iov = &m->in_parts[i],
                             .msg_iovlen = 1,
                             .msg_control = net_has_control(n) ? m->in_control[i] : NULL };
    }
    for (int f = 0; f < NET_FAMILIES; f++) {
        struct epoll_event interest = { .events = EPOLLIN };
        int fd = n->sockets[f].receive;
        if (fd >= 0 && epoll_ctl(n->fd, EPOLL_CTL_ADD, fd, &interest) != 0) return -errno;
    }
    return 0;
}
