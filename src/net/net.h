/*
 * net: datagrams in and out, in batches, over io_uring (uring.c) or epoll with sendmmsg/recvmmsg
 * (mmsg.c).
 *
 * Both back ends give the same results. Per address family there are two sockets on one port: one
 * only receives, one only sends, because a socket that somebody waits on is slower to send from.
 * Use, from one thread:
 *
 *     slots = net_slots(n)                  behind those that wait: bytes, length, to, cookie
 *     net_send(n, count)                    hand the first `count` of them to the kernel
 *     count = net_receive(n, events, max)   what has come; borrowed until the next net_receive
 *
 * What the kernel has no room for waits in its slot, and goes first at the next net_send. A family
 * that is full does not hold up the other.
 *
 * Nothing here blocks, but for a millisecond where the kernel has no memory: it is asked again, and
 * not a million times a second. While net_is_idle(), net_fd() becomes readable when there is
 * something to receive, or room again for what waits.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/slot.h"
#include "base/span.h"

enum net_backend { NET_AUTO = 0, NET_URING, NET_MMSG };

enum {
    NET_BATCH = 256,          /* datagrams to add at once: more gains nothing */
    NET_SLOTS = 2 * NET_BATCH,  /* room for them behind as many of the other family that wait */
    NET_EVENTS_MAX = 256,     /* sensible size of an event array */
    NET_DATAGRAM_MAX = 65535,
};

enum net_event_kind {
    NET_DATAGRAM,             /* payload, peer (and local with options.local_addresses) */
    NET_UNREACHABLE,          /* ICMP said that peer cannot be reached: error; payload: what is
                                 quoted of our datagram, or none */
    NET_SEND_FAILED,          /* the datagram of `cookie` was refused: error */
    NET_TRUNCATED,            /* a datagram larger than NET_DATAGRAM_MAX: payload is its
                                 beginning */
};

struct net_event {
    enum net_event_kind kind;
    int error;                /* errno */
    uint32_t cookie;
    struct address peer;
    struct address local;
    int64_t kernel_unix_ns;   /* with options.kernel_times: Unix time at which the kernel got the
                                 datagram; 0: it did not say */
    struct span payload;
};

struct net_options {
    enum net_backend backend;
    struct address bind4, bind6;  /* family NONE: any address; port 0: the kernel's choice */
    bool without_ip6;
    bool shared_port;             /* two sockets on the port, one to send and one to receive:
                                     faster; ours alone either way */
    bool local_addresses;         /* tell the local address of datagrams and send from any (a server
                                     for many addresses) */
    bool kernel_times;            /* tell when the kernel got each datagram (SO_TIMESTAMPNS) */
    const char *device;           /* SO_BINDTODEVICE: "lo" for a server that must not be seen
                                     outside; NULL: any */
    uint64_t receive_buffer_bytes;  /* 0: 64 MiB */
    uint64_t send_buffer_bytes;     /* 0: 8 MiB */
    uint8_t traffic_class;        /* octet of IPv4's type of service and IPv6's traffic class */
    bool broadcast;               /* IPv4 broadcast addresses may be sent to */
};

struct net_stats {
    uint64_t sent, received, bytes_sent, bytes_received;
    uint64_t kernel_drops;        /* receive buffer full (the counter of SO_RXQ_OVFL) */
    uint64_t stalls;              /* uring: buffer ring empty or completion queue overflowed;
                                     re-armed, nothing lost by us */
    uint64_t icmp;
};

struct net;

/*
 * 0; -errno; with backend NET_URING an -errno that says why not (-ENOSYS, -EPERM, -EOPNOTSUPP:
 * kernel too old). NET_AUTO takes io_uring where all it needs is there, and otherwise mmsg.
 */
int net_new(struct net **ret_net, const struct net_options *options);
void net_free(struct net *n);

enum net_backend net_backend_of(const struct net *n);

/* With NET_AUTO that chose mmsg: why not io_uring; "" otherwise. Static storage. */
const char *net_why(const struct net *n);

/*
 * The NET_SLOTS send slots. The first net_waiting() of them hold what the kernel had no room for;
 * the others are free: a send copies what it takes before net_send returns.
 */
struct slot *net_slots(struct net *n);
uint32_t net_waiting(const struct net *n);

/*
 * Give the first @count slots, with those that wait, to the kernel, and let it receive meanwhile.
 * Returns how many of them are done: sent, or refused, which is told by an event. The others wait
 * now, in their order, in the first slots; those that are done stand behind them until they are
 * filled anew. Or a fatal -errno.
 */
int net_send(struct net *n, uint32_t count);

/*
 * Up to @max events into @events. The number, or a fatal -errno. Payloads live until the next call.
 */
int net_receive(struct net *n, struct net_event *events, uint32_t max);

/* Readable (poll, epoll) when net_receive may have something; to wait on only while net_is_idle. */
int net_fd(const struct net *n);

/* The last net_receive found nothing more: net_fd tells when there is. */
bool net_is_idle(const struct net *n);

/* What SO_RCVBUF came to, in the kernel's accounting (bytes of skb truesize) for one family. */
uint64_t net_receive_buffer_bytes(const struct net *n);

/* The local port of a family (ADDRESS_IP4, ADDRESS_IP6); 0 when it is not open. */
uint16_t net_port(const struct net *n, int family);

void net_get_stats(struct net *n, struct net_stats *ret_stats);
