/*
 * uring: the back end on io_uring.
 *
 * One enter per turn carries the batch of sends and, while there is traffic, a few multishot
 * RECVMSG that do not wait: each drains about 32 datagrams into the provided buffers and ends with
 * EAGAIN, so that no poll is ever armed on a busy socket. When a turn comes back empty, a one-shot
 * POLL_ADD on each socket waits for the next datagram.
 *
 * To wait on there is an eventfd. The ring's own descriptor would not do: with DEFER_TASKRUN a
 * completion only comes about when we enter, so the ring does not become readable by itself, while
 * an eventfd is signalled as soon as there is something to run. It is switched off
 * (IORING_CQ_EVENTFD_DISABLED) while there is traffic.
 *
 * Sends are copied by the kernel while it takes them (MSG_DONTWAIT: none waits), and report only
 * their failures (CQE_SKIP_SUCCESS), which stand in the queue when the enter returns: after it each
 * slot is free, or known to wait. Buffers go back to the ring at the next net_receive.
 */
#include <errno.h>
#include <liburing.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "net/backend.h"

enum {
    SQ_ENTRIES = 1024,
    CQ_ENTRIES = 4096,
    BUFFERS = 512,
    BUFFER_GROUP = 0,
    RECEIVES_MAX = 8,        /* RECVMSG armed at once per family */
    NAME_BYTES = 32,         /* room for a name; what comes behind it, control data, must be
                                aligned */
    RECEIVE_BATCH = 32,      /* datagrams the kernel takes for one of them before it turns to
                                others */
};

_Static_assert(NAME_BYTES >= sizeof(union net_sockaddr) &&
                   NAME_BYTES % _Alignof(struct cmsghdr) == 0,
               "room for a name");

/*
 * What a completion is of: user_data = kind << 56 | family, or, of a send, the number of its enter
 * << 16 | slot.
 */
enum { OF_SEND = 1, OF_RECEIVE, OF_POLL };

struct uring {
    struct io_uring ring;
    bool has_ring;
    int signal;                          /* the eventfd */
    bool is_watched;                     /* it is switched on */
    struct io_uring_buf_ring *buffer_ring;
    size_t buffer_ring_bytes;
    uint8_t *buffers;
    struct msghdr shape;                 /* of every RECVMSG: room for name and control data */
    uint16_t borrowed[NET_EVENTS_MAX];   /* buffers whose bytes the last events point at */
    uint32_t borrowed_count;
    uint32_t receives[NET_FAMILIES];     /* RECVMSG in the kernel */
    uint32_t wanted[NET_FAMILIES];       /* how many the traffic deserves; 0: idle */
    bool polls[NET_FAMILIES];            /* POLL_ADD in the kernel */
    bool errors[NET_FAMILIES];           /* ICMP errors are queued at the socket */
    uint32_t enter_number;               /* of enters with sends */
    struct msghdr out[NET_SLOTS];        /* with local_addresses only */
    struct iovec out_parts[NET_SLOTS];
    uint8_t out_control[NET_SLOTS][NET_CONTROL_BYTES];
};

_Static_assert(NET_SLOTS <= 1 << 16, "a slot's number in user_data");

static uint64_t uring_data(int kind, uint64_t value) {
    return (uint64_t)kind << 56 | value;
}

static struct io_uring_sqe *uring_sqe(struct uring *u) {
    struct io_uring_sqe *sqe = io_uring_get_sqe(&u->ring);
    if (sqe != NULL) return sqe;
    io_uring_submit(&u->ring);
    return io_uring_get_sqe(&u->ring);
}

static void uring_give_buffer(struct uring *u, uint16_t id, int offset) {
    io_uring_buf_ring_add(u->buffer_ring, u->buffers + (size_t)id * NET_BUFFER_STRIDE,
                          NET_BUFFER_STRIDE, id, io_uring_buf_ring_mask(BUFFERS), offset);
}

/* Index of a family's sockets among the registered files. */
static int uring_file(int family, bool send) {
    return family * 2 + send;
}

