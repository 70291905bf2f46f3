/*
 * socket: the sockets of both back ends, and ICMP errors.
 *
 * There are two sockets on one port per family. The kernel gives a datagram to the socket bound
 * last, so the one that only sends is bound first. That order is not documented, so it is tried out
 * when the sockets are opened; where it does not hold, one socket serves both ways. (Connecting the
 * sender to a dummy peer would settle it, but would also fix its source address.)
 *
 * IP_PMTUDISC_PROBE on the sender keeps the kernel from drawing an IP identification for every
 * datagram, which costs a shared cache line. So no request is fragmented: what is larger than our
 * own link carries is refused with EMSGSIZE, and what is larger than the path behind it carries is
 * lost; the core keeps requests below 1,200 octets, and asks for less where that is too much. A
 * server for many addresses has them on the loopback device, whose MTU any datagram fits in.
 */
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>
#include <linux/errqueue.h>
#include <linux/sock_diag.h>

#include "net/backend.h"

#define NS_PER_S INT64_C(1000000000)

enum { BUFFER_DEFAULT = 64 << 20, SEND_BUFFER = 8 << 20, PROBE_MS = 200, PROBE_STALE_MAX = 4096 };

socklen_t net_sockaddr_from(union net_sockaddr *ret_name, const struct address *a) {
    if (a->family == ADDRESS_IP6) {
        ret_name->ip6 = (struct sockaddr_in6){
            .sin6_family = AF_INET6, .sin6_port = htons(a->port), .sin6_scope_id = a->scope,
        };
        memcpy(&ret_name->ip6.sin6_addr, a->bytes, 16);
        return sizeof(ret_name->ip6);
    }
    ret_name->ip4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(a->port) };
    memcpy(&ret_name->ip4.sin_addr, a->bytes, 4);
    return sizeof(ret_name->ip4);
}

void net_address_from(struct address *ret_address, const union net_sockaddr *name) {
    if (name->any.sa_family == AF_INET6) {
        *ret_address = (struct address){ .family = ADDRESS_IP6, .port = ntohs(name->ip6.sin6_port),
                                         .scope = name->ip6.sin6_scope_id };
        memcpy(ret_address->bytes, &name->ip6.sin6_addr, 16);
        return;
    }
    *ret_address = (struct address){ .family = ADDRESS_IP4, .port = ntohs(name->ip4.sin_port) };
    memcpy(ret_address->bytes, &name->ip4.sin_addr, 4);
}

static int set(int fd, int level, int option, int value) {
    return setsockopt(fd, level, option, &value, sizeof(value)) == 0 ? 0 : -errno;
}

static void socket_size_buffer(int fd, int forced, int plain, uint64_t bytes) {
    int value = bytes > INT32_MAX / 2 ? INT32_MAX / 2 : (int)bytes;
    if (set(fd, SOL_SOCKET, forced, value) != 0) set(fd, SOL_SOCKET, plain, value);
}

/* A bound socket of @family, on a port that is taken when @shares; the descriptor or -errno. */
static int socket_open(const struct net_options *o, int family, uint16_t port, bool receives,
                       bool shares) {
    bool ip6 = family == NET_IP6;
    int fd = socket(ip6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    int level = ip6 ? IPPROTO_IPV6 : IPPROTO_IP;
    int error = ip6 ? set(fd, level, IPV6_V6ONLY, 1) : 0;
    if (error == 0 && shares) error = set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (error == 0 && o->device != NULL &&
        setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, o->device, (socklen_t)strlen(o->device) + 1) !=
            0) {
        error = -errno;
    }
    if (ip6) set(fd, level, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE);
    else set(fd, level, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
    if (receives) {
        socket_size_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF,
                           o->receive_buffer_bytes != 0 ? o->receive_buffer_bytes : BUFFER_DEFAULT);
        if (!o->local_addresses) set(fd, level, ip6 ? IPV6_RECVERR : IP_RECVERR, 1);
        if (o->local_addresses) set(fd, level, ip6 ? IPV6_RECVPKTINFO : IP_PKTINFO, 1);
        if (o->kernel_times) set(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
    }
    socket_size_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF,
                       o->send_buffer_bytes != 0 ? o->send_buffer_bytes : SEND_BUFFER);
    if (error == 0 && o->broadcast) error = set(fd, SOL_SOCKET, SO_BROADCAST, 1);
    if (error == 0 && o->traffic_class != 0)
        error = set(fd, level, ip6 ? IPV6_TCLASS : IP_TOS, o->traffic_class);

    struct address bind_to = ip6 ? o->bind6 : o->bind4;
    bind_to.family = ip6 ? ADDRESS_IP6 : ADDRESS_IP4;
    if (port != 0) bind_to.port = port;
    union net_sockaddr name;
    socklen_t length = net_sockaddr_from(&name, &bind_to);
    if (error == 0 && bind(fd, &name.any, length) != 0) error = -errno;
    if (error == 0) return fd;
    close(fd);
    return error;
}

