/* bench_local: see bench_local.h. */
#include "cli/bench_local.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* An IPv6 address may have its scope behind it. */
static int parse(const char *text, uint8_t bytes[static 16]) {
    char plain[INET6_ADDRSTRLEN];
    size_t length = strcspn(text, "%");
    if (length >= sizeof(plain)) return AF_UNSPEC;
    memcpy(plain, text, length);
    plain[length] = '\0';
    if (inet_pton(AF_INET, plain, bytes) == 1) return AF_INET;
    return inet_pton(AF_INET6, plain, bytes) == 1 ? AF_INET6 : AF_UNSPEC;
}

static bool is_at(const struct sockaddr *a, int family, const uint8_t bytes[static 16]) {
    if (a == NULL || a->sa_family != family) return false;
    if (family == AF_INET)
        return memcmp(&((const struct sockaddr_in *)(const void *)a)->sin_addr, bytes, 4) == 0;
    return memcmp(&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, bytes, 16) == 0;
}

bool bench_is_address(const char *text) {
    uint8_t bytes[16];
    return parse(text, bytes) != AF_UNSPEC;
}

bool bench_is_loopback(const char *address) {
    uint8_t bytes[16];
    int family = parse(address, bytes);
    if (family == AF_INET) return bytes[0] == 127;
    return family == AF_INET6 && memcmp(bytes, &in6addr_loopback, 16) == 0;
}

bool bench_is_local(const char *address) {
    uint8_t bytes[16];
    int family = parse(address, bytes);
    struct ifaddrs *all;
    if (bench_is_loopback(address)) return true;
    if (family == AF_UNSPEC || getifaddrs(&all) != 0) return false;
    bool is_local = false;
    for (const struct ifaddrs *i = all; i != NULL && !is_local; i = i->ifa_next)
        is_local = is_at(i->ifa_addr, family, bytes);
    freeifaddrs(all);
    return is_local;
}