static void uring_queue_receives(struct net *n) {
    struct uring *u = n->backend_state;
    for (int f = 0; f < NET_FAMILIES; f++) {
        while (u->receives[f] < u->wanted[f]) {
            struct io_uring_sqe *sqe = uring_sqe(u);
            if (sqe == NULL) return;
            io_uring_prep_recvmsg_multishot(sqe, uring_file(f, false), &u->shape, MSG_DONTWAIT);
            sqe->flags |= IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT;
            sqe->buf_group = BUFFER_GROUP;
            io_uring_sqe_set_data64(sqe, uring_data(OF_RECEIVE, (uint32_t)f));
            u->receives[f]++;
        }
    }
}

static bool uring_queue_polls(struct net *n) {
    struct uring *u = n->backend_state;
    bool queued = false;
    for (int f = 0; f < NET_FAMILIES; f++) {
        if (!n->sockets[f].in_use || n->sockets[f].receive < 0 || u->polls[f]) continue;
        struct io_uring_sqe *sqe = uring_sqe(u);
        if (sqe == NULL) return queued;
        io_uring_prep_poll_add(sqe, uring_file(f, false), POLLIN | POLLERR);
        sqe->flags |= IOSQE_FIXED_FILE;
        io_uring_sqe_set_data64(sqe, uring_data(OF_POLL, (uint32_t)f));
        u->polls[f] = queued = true;
    }
    return queued;
}

static void uring_watch(struct net *n, bool watch) {
    struct uring *u = n->backend_state;
    if (u->is_watched == watch) return;
    u->is_watched = watch;
    io_uring_cq_eventfd_toggle(&u->ring, watch);
    atomic_thread_fence(memory_order_seq_cst);  /* before the flags that say what was put off are
                                                   read */
}

/*
 * Take the signal back, before looking whether there is something: what comes later signals again.
 * A signal can also be of work that an enter has run and that left no completion; the descriptor
 * would stay readable and the host would not sleep.
 */
static void uring_take_signal(struct net *n) {
    struct uring *u = n->backend_state;
    uint64_t count;
    /* it was not signalled: fine */
    if (u->is_watched && read(u->signal, &count, sizeof(count)) < 0) return;
}

/*
 * The kernel had no memory for what is queued: take it off again, so that no entry refers to a slot
 * that has changed meanwhile. Sends wait, the others are queued anew when they are wanted.
 */
static void uring_withdraw(struct net *n) {
    struct uring *u = n->backend_state;
    struct io_uring_sq *sq = &u->ring.sq;
    unsigned first = io_uring_smp_load_acquire(sq->khead);
    for (unsigned at = first; at != sq->sqe_tail; at++) {
        uint64_t data = sq->sqes[at & sq->ring_mask].user_data;
        switch (data >> 56) {
        case OF_SEND: net_slot_waits(n, data & UINT16_MAX); break;
        case OF_RECEIVE: u->receives[data & 1]--; break;
        case OF_POLL: u->polls[data & 1] = false; break;
        }
    }
    sq->sqe_tail = sq->sqe_head = first;
    io_uring_smp_store_release(sq->ktail, first);
    n->idle = false;
    net_nap();
}

/* Submit what is queued and let the kernel run what it has put off. 0 or a fatal -errno. */
static int uring_enter(struct net *n) {
    struct uring *u = n->backend_state;
    for (;;) {
        int result = io_uring_submit_and_get_events(&u->ring);
        if (result == -EINTR) continue;
        bool is_transient = result == -EAGAIN || result == -EBUSY || result == -ENOMEM;
        if (result < 0 && !is_transient) return result;
        if (io_uring_sq_ready(&u->ring) > 0) uring_withdraw(n);
        else if (is_transient) net_nap();
        return 0;
    }
}

