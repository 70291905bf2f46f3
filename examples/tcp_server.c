/*
 * tcp_server: a server for telnet that asks agents for its clients; epoll waits for its sockets and
 * for the fleet.
 *
 *     tcp_server TCP-PORT
 *     $ telnet 127.0.0.1 TCP-PORT
 *     get 192.0.2.1 1.3.6.1.2.1.1.5.0
 *     router-1
 *     get 192.0.2.7:1161 1.3.6.1.2.1.1.5.0
 *     error: timeout no answer to 4 requests
 *     quit
 *
 * Listens on 127.0.0.1 only, and prints "ready" once it does. A client may send its next line
 * before the answer has come; lines of one client are answered in their order, one at a time. The
 * clients do not wait for each other: an agent that is silent delays only the one that asked it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <snmpfleet/snmpfleet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 512, CLIENTS_MAX = 100, EVENTS_MAX = 16, TARGETS_MAX = 10000 };

struct client {
    int socket;
    uint32_t operation;          /* the question that is under way */
    bool is_waiting;
    bool is_ended;               /* it sends no more, but still waits for answers */
    bool is_closed;
    size_t length;               /* of what came and was not worked on */
    char line[LINE_MAX_BYTES];
};

static struct fleet *fleet;
static struct client clients[CLIENTS_MAX];
static int set;                  /* the epoll set */

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void must(int error, const char *what) {
    if (error == 0) return;
    fprintf(stderr, "tcp_server: %s: %s\n", what, fleet_error_text(error));
    exit(2);
}

/* A negative result is -errno here, which fleet_error_text knows as well. */
static int must_call(int result, const char *what) {
    must(result < 0 ? -errno : 0, what);
    return result;
}

/* A client that does not read what it asked for is closed: its socket is never waited for. */
static void say(struct client *c, const char *text) {
    size_t length = strlen(text);
    if (send(c->socket, text, length, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)length)
        c->is_closed = true;
}

static void take_result(void *context, const struct fleet_result *result) {
    struct client *c = context;
    char text[4096] = "";
    c->is_waiting = false;
    if (c->is_closed) return;
    if (result->reason != FLEET_REASON_OK)
        snprintf(text, sizeof(text), "error: %s %s", fleet_reason_text(result->reason),
                 result->detail);
    else if (result->varbinds[0].value.type >= FLEET_NO_SUCH_OBJECT)
        snprintf(text, sizeof(text), "error: there is no such object");
    else
        fleet_value_text(&result->varbinds[0].value, NULL, FLEET_AS_AUTO, text, sizeof(text));
    say(c, text);
    say(c, "\n");
}

/* The target of an agent that was asked before is still there, with what was learnt of it. */
static int target_of(char *agent, uint32_t *ret_target) {
    if (fleet_target_find(fleet, agent, ret_target) == 0) return 0;
    if (fleet_target_bound(fleet) > TARGETS_MAX) return FLEET_E_FULL;
    char host[LINE_MAX_BYTES];
    struct fleet_target_options options = { .name = agent, .host = host };
    snprintf(host, sizeof(host), "%s", agent);
    char *colon = strrchr(host, ':');
    if (colon != NULL && strchr(host, ':') == colon) {
        *colon = '\0';
        options.port = (uint16_t)atoi(colon + 1);
    }
    return fleet_target_set(fleet, &options, ret_target, NULL);
}

static void take_line(struct client *c, char *line) {
    char agent[LINE_MAX_BYTES], oid[LINE_MAX_BYTES], text[256];
    line[strcspn(line, "\r")] = '\0';
    if (strcmp(line, "quit") == 0) {
        c->is_closed = true;
        return;
    }
    if (sscanf(line, "get %511s %511s", agent, oid) != 2) {
        say(c, "error: say 'get AGENT OID' or 'quit'\n");
        return;
    }
    const char *const oids[] = { oid };
    const struct fleet_request_options options = { .done = take_result, .context = c };
    uint32_t target;
    int error = target_of(agent, &target);
    if (error == 0) error = fleet_get(fleet, target, oids, 1, &options, &c->operation);
    c->is_waiting = error == 0;
    if (error != 0) {
        snprintf(text, sizeof(text), "error: %s\n", fleet_error_text(error));
        say(c, text);
    }
}

