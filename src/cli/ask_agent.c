/* ask_agent: see ask_agent.h. */
#include "cli/ask_agent.h"

#include <net/if.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "conf/duration.h"

enum { PORT_DIGITS = 5 };

static const struct {
    const char *word;
    enum fleet_family family;  /* ANY: not UDP */
} transports[] = {
    { "udp", FLEET_IP4 }, { "udp6", FLEET_IP6 }, { "udpv6", FLEET_IP6 }, { "udpipv6", FLEET_IP6 },
    { "ipv6", FLEET_IP6 }, { "tcp", FLEET_FAMILY_ANY }, { "tcp6", FLEET_FAMILY_ANY },
    { "tcpv6", FLEET_FAMILY_ANY }, { "tcpipv6", FLEET_FAMILY_ANY }, { "unix", FLEET_FAMILY_ANY },
    { "dtlsudp", FLEET_FAMILY_ANY }, { "tlstcp", FLEET_FAMILY_ANY }, { "ssh", FLEET_FAMILY_ANY },
};

static bool take_port(const char *text, uint16_t *port) {
    uint64_t number;
    if (!number_parse(text, 1, UINT16_MAX, &number)) return false;
    *port = (uint16_t)number;
    return true;
}

/* Where HOST ends and what PORT is; false: this is not how either is written. */
static bool cut_port(const char *text, size_t *ret_length, uint16_t *port) {
    const char *colon = strrchr(text, ':');
    *ret_length = strlen(text);
    if (strspn(text, "0123456789") == *ret_length && *ret_length > 0 &&
        *ret_length <= PORT_DIGITS) {
        *ret_length = 0;
        return take_port(text, port);
    }
    if (colon == NULL) return true;
    *ret_length = (size_t)(colon - text);
    return take_port(colon + 1, port);
}

static bool look_up(const char *host, size_t length, int family, uint16_t port,
                    struct ask_agent *ret_agent) {
    char name[ASK_HOST_MAX];
    struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_DGRAM }, *found = NULL;
    if (length >= sizeof(name)) return false;
    memcpy(name, host, length);
    name[length] = '\0';
    if (length == 0) (void)snprintf(name, sizeof(name), family == AF_INET ? "127.0.0.1" : "::1");
    if (getaddrinfo(name, NULL, &hints, &found) != 0) return false;
    bool is_good = getnameinfo(found->ai_addr, found->ai_addrlen, ret_agent->host,
                               sizeof(ret_agent->host), NULL, 0, NI_NUMERICHOST) == 0;
    freeaddrinfo(found);
    ret_agent->port = port;
    return is_good;
}

static bool find_ip4(const char *text, uint16_t port, struct ask_agent *ret_agent) {
    size_t length;
    if (text[0] == '[' || !cut_port(text, &length, &port)) return false;
    return memchr(text, ':', length) == NULL && look_up(text, length, AF_INET, port, ret_agent);
}

/* ADDRESS%SCOPE: the scope counts where the address is link-local. */
static bool look_up_scoped(const char *host, size_t length, uint16_t port,
                           struct ask_agent *ret_agent) {
    char scope[IF_NAMESIZE];
    const char *percent = memchr(host, '%', length);
    if (percent == NULL) return look_up(host, length, AF_INET6, port, ret_agent);
    size_t rest = length - (size_t)(percent + 1 - host);
    if (rest == 0 || rest >= sizeof(scope)) return false;
    memcpy(scope, percent + 1, rest);
    scope[rest] = '\0';
    bool is_number = strspn(scope, "0123456789") == rest;
    if (!is_number && if_nametoindex(scope) == 0) return false;
    if (!look_up(host, (size_t)(percent - host), AF_INET6, port, ret_agent)) return false;
    size_t used = strlen(ret_agent->host);
    if (strncasecmp(ret_agent->host, "fe80:", 5) == 0)
        (void)snprintf(ret_agent->host + used, sizeof(ret_agent->host) - used, "%%%s", scope);
    return true;
}

static bool find_ip6(const char *text, uint16_t port, struct ask_agent *ret_agent) {
    size_t length;
    if (text[0] == '[') {
        const char *end = strchr(text, ']');
        if (end == NULL || (end[1] != '\0' && (end[1] != ':' || !take_port(end + 2, &port))))
            return false;
        return look_up_scoped(text + 1, (size_t)(end - text - 1), port, ret_agent);
    }
    /* Colons belong to the address where it is one as a whole. */
    if (strchr(text, ':') != strrchr(text, ':'))
        return look_up_scoped(text, strlen(text), port, ret_agent);
    return cut_port(text, &length, &port) && look_up_scoped(text, length, port, ret_agent);
}

/* The family that a word in front of AGENT means; -1: it is none. ANY: not UDP. */
static int family_of(const char *word, size_t length) {
    for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++) {
        if (strlen(transports[i].word) == length &&
            strncasecmp(word, transports[i].word, length) == 0)
            return (int)transports[i].family;
    }
    return -1;
}

/* HOST@DEVICE:PORT without the device, which is kept. False: too long. */
static bool cut_device(const char *text, char rest[static ASK_HOST_MAX],
                       struct ask_agent *ret_agent) {
    const char *at = strchr(text, '@');
    size_t before = at != NULL ? (size_t)(at - text) : strlen(text);
    size_t length = at != NULL ? strcspn(at + 1, ":") : 0;
    const char *behind = at != NULL ? at + 1 + length : "";
    if (length >= sizeof(ret_agent->device) || before + strlen(behind) >= ASK_HOST_MAX)
        return false;
    (void)snprintf(rest, ASK_HOST_MAX, "%.*s%s", (int)before, text, behind);
    if (at != NULL) memcpy(ret_agent->device, at + 1, length);
    ret_agent->device[length] = '\0';
    return true;
}

/* @family: an enum fleet_family, FLEET_FAMILY_ANY being none of UDP's; -1: IPv4, then IPv6. */
static int find_in(const char *text, int family, uint16_t port, struct ask_agent *ret_agent) {
    if (family == FLEET_FAMILY_ANY || text[0] == '/') return ASK_AGENT_TRANSPORT;
    bool is_found = family != FLEET_IP6 && find_ip4(text, port, ret_agent);
    if (!is_found && family != FLEET_IP4) is_found = find_ip6(text, port, ret_agent);
    return is_found ? 0 : ASK_AGENT_UNKNOWN;
}

int ask_agent_find(const char *text, const char *default_words, uint16_t default_port,
                   struct ask_agent *ret_agent) {
    char rest[ASK_HOST_MAX];
    const char *colon = strchr(text, ':');
    int family = colon != NULL ? family_of(text, (size_t)(colon - text)) : -1;
    bool has_word = family >= 0;
    if (!cut_device(has_word ? colon + 1 : text, rest, ret_agent)) return ASK_AGENT_UNKNOWN;
    if (has_word || default_words == NULL) return find_in(rest, family, default_port, ret_agent);
    int error = ASK_AGENT_UNKNOWN;
    for (const char *word = default_words; error != 0 && *word != '\0';) {
        size_t length = strcspn(word, " \t");
        if (length > 0)
            error = find_in(rest, family_of(word, length), default_port, ret_agent);
        word += length;
        word += strspn(word, " \t");
    }
    return error;
}