static void uring_queue_send(struct net *n, uint32_t i) {
    struct uring *u = n->backend_state;
    struct slot *slot = &n->slots[i];
    int family = net_family_of(&slot->to);
    if (n->sockets[family].send < 0) {
        net_slot_failed(n, i, EAFNOSUPPORT);
        return;
    }
    struct io_uring_sqe *sqe = n->sockets[family].is_full ? NULL : uring_sqe(u);
    if (sqe == NULL) {
        net_slot_waits(n, i);
        return;
    }
    socklen_t name_length = net_sockaddr_from(&n->names[i], &slot->to);
    if (n->options.local_addresses) {
        u->out_parts[i] = (struct iovec){ .iov_base = slot->bytes, .iov_len = slot->length };
        struct msghdr *h = &u->out[i];
        *h = (struct msghdr){ .msg_iov = &u->out_parts[i], .msg_iovlen = 1,
                              .msg_name = &n->names[i], .msg_namelen = name_length };
        h->msg_controllen = net_control_write(u->out_control[i], &slot->from);
        if (h->msg_controllen > 0) h->msg_control = u->out_control[i];
        io_uring_prep_sendmsg(sqe, uring_file(family, true), h, MSG_DONTWAIT);
    } else {
        io_uring_prep_send(sqe, uring_file(family, true), slot->bytes, slot->length, MSG_DONTWAIT);
        io_uring_prep_send_set_addr(sqe, &n->names[i].any, (uint16_t)name_length);
    }
    sqe->flags |= IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS;
    io_uring_sqe_set_data64(sqe, uring_data(OF_SEND, (uint64_t)u->enter_number << 16 | i));
}

/*
 * Which sends of this enter failed? Their completions are behind @from. A socket that receives as
 * well tells of an ICMP error by refusing a send, once: that one goes again.
 */
static void uring_take_failures(struct net *n, unsigned from) {
    struct uring *u = n->backend_state;
    const struct io_uring_cq *cq = &u->ring.cq;
    unsigned to = io_uring_smp_load_acquire(cq->ktail);
    uint64_t of_this_enter = uring_data(OF_SEND, (uint64_t)u->enter_number << 16);
    for (unsigned at = from; at != to; at++) {
        const struct io_uring_cqe *cqe = &cq->cqes[at & cq->ring_mask];
        if ((cqe->user_data & ~(uint64_t)UINT16_MAX) != of_this_enter || cqe->res >= 0) continue;
        uint32_t i = cqe->user_data & UINT16_MAX;
        if (cqe->res == -EAGAIN || cqe->res == -ECONNREFUSED) net_slot_waits(n, i);
        else net_slot_failed(n, i, -cqe->res);
    }
}

static int uring_send(struct net *n, uint32_t count) {
    struct uring *u = n->backend_state;
    unsigned completed = io_uring_smp_load_acquire(u->ring.cq.ktail);
    u->enter_number++;
    for (uint32_t i = 0; i < count; i++) uring_queue_send(n, i);
    uring_queue_receives(n);
    if (n->idle) uring_queue_polls(n);  /* a socket may just have come into use */
    if (io_uring_sq_ready(&u->ring) == 0) return 0;
    int error = uring_enter(n);
    if (error == 0 && count > 0) uring_take_failures(n, completed);
    return error;
}

static void uring_recycle(struct uring *u) {
    for (uint32_t i = 0; i < u->borrowed_count; i++) uring_give_buffer(u, u->borrowed[i], (int)i);
    if (u->borrowed_count > 0) io_uring_buf_ring_advance(u->buffer_ring, (int)u->borrowed_count);
    u->borrowed_count = 0;
}

