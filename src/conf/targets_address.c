/*
 * targets_address: parsing of addresses, blocks, ranges and host names.
 *
 * What is nearly an address must not pass for a host name: 10.0.0.256 would otherwise be asked of a
 * name server for ever. So a name whose last label is a number is none, as in URLs.
 */
#include "conf/targets_address.h"
#include "conf/duration.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOST_MAX = 253, LABEL_MAX = 63, SHOWN_MAX = 80 };

__attribute__((format(printf, 2, 3))) static bool wrong(char *what, const char *format, ...) {
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, TARGETS_WHAT_MAX, format, args);
    va_end(args);
    return false;
}

/* Split off the port and the brackets: the host is @text from *offset on for *length bytes. */
static bool split_port(const char *text, size_t *offset, size_t *length, uint16_t *port,
                       char *what) {
    size_t end = strlen(text);
    const char *port_text = NULL;
    *offset = 0;
    *length = end;
    if (text[0] == '[') {
        const char *close = strchr(text, ']');
        if (close == NULL) return wrong(what, "'[' without ']'");
        *offset = 1;
        *length = (size_t)(close - text) - 1;
        if (memchr(text + 1, ':', *length) == NULL) {
            return wrong(what, "only an IPv6 address is written in brackets");
        }
        if (close[1] == ':') port_text = close + 2;
        else if (close[1] != '\0') return wrong(what, "after ']' only ':PORT' can follow");
    } else {
        const char *colon = strchr(text, ':');
        if (colon != NULL && strchr(colon + 1, ':') == NULL) {
            *length = (size_t)(colon - text);
            port_text = colon + 1;
        }
    }
    *port = 0;
    if (port_text == NULL) return true;
    uint64_t n;
    if (!number_parse(port_text, 1, UINT16_MAX, &n)) {
        return wrong(what, "a port is a number from 1 to 65535");
    }
    *port = (uint16_t)n;
    return true;
}

static struct address add_to_address(struct address a, uint32_t n) {
    size_t width = a.family == ADDRESS_IP4 ? 4 : 16;
    uint64_t carry = n;
    for (size_t i = width; i-- > 0 && carry > 0;) {
        carry += a.bytes[i];
        a.bytes[i] = (uint8_t)carry;
        carry >>= 8;
    }
    return a;
}

/* Clear all bits of @a behind the first @bits. */
static struct address mask_address(struct address a, unsigned bits) {
    for (unsigned i = 0; i < 16; i++) {
        unsigned keep = bits <= 8 * i ? 0 : bits - 8 * i;
        if (keep < 8) a.bytes[i] = (uint8_t)(a.bytes[i] & (0xff00u >> keep));
    }
    return a;
}

static bool parse_block(const char *host, const char *slash, struct targets_address *a,
                        char *what) {
    char text[ADDRESS_TEXT_MAX];
    size_t length = (size_t)(slash - host);
    if (length >= sizeof(text)) return wrong(what, "what is before '/' is not an address");
    memcpy(text, host, length);
    text[length] = '\0';
    if (!address_parse_host(text, 0, &a->first)) {
        return wrong(what, "what is before '/' is not an address");
    }
    unsigned width = a->first.family == ADDRESS_IP4 ? 32 : 128;
    uint64_t bits;
    if (!number_parse(slash + 1, 0, width, &bits)) {
        return wrong(what, "a prefix length is a number from 0 to %u", width);
    }
    struct address network = mask_address(a->first, (unsigned)bits);
    if (!address_equal(&network, &a->first)) {
        char shown[ADDRESS_TEXT_MAX];
        address_format_host(&network, shown);
        return wrong(what, "address bits are set behind the prefix; the block is %s/%u", shown,
                     (unsigned)bits);
    }
    if (width - bits > 20) {
        return wrong(what,
                     "a block of 2^%u addresses is too large; at most 2^20 (a /%u) can be polled",
                     (unsigned)(width - bits), width - 20);
    }
    a->count = a->size = 1u << (width - bits);
    if (width == 32 && bits < 31) {
        a->first = add_to_address(a->first, 1);
        a->count -= 2;
    }
    a->is_many = true;
    return true;
}

/* The last address of a range: a whole one, or the last number of one, as 254 or ff. */
static bool parse_last(const char *text, const struct address *first, struct address *ret_last) {
    bool is_ip4 = first->family == ADDRESS_IP4;
    if (address_parse_host(text, 0, ret_last)) return ret_last->family == first->family;
    char *end;
    unsigned long number = strtoul(text, &end, is_ip4 ? 10 : 16);
    if (end == text || *end != '\0' || number > (is_ip4 ? 255 : 0xffff)) return false;
    if (text[strspn(text, "0123456789abcdefABCDEF")] != '\0') return false;
    *ret_last = *first;
    if (is_ip4) {
        ret_last->bytes[3] = (uint8_t)number;
    } else {
        ret_last->bytes[14] = (uint8_t)(number >> 8);
        ret_last->bytes[15] = (uint8_t)number;
    }
    return true;
}

static bool parse_range(const char *host, const char *dash, struct targets_address *a, char *what) {
    static const char *const shape =
        "a range is written 10.0.0.1-254, 10.0.0.1-10.0.3.254 or 2001:db8::1-ff";
    char text[ADDRESS_TEXT_MAX];
    size_t length = (size_t)(dash - host), at = 0;
    struct address last;
    if (length >= sizeof(text)) return wrong(what, "%s", shape);
    memcpy(text, host, length);
    text[length] = '\0';
    if (!address_parse_host(text, 0, &a->first) || !parse_last(dash + 1, &a->first, &last))
        return wrong(what, "%s", shape);
    size_t width = a->first.family == ADDRESS_IP4 ? 4 : 16;
    if (memcmp(last.bytes, a->first.bytes, width) < 0) {
        char to[ADDRESS_TEXT_MAX];
        address_format_host(&last, to);
        return wrong(what, "the range goes backward, from %s to %s", text, to);
    }
    uint64_t count = 0;
    for (; at < width && count <= TARGETS_RANGE_MAX; at++)
        count = count * 256 + last.bytes[at] - a->first.bytes[at];
    if (at < width || count >= TARGETS_RANGE_MAX)
        return wrong(what, "a range of more than 2^20 addresses is too large");
    a->count = a->size = (uint32_t)count + 1;
    a->is_many = true;
    return true;
}