/* The next lines, up to one that asks an agent. */
static void take_lines(struct client *c) {
    while (!c->is_waiting && !c->is_closed) {
        char *end = memchr(c->line, '\n', c->length);
        if (end == NULL) {
            /* No more can come, or a line is too long. */
            c->is_closed = c->is_ended || c->length == sizeof(c->line);
            return;
        }
        char line[LINE_MAX_BYTES];
        size_t length = (size_t)(end - c->line);
        memcpy(line, c->line, length);
        line[length] = '\0';
        c->length -= length + 1;
        memmove(c->line, end + 1, c->length);
        take_line(c, line);
    }
}

/* What is under way for it is cancelled: its callback comes within fleet_cancel. */
static void close_client(struct client *c) {
    c->is_closed = true;
    if (c->is_waiting) (void)fleet_cancel(fleet, c->operation);
    close(c->socket);
    c->socket = -1;
}

/* Level-triggered: a line that does not fit yet stays in the socket's buffer. */
static void watch(struct client *c) {
    bool is_wanted = c->length < sizeof(c->line) && !c->is_ended;
    struct epoll_event wanted = { .events = is_wanted ? EPOLLIN : 0, .data.ptr = c };
    must_call(epoll_ctl(set, EPOLL_CTL_MOD, c->socket, &wanted), "epoll_ctl");
}

static void read_client(struct client *c) {
    if (c->is_ended || c->length == sizeof(c->line)) {
        c->is_closed = true;     /* nothing is read from it now: it hung up */
        return;
    }
    ssize_t got = read(c->socket, c->line + c->length, sizeof(c->line) - c->length);
    if (got < 0) c->is_closed = true;
    if (got == 0) c->is_ended = true;
    if (got > 0) c->length += (size_t)got;
}

static void accept_client(int listener) {
    int socket = accept(listener, NULL, NULL);
    if (socket < 0) return;
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        struct client *c = &clients[i];
        if (c->socket >= 0) continue;
        *c = (struct client){ .socket = socket };
        struct epoll_event wanted = { .events = EPOLLIN, .data.ptr = c };
        must_call(epoll_ctl(set, EPOLL_CTL_ADD, socket, &wanted), "epoll_ctl");
        return;
    }
    close(socket);
}

static int listen_on(const char *port) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int yes = 1, listener = must_call(socket(AF_INET, SOCK_STREAM, 0), "socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    must_call(bind(listener, (struct sockaddr *)&address, sizeof(address)), "bind");
    must_call(listen(listener, 16), "listen");
    return listener;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: tcp_server TCP-PORT\n");
        return 2;
    }
    const struct fleet_options options = { .sink = { .rows = take_rows, .report = take_report } };
    must(fleet_new(&fleet, &options), "fleet_new");
    for (size_t i = 0; i < CLIENTS_MAX; i++) clients[i].socket = -1;
    int listener = listen_on(argv[1]);
    set = must_call(epoll_create1(0), "epoll_create1");
    struct epoll_event wanted = { .events = EPOLLIN, .data.ptr = &listener };
    must_call(epoll_ctl(set, EPOLL_CTL_ADD, listener, &wanted), "epoll_ctl");
    /* Once and for all: it is readable when an answer came, and when a time-out is over. */
    wanted.data.ptr = fleet;
    must_call(epoll_ctl(set, EPOLL_CTL_ADD, fleet_fd(fleet), &wanted), "epoll_ctl");
    puts("ready");
    fflush(stdout);

    for (;;) {
        struct epoll_event events[EVENTS_MAX];
        int count = epoll_wait(set, events, EVENTS_MAX, -1);
        for (int i = 0; i < count; i++) {
            void *whose = events[i].data.ptr;
            /* At most about 1 ms, so that clients need not wait long for their turn. */
            if (whose == fleet) must(fleet_step(fleet, 1000000), "fleet_step");
            else if (whose == &listener) accept_client(listener);
            else read_client(whose);
        }
        for (size_t i = 0; i < CLIENTS_MAX; i++) {
            struct client *c = &clients[i];
            if (c->socket < 0) continue;
            take_lines(c);
            if (c->is_closed) close_client(c);
            else watch(c);
        }
    }
}