/* A received datagram as an event; false when the kernel gave less than a datagram. */
static bool uring_take_datagram(struct net *n, int family, const struct io_uring_cqe *cqe,
                                struct net_event *e) {
    struct uring *u = n->backend_state;
    uint16_t id = (uint16_t)(cqe->flags >> IORING_CQE_BUFFER_SHIFT);
    u->borrowed[u->borrowed_count++] = id;
    void *buffer = u->buffers + (size_t)id * NET_BUFFER_STRIDE;
    struct io_uring_recvmsg_out *out = io_uring_recvmsg_validate(buffer, cqe->res, &u->shape);
    if (out == NULL) return false;
    net_address_from(&e->peer, io_uring_recvmsg_name(out));
    e->kind = (out->flags & MSG_TRUNC) != 0 ? NET_TRUNCATED : NET_DATAGRAM;
    e->error = 0;
    e->payload = span_of(io_uring_recvmsg_payload(out, &u->shape),
                         io_uring_recvmsg_payload_length(out, cqe->res, &u->shape));
    e->kernel_unix_ns = 0;
    if (net_has_control(n)) {
        struct msghdr control = {
            .msg_control = (uint8_t *)io_uring_recvmsg_name(out) + u->shape.msg_namelen,
            .msg_controllen = out->controllen,
        };
        net_control_read(&control, n->sockets[family].port, e);
    }
    return true;
}

/* What a harvest found, per family. */
struct uring_harvest {
    uint32_t datagrams[NET_FAMILIES];
    uint32_t ended[NET_FAMILIES];      /* RECVMSG that came to their end */
};

static void uring_take_receive(struct net *n, const struct io_uring_cqe *cqe,
                               struct net_event *events, uint32_t *count, struct uring_harvest *h) {
    struct uring *u = n->backend_state;
    int family = (int)(cqe->user_data & 1);
    if ((cqe->flags & IORING_CQE_F_MORE) == 0) {
        u->receives[family]--;
        h->ended[family]++;
    }
    if (cqe->res >= 0 && (cqe->flags & IORING_CQE_F_BUFFER) != 0) {
        *count += uring_take_datagram(n, family, cqe, &events[*count]);
        h->datagrams[family]++;
    } else if (cqe->res == -ENOBUFS) {
        n->stats.stalls++;
        h->datagrams[family]++;  /* there is more: ask again at once, now that buffers are free */
    } else if (cqe->res < 0 && cqe->res != -EAGAIN && cqe->res != -EINTR &&
               cqe->res != -ECANCELED) {
        if (cqe->res == -ENOMEM) net_nap();
        u->errors[family] = true;
    }
}

static uint32_t uring_harvest(struct net *n, struct net_event *events, uint32_t max,
                              struct uring_harvest *h) {
    struct uring *u = n->backend_state;
    uint32_t count = 0, seen = 0;
    unsigned head;
    struct io_uring_cqe *cqe;
    io_uring_for_each_cqe(&u->ring, head, cqe) {
        if (count == max || u->borrowed_count == NET_EVENTS_MAX) break;
        seen++;
        int kind = (int)(cqe->user_data >> 56);
        if (kind == OF_RECEIVE) {
            uring_take_receive(n, cqe, events, &count, h);
        } else if (kind == OF_POLL) {
            int family = (int)(cqe->user_data & 1);
            u->polls[family] = false;
            u->wanted[family] = 1;
        }
    }
    io_uring_cq_advance(&u->ring, seen);
    return count;
}

/*
 * How many RECVMSG a family deserves next: by what came, and none after a turn that brought
 * nothing.
 */
static uint32_t uring_wanted(const struct uring *u, int family, const struct uring_harvest *h) {
    uint32_t batches = h->datagrams[family] / RECEIVE_BATCH + 1;
    if (h->datagrams[family] > 0) return batches < RECEIVES_MAX ? batches : RECEIVES_MAX;
    return h->ended[family] > 0 && u->receives[family] == 0 ? 0 : u->wanted[family];
}

/* Has the kernel something to run in the next enter? */
static bool uring_has_put_off(const struct uring *u) {
    return (IO_URING_READ_ONCE(*u->ring.sq.kflags) & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW)) !=
           0;
}

