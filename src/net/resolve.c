/*
 * resolve: see resolve.h. c-ares tells which sockets it wants watched; they stand in an epoll
 * descriptor of ours, so that the loop watches one. An answer from /etc/hosts comes from within the
 * question, so results always go through a list.
 */
#include "net/resolve.h"

#include <ares.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/list.h"
#include "net/backend.h"

enum { QUERY_TIMEOUT_MS = 2000, QUERY_TRIES = 2, EPOLL_BATCH = 64 };

struct query {
    struct list link;  /* under way: on itself; answered: on the list of results */
    struct resolver *resolver;
    struct resolve_result result;
    char name[];
};

struct resolver {
    ares_channel channel;
    bool has_library, has_channel;
    int epoll;
    uint32_t under_way;
    struct list results;
    struct query *handed_out;
};

/* c-ares counts its users, and leaves it to them that no two threads do so at a time. */
static pthread_mutex_t library = PTHREAD_MUTEX_INITIALIZER;

static int resolver_open_library(void) {
    pthread_mutex_lock(&library);
    int status = ares_library_init(ARES_LIB_INIT_ALL);
    pthread_mutex_unlock(&library);
    return status;
}

static void resolver_close_library(void) {
    pthread_mutex_lock(&library);
    ares_library_cleanup();
    pthread_mutex_unlock(&library);
}

static void resolver_watch(void *context, ares_socket_t fd, int readable, int writable) {
    struct resolver *r = context;
    struct epoll_event interest = {
        .events = (readable ? (uint32_t)EPOLLIN : 0) | (writable ? (uint32_t)EPOLLOUT : 0),
        .data.fd = fd,
    };
    if (!readable && !writable) epoll_ctl(r->epoll, EPOLL_CTL_DEL, fd, NULL);
    else if (epoll_ctl(r->epoll, EPOLL_CTL_MOD, fd, &interest) != 0)
        epoll_ctl(r->epoll, EPOLL_CTL_ADD, fd, &interest);
}

int resolver_new(struct resolver **ret_resolver, const char *servers) {
    struct resolver *r = calloc(1, sizeof(*r));
    if (r == NULL) return -ENOMEM;
    list_init(&r->results);
    int error = 0;
    r->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (r->epoll < 0) error = -errno;
    if (error == 0 && resolver_open_library() != ARES_SUCCESS) error = -ENOMEM;
    r->has_library = error == 0;
    struct ares_options options = {
        .timeout = QUERY_TIMEOUT_MS,
        .tries = QUERY_TRIES,
        .sock_state_cb = resolver_watch,
        .sock_state_cb_data = r,
    };
    if (error == 0 && ares_init_options(&r->channel, &options,
                                        ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                                            ARES_OPT_SOCK_STATE_CB) != ARES_SUCCESS) {
        error = -ENOMEM;
    }
    r->has_channel = r->has_library && error == 0;
    if (error == 0 && servers != NULL &&
        ares_set_servers_ports_csv(r->channel, servers) != ARES_SUCCESS)
        error = -EINVAL;
    if (error != 0) {
        resolver_free(r);
        return error;
    }
    *ret_resolver = r;
    return 0;
}

void resolver_free(struct resolver *r) {
    if (r == NULL) return;
    if (r->has_channel) ares_destroy(r->channel);  /* every query under way ends with
                                                      ARES_EDESTRUCTION */
    struct list *link;
    while ((link = list_pop(&r->results)) != NULL) free(container_of(link, struct query, link));
    free(r->handed_out);
    if (r->has_library) resolver_close_library();
    if (r->epoll >= 0) close(r->epoll);
    free(r);
}

bool resolver_has_room(const struct resolver *r) {
    return r->under_way < RESOLVE_QUERIES_MAX;
}

static const char *resolve_why(int status) {
    switch (status) {
    case ARES_ENOTFOUND: return "host name not found";
    case ARES_ENODATA: return "host name has no address";
    case ARES_ETIMEOUT: return "name server does not answer";
    case ARES_ECONNREFUSED: return "name server refuses";
    case ARES_ESERVFAIL: return "name server failed";
    case ARES_EBADNAME: return "not a possible host name";
    default: return "host name does not resolve";
    }
}

static void resolver_answered(void *context, int status, int timeouts, struct ares_addrinfo *info) {
    (void)timeouts;
    struct query *q = context;
    struct resolver *r = q->resolver;
    r->under_way--;
    q->result.why = resolve_why(status);
    for (struct ares_addrinfo_node *n = info != NULL ? info->nodes : NULL;
         n != NULL && q->result.count < RESOLVE_ADDRESSES_MAX; n = n->ai_next) {
        if (n->ai_family != AF_INET && n->ai_family != AF_INET6) continue;
        union net_sockaddr name;
        memcpy(&name, n->ai_addr, n->ai_family == AF_INET ? sizeof(name.ip4) : sizeof(name.ip6));
        struct address *address = &q->result.addresses[q->result.count++];
        net_address_from(address, &name);
        address->port = 0;
        uint32_t ttl = n->ai_ttl > 0 ? (uint32_t)n->ai_ttl : 0;
        if (q->result.ttl_s == 0 || (ttl > 0 && ttl < q->result.ttl_s)) q->result.ttl_s = ttl;
    }
    if (info != NULL) ares_freeaddrinfo(info);
    list_push(&r->results, &q->link);
}

bool resolver_ask(struct resolver *r, const char *name, int family, uint32_t cookie) {
    size_t length = strlen(name) + 1;
    struct query *q = calloc(1, sizeof(*q) + length);
    if (q == NULL) return false;
    memcpy(q->name, name, length);
    list_init(&q->link);
    q->resolver = r;
    q->result = (struct resolve_result){ .cookie = cookie, .name = q->name };
    r->under_way++;
    struct ares_addrinfo_hints hints = {
        .ai_family = family == ADDRESS_IP4   ? AF_INET
                     : family == ADDRESS_IP6 ? AF_INET6
                                             : AF_UNSPEC,
        .ai_socktype = SOCK_DGRAM,
    };
    ares_getaddrinfo(r->channel, q->name, NULL, &hints, resolver_answered, q);
    return true;
}

void resolver_step(struct resolver *r) {
    struct epoll_event events[EPOLL_BATCH];
    int count = epoll_wait(r->epoll, events, EPOLL_BATCH, 0);
    for (int i = 0; i < count; i++) {
        ares_socket_t fd = events[i].data.fd;
        bool readable = (events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0;
        bool writable = (events[i].events & EPOLLOUT) != 0;
        ares_process_fd(r->channel, readable ? fd : ARES_SOCKET_BAD,
                        writable ? fd : ARES_SOCKET_BAD);
    }
    ares_process_fd(r->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  /* time-outs */
}

bool resolver_next(struct resolver *r, struct resolve_result *ret_result) {
    free(r->handed_out);
    r->handed_out = NULL;
    struct list *link = list_pop(&r->results);
    if (link == NULL) return false;
    r->handed_out = container_of(link, struct query, link);
    *ret_result = r->handed_out->result;
    return true;
}

int resolver_fd(const struct resolver *r) {
    return r->epoll;
}

uint64_t resolver_wait_ns(const struct resolver *r) {
    if (!list_is_empty(&r->results)) return 0;
    if (r->under_way == 0) return UINT64_MAX;
    struct timeval wait;
    if (ares_timeout(r->channel, NULL, &wait) == NULL) return UINT64_MAX;
    return (uint64_t)wait.tv_sec * CLOCK_NS_PER_S + (uint64_t)wait.tv_usec * CLOCK_NS_PER_US;
}