/*
 * The dash of a range; NULL: this is none. Names of hosts have dashes, too, so in front of it there
 * has to be what is nearly an address.
 */
static const char *dash_of_range(const char *host) {
    const char *dash = strchr(host, '-');
    if (dash == NULL) return NULL;
    size_t length = (size_t)(dash - host);
    bool is_ip4 = memchr(host, '.', length) != NULL && strspn(host, "0123456789.") == length;
    bool is_ip6 = memchr(host, ':', length) != NULL &&
                  strspn(host, "0123456789abcdefABCDEF:.") == length;
    return is_ip6 || (is_ip4 && dash[1 + strspn(dash + 1, "0123456789.")] == '\0') ? dash : NULL;
}

static bool check_name(const char *host, char *what) {
    size_t length = strlen(host), label = 0;
    if (length > 0 && host[length - 1] == '.') length--;
    if (length == 0) return wrong(what, "an address is missing");
    if (length > HOST_MAX) return wrong(what, "a host name has at most %d characters", HOST_MAX);
    bool is_number = true;
    for (size_t i = 0; i < length; i++) {
        char c = host[i];
        if (c == '.') {
            if (label == 0) {
                return wrong(what, "'%.*s' is not a host name: it has an empty label", SHOWN_MAX,
                             host);
            }
            label = 0;
            is_number = true;
            continue;
        }
        if (c == '=')
            return wrong(what, "an address or a host name comes first, then KEY=VALUE; on the "
                               "command line both are written in one pair of quotes: "
                               "'192.0.2.1 community=x'");
        if (!isalnum((unsigned char)c) && c != '-' && c != '_') {
            return wrong(what, "neither an address nor a host name: it cannot have a '%c'",
                         isprint((unsigned char)c) ? c : '?');
        }
        if (c == '-' && label == 0) {
            return wrong(what, "'%.*s' is not a host name: a label begins with '-'", SHOWN_MAX,
                         host);
        }
        if (c < '0' || c > '9') is_number = false;
        if (++label > LABEL_MAX) {
            return wrong(what, "a label of a host name has at most %d characters", LABEL_MAX);
        }
    }
    if (label == 0) {
        return wrong(what, "'%.*s' is not a host name: it has an empty label", SHOWN_MAX, host);
    }
    if (is_number) {
        return wrong(what, "'%.*s' is not an IPv4 address, and no host name ends in a number",
                     SHOWN_MAX, host);
    }
    return true;
}

static bool parse_host(const char *host, struct targets_address *a, char *what) {
    const char *slash = strchr(host, '/');
    if (slash != NULL) return parse_block(host, slash, a, what);
    const char *dash = dash_of_range(host);
    if (dash != NULL) return parse_range(host, dash, a, what);
    if (address_parse_host(host, 0, &a->first)) return true;
    if (strchr(host, ':') != NULL) {
        return wrong(what, "'%.*s' is not an IPv6 address (with a port it is [ADDRESS]:PORT)",
                     SHOWN_MAX, host);
    }
    return check_name(host, what);
}

/*
 * What others write in front: udp:, udp6: (Net-SNMP), udp:// (Telegraf). Returns how long it is;
 * *ret_why is what is wrong with another transport, or NULL.
 */
static size_t transport_length(const char *text, const char **ret_why) {
    static const char *const udp[] = { "udp://", "udp4://", "udp6://", "udp:", "udp6:", "udpv6:",
                                       "udpipv6:" };
    static const char *const others[] = { "tcp:", "tcp6:", "tls:", "tlstcp:", "dtls:", "dtlsudp:",
                                          "ssh:", "unix:", "http:", "https:", "snmp:" };
    *ret_why = NULL;
    for (size_t i = 0; i < sizeof(udp) / sizeof(udp[0]); i++) {
        size_t length = strlen(udp[i]);
        if (strncmp(text, udp[i], length) == 0) return length;
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (strncmp(text, others[i], strlen(others[i])) == 0)
            *ret_why = "only UDP is spoken: the address is written HOST[:PORT] or udp:HOST[:PORT]";
    }
    return 0;
}

bool targets_address_parse(const char *text, struct targets_address *ret_address,
                           char ret_what[static TARGETS_WHAT_MAX]) {
    struct targets_address a = { .count = 1 };
    char host[512];
    const char *why;
    if (strstr(text, "${") != NULL) return wrong(ret_what, "a variable was not expanded");
    size_t skipped = transport_length(text, &why);
    if (why != NULL) return wrong(ret_what, "%s", why);
    if (!split_port(text + skipped, &a.host_offset, &a.host_length, &a.port, ret_what))
        return false;
    a.host_offset += skipped;
    if (a.host_length >= sizeof(host)) {
        return wrong(ret_what, "a host name has at most %d characters", HOST_MAX);
    }
    memcpy(host, text + a.host_offset, a.host_length);
    host[a.host_length] = '\0';
    if (!parse_host(host, &a, ret_what)) return false;
    *ret_address = a;
    return true;
}

struct address targets_address_at(const struct targets_address *address, uint32_t index) {
    return add_to_address(address->first, index);
}