static uint16_t socket_port(int fd) {
    union net_sockaddr name = { 0 };
    socklen_t length = sizeof(name);
    if (getsockname(fd, &name.any, &length) != 0) return 0;
    return ntohs(name.any.sa_family == AF_INET6 ? name.ip6.sin6_port : name.ip4.sin_port);
}

/*
 * Does what is sent to the shared port arrive at the receiver? Sends one empty datagram to
 * ourselves. A server may get others meanwhile: the sender did before it shared the port, and what
 * the receiver gets proves the same.
 */
static bool socket_pair_works(const struct net_socket *s, const struct net_options *o, int family) {
    struct address self = family == NET_IP6 ? o->bind6 : o->bind4;
    if (self.family == ADDRESS_NONE && family == NET_IP4) self = address_ip4(INADDR_LOOPBACK, 0);
    else if (self.family == ADDRESS_NONE)
        self = (struct address){ .family = ADDRESS_IP6, .bytes[15] = 1 };
    self.port = s->port;
    union net_sockaddr name;
    socklen_t length = net_sockaddr_from(&name, &self);
    char byte;
    for (int i = 0; i < PROBE_STALE_MAX && recv(s->send, &byte, 1, MSG_DONTWAIT) >= 0; i++) {
    }
    if (sendto(s->send, "", 0, MSG_DONTWAIT, &name.any, length) != 0) return false;
    struct pollfd wait[2] = { { .fd = s->receive, .events = POLLIN },
                              { .fd = s->send, .events = POLLIN } };
    if (poll(wait, 2, PROBE_MS) <= 0) return false;
    if (wait[1].revents != 0) return false;
    return recv(s->receive, &byte, 1, MSG_DONTWAIT) >= 0;
}

static int socket_family_open(struct net *n, int family) {
    const struct net_options *o = &n->options;
    struct net_socket *s = &n->sockets[family];
    if (o->shared_port) {
        /*
         * Sharing is allowed to the second socket alone: a port that somebody else has is refused,
         * and ours is to all others.
         */
        int first = socket_open(o, family, 0, false, false);
        if (first < 0) return first;
        s->send = first;
        s->port = socket_port(first);
        int error = set(first, SOL_SOCKET, SO_REUSEADDR, 1);
        if (error != 0) return error;
        s->in_use = o->local_addresses;
        s->receive = socket_open(o, family, s->port, true, true);
        if (s->receive < 0) return s->receive;
        set(first, SOL_SOCKET, SO_REUSEADDR, 0);
        set(s->receive, SOL_SOCKET, SO_REUSEADDR, 0);
        if (!socket_pair_works(s, o, family)) {
            close(s->send);
            s->send = s->receive;
        }
    } else {
        s->receive = s->send = socket_open(o, family, 0, true, false);
        if (s->receive < 0) return s->receive;
        s->in_use = true;
        s->port = socket_port(s->receive);
    }
    int bytes = 0;
    socklen_t length = sizeof(bytes);
    if (getsockopt(s->receive, SOL_SOCKET, SO_RCVBUF, &bytes, &length) == 0)
        s->buffer_bytes = (uint64_t)bytes;
    return 0;
}

int net_sockets_open(struct net *n) {
    int error = socket_family_open(n, NET_IP4);
    if (error != 0 && error != -EAFNOSUPPORT) return error;
    bool without_ip4 = error != 0;
    if (n->options.without_ip6) return error;
    error = socket_family_open(n, NET_IP6);
    if (error == 0) return 0;
    /* A machine without IPv6 is no fault; a port or descriptor that cannot be had is. */
    struct net_socket *s = &n->sockets[NET_IP6];
    if (s->send >= 0) close(s->send);
    *s = (struct net_socket){ .receive = -1, .send = -1 };
    bool no_ip6 = error == -EAFNOSUPPORT || error == -EADDRNOTAVAIL;
    return no_ip6 && !without_ip4 ? 0 : error;
}

void net_sockets_close(struct net *n) {
    for (int f = 0; f < NET_FAMILIES; f++) {
        struct net_socket *s = &n->sockets[f];
        if (s->send >= 0 && s->send != s->receive) close(s->send);
        if (s->receive >= 0) close(s->receive);
        s->receive = s->send = -1;
    }
}

