/* address: text of transport addresses; inet_pton and inet_ntop do the work. */
#include "base/address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/interface.h"

static bool parse_number(const char *text, unsigned long max, unsigned long *ret_number) {
    if (*text < '0' || *text > '9') return false;
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    if (*end != '\0' || n > max) return false;
    *ret_number = n;
    return true;
}

/* Link-local addresses, unicast and multicast (RFC 4007 section 6), are one on each interface. */
static bool address_needs_zone(const uint8_t bytes[static 16]) {
    return (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80) ||
           (bytes[0] == 0xff && (bytes[1] & 0x0f) == 2);
}

/* Of an interface's number or name; 0: there is none. */
static uint32_t zone_index(const char *zone) {
    unsigned long number;
    return parse_number(zone, UINT32_MAX, &number) ? (uint32_t)number : if_nametoindex(zone);
}

bool address_parse_host(const char *text, uint16_t port, struct address *ret_address) {
    struct address a = { .port = port };
    if (inet_pton(AF_INET, text, a.bytes) == 1) {
        a.family = ADDRESS_IP4;
        *ret_address = a;
        return true;
    }
    char host[ADDRESS_TEXT_MAX];
    size_t length = strlen(text);
    if (length >= sizeof(host)) return false;
    memcpy(host, text, length + 1);
    char *zone = strchr(host, '%');
    if (zone != NULL) *zone++ = '\0';
    if (inet_pton(AF_INET6, host, a.bytes) != 1) return false;
    if (zone != NULL && *zone == '\0') return false;
    if (address_needs_zone(a.bytes)) {
        a.scope = zone != NULL ? zone_index(zone) : interface_with_link_local();
        if (zone != NULL && a.scope == 0) return false;
    }
    a.family = ADDRESS_IP6;
    *ret_address = a;
    return true;
}

bool address_parse(const char *text, uint16_t default_port, struct address *ret_address) {
    char host[ADDRESS_TEXT_MAX];
    size_t length = strlen(text);
    if (length >= sizeof(host)) return false;
    memcpy(host, text, length + 1);

    char *port_text = NULL;
    char *bare = host;
    if (host[0] == '[') {
        char *close = strchr(host, ']');
        if (close == NULL) return false;
        *close = '\0';
        bare = host + 1;
        if (close[1] == ':') port_text = close + 2;
        else if (close[1] != '\0') return false;
        if (strchr(bare, ':') == NULL) return false;
    } else {
        char *colon = strchr(host, ':');
        if (colon != NULL && strchr(colon + 1, ':') == NULL) {
            *colon = '\0';
            port_text = colon + 1;
        }
    }
    unsigned long port = default_port;
    if (port_text != NULL && (!parse_number(port_text, UINT16_MAX, &port) || port == 0))
        return false;
    return address_parse_host(bare, (uint16_t)port, ret_address);
}

size_t address_format_host(const struct address *a, char text[static ADDRESS_TEXT_MAX]) {
    if (a->family == ADDRESS_IP4) {
        inet_ntop(AF_INET, a->bytes, text, ADDRESS_TEXT_MAX);
        return strlen(text);
    }
    if (a->family != ADDRESS_IP6) {
        text[0] = '\0';
        return 0;
    }
    inet_ntop(AF_INET6, a->bytes, text, ADDRESS_TEXT_MAX);
    size_t length = strlen(text);
    if (a->scope != 0) {
        length += (size_t)snprintf(text + length, ADDRESS_TEXT_MAX - length, "%%%u", a->scope);
    }
    return length;
}

size_t address_format(const struct address *a, char text[static ADDRESS_TEXT_MAX]) {
    char host[ADDRESS_TEXT_MAX];
    address_format_host(a, host);
    const char *shape = a->family == ADDRESS_IP6 ? "[%.*s]:%u" : "%.*s:%u";
    return (size_t)snprintf(text, ADDRESS_TEXT_MAX, shape, ADDRESS_TEXT_MAX - 10, host, a->port);
}