/* Make the kernel run what it has put off, unless completions already stand in the queue. */
static int uring_gather(struct net *n) {
    struct uring *u = n->backend_state;
    uring_take_signal(n);
    if ((IO_URING_READ_ONCE(*u->ring.sq.kflags) & IORING_SQ_CQ_OVERFLOW) != 0) n->stats.stalls++;
    bool put_off = uring_has_put_off(u);
    bool ready = io_uring_cq_ready(&u->ring) > 0;
    if (ready || put_off) uring_watch(n, false);
    if (ready) return 0;
    if (n->idle && put_off) {  /* a poll has fired: receive in the same enter that says so */
        for (int f = 0; f < NET_FAMILIES; f++) u->wanted[f] = u->polls[f];
    }
    uring_queue_receives(n);
    return io_uring_sq_ready(&u->ring) > 0 || put_off ? uring_enter(n) : 0;
}

static int uring_receive(struct net *n, struct net_event *events, uint32_t max) {
    struct uring *u = n->backend_state;
    uring_recycle(u);
    if (max > NET_EVENTS_MAX) max = NET_EVENTS_MAX;
    int error = uring_gather(n);
    if (error != 0) return error;
    struct uring_harvest h = { 0 };
    uint32_t count = uring_harvest(n, events, max, &h);
    bool busy = io_uring_cq_ready(&u->ring) > 0;
    for (int f = 0; f < NET_FAMILIES; f++) {
        if (u->errors[f]) {
            uint32_t room = max - count, errors = net_errors_take(n, f, events + count, room);
            u->errors[f] = errors == room || errors == NET_ERRORS;
            count += errors;
            h.datagrams[f]++;  /* some may stand behind the error */
        }
        u->wanted[f] = uring_wanted(u, f, &h);
        busy |= u->wanted[f] > 0 || u->errors[f];
    }
    n->idle = !busy;
    if (!n->idle) return (int)count;
    uring_watch(n, true);
    error = uring_queue_polls(n) ? uring_enter(n) : 0;
    if (uring_has_put_off(u)) n->idle = false;  /* from before the eventfd was switched on: it did
                                                   not signal */
    return error != 0 ? error : (int)count;
}

/*
 * Let go of the sockets now. The kernel takes a ring apart in its own time, long after its last
 * descriptor is closed, and until then the port would stay taken.
 */
static void uring_let_go(struct uring *u) {
    struct io_uring_sync_cancel_reg all = {
        .fd = -1, .flags = IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL,
        .timeout = { .tv_sec = 1 },
    };
    io_uring_register_sync_cancel(&u->ring, &all);
    io_uring_get_events(&u->ring);  /* what was cancelled ends only now */
    io_uring_unregister_files(&u->ring);
    if (u->buffer_ring != NULL) io_uring_unregister_buf_ring(&u->ring, BUFFER_GROUP);
    io_uring_queue_exit(&u->ring);
}

static void uring_free(struct net *n) {
    struct uring *u = n->backend_state;
    if (u->has_ring) uring_let_go(u);
    net_unmap(u->buffer_ring, u->buffer_ring_bytes);
    net_unmap(u->buffers, (size_t)BUFFERS * NET_BUFFER_STRIDE);
    if (u->signal >= 0) close(u->signal);
    free(u);
    n->backend_state = NULL;
    n->ops = NULL;
}

static const struct net_ops uring_ops = { .send = uring_send,
                                          .receive = uring_receive,
                                          .free = uring_free };

static int uring_open_ring(struct uring *u) {
    struct io_uring_params p = {
        .cq_entries = CQ_ENTRIES,
        .flags = IORING_SETUP_CQSIZE | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_SINGLE_ISSUER |
                 IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_TASKRUN_FLAG,
    };
#ifdef IORING_SETUP_NO_SQARRAY  /* Linux 6.6; liburing must know it too, or it writes where the
                                   array is not */
    p.flags |= IORING_SETUP_NO_SQARRAY;
    int error = io_uring_queue_init_params(SQ_ENTRIES, &u->ring, &p);
    if (error != -EINVAL) return error;
    p = (struct io_uring_params){ .cq_entries = CQ_ENTRIES,
                                  .flags = p.flags & ~IORING_SETUP_NO_SQARRAY };
#else
    int error;
#endif
    error = io_uring_queue_init_params(SQ_ENTRIES, &u->ring, &p);
    if (error != -EINVAL) return error;
    /* Linux 6.0 lacks DEFER_TASKRUN (6.1). */
    p = (struct io_uring_params){
        .cq_entries = CQ_ENTRIES,
        .flags = IORING_SETUP_CQSIZE | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_COOP_TASKRUN |
                 IORING_SETUP_TASKRUN_FLAG,
    };
    return io_uring_queue_init_params(SQ_ENTRIES, &u->ring, &p);
}