/*
 * The drop counter, read from the socket (SO_MEMINFO) instead of from control data with every
 * datagram (SO_RXQ_OVFL): the same number without a cost per packet, and known even when no further
 * datagram comes.
 */
void net_sockets_count_drops(struct net *n) {
    for (int f = 0; f < NET_FAMILIES; f++) {
        struct net_socket *s = &n->sockets[f];
        uint32_t info[SK_MEMINFO_VARS];
        socklen_t length = sizeof(info);
        if (s->receive < 0 || getsockopt(s->receive, SOL_SOCKET, SO_MEMINFO, info, &length) != 0)
            continue;
        n->stats.kernel_drops += (uint32_t)(info[SK_MEMINFO_DROPS] - s->drops_seen);
        s->drops_seen = info[SK_MEMINFO_DROPS];
    }
}

size_t net_control_write(void *control, const struct address *from) {
    struct cmsghdr *head = control;
    if (from->family == ADDRESS_IP4) {
        struct in_pktinfo info = { 0 };
        memcpy(&info.ipi_spec_dst, from->bytes, 4);
        *head = (struct cmsghdr){
            .cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO, .cmsg_len = CMSG_LEN(sizeof(info)),
        };
        memcpy(CMSG_DATA(head), &info, sizeof(info));
        return CMSG_SPACE(sizeof(info));
    }
    if (from->family == ADDRESS_IP6) {
        struct in6_pktinfo info = { .ipi6_ifindex = from->scope };
        memcpy(&info.ipi6_addr, from->bytes, 16);
        *head = (struct cmsghdr){
            .cmsg_level = IPPROTO_IPV6,
            .cmsg_type = IPV6_PKTINFO,
            .cmsg_len = CMSG_LEN(sizeof(info)),
        };
        memcpy(CMSG_DATA(head), &info, sizeof(info));
        return CMSG_SPACE(sizeof(info));
    }
    return 0;
}

void net_control_read(struct msghdr *message, uint16_t port, struct net_event *event) {
    struct address *ret_local = &event->local;
    *ret_local = (struct address){ .port = port };
    event->kernel_unix_ns = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            memcpy(ret_local->bytes, CMSG_DATA(c) + offsetof(struct in_pktinfo, ipi_addr), 4);
            ret_local->family = ADDRESS_IP4;
        } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            memcpy(ret_local->bytes, CMSG_DATA(c) + offsetof(struct in6_pktinfo, ipi6_addr), 16);
            ret_local->family = ADDRESS_IP6;
        } else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
            struct timespec time;
            memcpy(&time, CMSG_DATA(c), sizeof(time));
            event->kernel_unix_ns = time.tv_sec * NS_PER_S + time.tv_nsec;
        }
    }
}

/* Errors that say "nobody there"; others (fragmentation needed, ...) are no news to a poller. */
static bool error_is_unreachable(uint32_t error) {
    return error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH ||
           error == EHOSTDOWN || error == ENOPROTOOPT || error == EACCES;
}

uint32_t net_errors_take(struct net *n, int family, struct net_event *events, uint32_t max) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < NET_ERRORS && count < max; i++) {
        union net_sockaddr name = { 0 };
        _Alignas(struct cmsghdr) uint8_t control[256];
        size_t place = (size_t)family * NET_ERRORS + count;
        uint8_t *bytes = n->error_bytes + place * NET_ERROR_BYTES;
        struct iovec part = { .iov_base = bytes, .iov_len = NET_ERROR_BYTES };
        struct msghdr message = { .msg_name = &name,
                                  .msg_namelen = sizeof(name),
                                  .msg_iov = &part,
                                  .msg_iovlen = 1,
                                  .msg_control = control,
                                  .msg_controllen = sizeof(control) };
        ssize_t length = recvmsg(n->sockets[family].receive, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
        if (length < 0) break;
        struct sock_extended_err why = { 0 };
        for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c != NULL; c = CMSG_NXTHDR(&message, c)) {
            bool is_error = (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
                            (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR);
            if (is_error) memcpy(&why, CMSG_DATA(c), sizeof(why));
        }
        if (message.msg_namelen == 0 || !error_is_unreachable(why.ee_errno)) continue;
        struct net_event *e = &events[count++];
        *e = (struct net_event){ .kind = NET_UNREACHABLE, .error = (int)why.ee_errno,
                                 .payload = span_of(bytes, (size_t)length) };
        net_address_from(&e->peer, &name);
    }
    return count;
}
