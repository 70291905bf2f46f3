/*
 * backend: what net.c, socket.c and the two back ends share.
 */
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include "net/net.h"

enum {
    NET_BUFFER_STRIDE = 1057 * 64,  /* a datagram, its name and control data; an odd number of cache
                                       lines, so that the beginnings of buffers do not all fall into
                                       the same sets */
    NET_CONTROL_BYTES = 96,         /* room for one IP_PKTINFO or IPV6_PKTINFO and a time */
    NET_ERRORS = 64,                /* ICMP errors of a family taken in one go */
    NET_ERROR_BYTES = 512,          /* of the quoted datagram */
};

struct net_socket {
    int receive, send;   /* the same descriptor unless options.shared_port; -1: not open */
    bool in_use;         /* something was sent over it, or it serves: worth receiving from */
    bool is_full;        /* datagrams wait until there is room */
    bool is_watched;     /* net.fd tells when there is */
    uint16_t port;
    uint64_t buffer_bytes;
    uint32_t drops_seen;
};

enum { NET_IP4 = 0, NET_IP6 = 1, NET_FAMILIES = 2 };
enum { NET_ERRORS_BYTES = NET_FAMILIES * NET_ERRORS * NET_ERROR_BYTES };

struct net_ops {
    /* Each slot goes out, unless its family is full, or net_slot_waits or net_slot_failed. */
    int (*send)(struct net *n, uint32_t count);
    int (*receive)(struct net *n, struct net_event *events, uint32_t max);
    void (*free)(struct net *n);
};

union net_sockaddr {
    struct sockaddr any;
    struct sockaddr_in ip4;
    struct sockaddr_in6 ip6;
};

struct net {
    const struct net_ops *ops;
    enum net_backend backend;
    const char *why;
    struct net_options options;
    struct net_socket sockets[NET_FAMILIES];
    struct net_stats stats;
    int fd;              /* epoll: the back end's, and sockets that are full */
    bool idle;

    struct slot slots[NET_SLOTS];
    uint32_t waiting;                         /* the first of them, which the kernel did not take */
    bool waits[NET_SLOTS];                    /* during a send: those that it does not take */
    union net_sockaddr names[NET_SLOTS];      /* of slots being sent */
    uint8_t *slot_bytes;                      /* NET_SLOTS * NET_BUFFER_STRIDE, mapped */

    struct net_event failures[NET_SLOTS];     /* sends that failed, for the next net_receive */
    uint32_t failure_count;
    uint8_t *error_bytes;                     /* NET_ERRORS_BYTES */

    void *backend_state;
};

/* Anonymous memory of which only what is touched counts; NULL when there is none. */
void *net_map(size_t bytes);
void net_unmap(void *memory, size_t bytes);

/* socket.c */
int net_sockets_open(struct net *n);
void net_sockets_close(struct net *n);
void net_sockets_count_drops(struct net *n);
socklen_t net_sockaddr_from(union net_sockaddr *ret_name, const struct address *a);
void net_address_from(struct address *ret_address, const union net_sockaddr *name);

/*
 * Fill @control for a datagram that shall leave from @from; returns its length (0: nothing to say).
 */
size_t net_control_write(void *control, const struct address *from);

/* Do received datagrams come with control data? */
static inline bool net_has_control(const struct net *n) {
    return n->options.local_addresses || n->options.kernel_times;
}

/* What the control data of a received datagram tells: its local address, and when it came. */
void net_control_read(struct msghdr *message, uint16_t port, struct net_event *event);

/*
 * Take the ICMP errors queued at socket @family as events; returns how many. Quoted bytes live
 * until the next call.
 */
uint32_t net_errors_take(struct net *n, int family, struct net_event *events, uint32_t max);

/* The kernel does not take slot @i now; its family is full, and no later slot of it overtakes. */
void net_slot_waits(struct net *n, uint32_t i);

/* The kernel refuses slot @i with @error: an event at the next net_receive. */
void net_slot_failed(struct net *n, uint32_t i, int error);

/* The kernel had no memory. Whoever comes back at once, as a host does, is not to spin. */
void net_nap(void);

static inline int net_family_of(const struct address *a) {
    return a->family == ADDRESS_IP6 ? NET_IP6 : NET_IP4;
}

int net_uring_new(struct net *n);
int net_mmsg_new(struct net *n);
