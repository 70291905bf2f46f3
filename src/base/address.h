/*
 * address: the transport address of an agent, IPv4 or IPv6, with its UDP port.
 *
 * Plain data without padding, so that two are equal exactly when their bytes are: it can be hashed
 * and compared as a whole. The core works on these; net/ turns them into struct sockaddr.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { ADDRESS_NONE = 0, ADDRESS_IP4 = 4, ADDRESS_IP6 = 6 };

/* Longest text of address_format with its NUL: "[" IPv6 "%" scope "]:" port. */
enum { ADDRESS_TEXT_MAX = 72 };

struct address {
    uint8_t bytes[16];  /* network order; IPv4 in the first four, the rest zero */
    uint32_t scope;     /* IPv6 scope (interface index), otherwise 0 */
    uint16_t port;      /* host order */
    uint16_t family;    /* ADDRESS_* */
};

static inline bool address_equal(const struct address *a, const struct address *b) {
    return memcmp(a, b, sizeof(*a)) == 0;
}

/* The same host, whatever the port. */
static inline bool address_same_host(const struct address *a, const struct address *b) {
    return a->family == b->family && a->scope == b->scope &&
           memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

static inline uint64_t address_hash(const struct address *a) {
    uint64_t w[3];
    memcpy(w, a, sizeof(w));
    uint64_t h = (w[0] ^ (w[1] * 0x9e3779b97f4a7c15u)) + w[2];
    h = (h ^ (h >> 32)) * 0xd6e8feb86659fd93u;
    h = (h ^ (h >> 32)) * 0xd6e8feb86659fd93u;
    return h ^ (h >> 32);
}

/* IPv4 address @host (host order) as an address. */
static inline struct address address_ip4(uint32_t host, uint16_t port) {
    struct address a = { .port = port, .family = ADDRESS_IP4 };
    a.bytes[0] = (uint8_t)(host >> 24);
    a.bytes[1] = (uint8_t)(host >> 16);
    a.bytes[2] = (uint8_t)(host >> 8);
    a.bytes[3] = (uint8_t)host;
    return a;
}

/* The IPv4 address in host order; 0 for other families. */
static inline uint32_t address_to_ip4(const struct address *a) {
    if (a->family != ADDRESS_IP4) return 0;
    return (uint32_t)a->bytes[0] << 24 | (uint32_t)a->bytes[1] << 16 |
           (uint32_t)a->bytes[2] << 8 | a->bytes[3];
}

/*
 * Parse a literal IPv4 or IPv6 address ("192.0.2.1", "2001:db8::1", "fe80::1%2" or "fe80::1%eth0")
 * without port; the port of *ret_address is set to @port. A zone counts only where one belongs, at
 * a link-local address, and is ignored elsewhere, as the kernel does; a link-local address without
 * one is on the only interface that has such addresses, if there is but one. False when @text is no
 * literal address, or its zone is unknown.
 */
bool address_parse_host(const char *text, uint16_t port, struct address *ret_address);

/*
 * Parse "HOST", "HOST:PORT", "[IPv6]", "[IPv6]:PORT" or a bare "IPv6" (no port), HOST being
 * literal. False when it is none of these.
 */
bool address_parse(const char *text, uint16_t default_port, struct address *ret_address);

/* Host part only, as inet_ntop writes it (RFC 5952 for IPv6); returns the length written. */
size_t address_format_host(const struct address *a, char text[static ADDRESS_TEXT_MAX]);

/* "192.0.2.1:161" or "[2001:db8::1]:161"; returns the length written. */
size_t address_format(const struct address *a, char text[static ADDRESS_TEXT_MAX]);