static int uring_open_buffers(struct uring *u) {
    u->buffer_ring_bytes = BUFFERS * sizeof(struct io_uring_buf);
    u->buffer_ring = net_map(u->buffer_ring_bytes);
    u->buffers = net_map((size_t)BUFFERS * NET_BUFFER_STRIDE);
    if (u->buffer_ring == NULL || u->buffers == NULL) return -ENOMEM;
    struct io_uring_buf_reg registration = {
        .ring_addr = (uintptr_t)u->buffer_ring, .ring_entries = BUFFERS, .bgid = BUFFER_GROUP,
    };
    int error = io_uring_register_buf_ring(&u->ring, &registration, 0);
    if (error != 0) return error;
    io_uring_buf_ring_init(u->buffer_ring);
    for (uint16_t id = 0; id < BUFFERS; id++) uring_give_buffer(u, id, id);
    io_uring_buf_ring_advance(u->buffer_ring, BUFFERS);
    return 0;
}

/*
 * A RECVMSG on a quiet socket must end with EAGAIN: a kernel that does not know it as we use it
 * says EINVAL.
 */
static int uring_try_receive(struct net *n, int family) {
    struct uring *u = n->backend_state;
    u->wanted[family] = 1;
    uring_queue_receives(n);
    u->wanted[family] = 0;
    int error = uring_enter(n);
    struct io_uring_cqe *cqe;
    if (error != 0 || io_uring_peek_cqe(&u->ring, &cqe) != 0)
        return error != 0 ? error : -EOPNOTSUPP;
    int result = cqe->res;
    io_uring_cqe_seen(&u->ring, cqe);
    u->receives[family] = 0;
    return result == -EAGAIN ? 0 : result < 0 ? result : -EOPNOTSUPP;
}

static int uring_open(struct net *n) {
    struct uring *u = n->backend_state;
    u->shape =
        (struct msghdr){ .msg_namelen = NAME_BYTES,
                         .msg_controllen = net_has_control(n) ? NET_CONTROL_BYTES : 0 };
    int error = uring_open_ring(u);
    if (error != 0) return error;
    u->has_ring = true;
    io_uring_register_ring_fd(&u->ring);  /* saves a look-up an enter; without it all works too */
    int files[NET_FAMILIES * 2];
    for (int f = 0; f < NET_FAMILIES; f++) {
        files[uring_file(f, false)] = n->sockets[f].receive;
        files[uring_file(f, true)] = n->sockets[f].send;
    }
    u->signal = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (u->signal < 0) return -errno;
    struct epoll_event interest = { .events = EPOLLIN };
    if (epoll_ctl(n->fd, EPOLL_CTL_ADD, u->signal, &interest) != 0) return -errno;
    error = io_uring_register_eventfd(&u->ring, u->signal);
    u->is_watched = true;
    uring_watch(n, false);
    if (error == 0) error = io_uring_register_files(&u->ring, files, NET_FAMILIES * 2);
    if (error == 0) error = uring_open_buffers(u);
    if (error == 0)
        error = uring_try_receive(n, n->sockets[NET_IP4].receive >= 0 ? NET_IP4 : NET_IP6);
    return error;
}

int net_uring_new(struct net *n) {
    struct uring *u = calloc(1, sizeof(*u));
    if (u == NULL) return -ENOMEM;
    u->signal = -1;
    n->backend_state = u;
    n->ops = &uring_ops;
    int error = uring_open(n);
    if (error != 0) {
        uring_free(n);
        return error;
    }
    return 0;
}
