/* bench_local: see bench_local.h. */
#include "cli/bench_local.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/address.h"

static bool is_at(const struct sockaddr *name, const struct address *a) {
    if (name == NULL) return false;
    if (name->sa_family == AF_INET && a->family == ADDRESS_IP4)
        return memcmp(&((const struct sockaddr_in *)(const void *)name)->sin_addr, a->bytes, 4) ==
               0;
    return name->sa_family == AF_INET6 && a->family == ADDRESS_IP6 &&
           memcmp(&((const struct sockaddr_in6 *)(const void *)name)->sin6_addr, a->bytes, 16) == 0;
}

bool bench_is_address(const char *text) {
    struct address a;
    return address_parse_host(text, 0, &a);
}

bool bench_is_loopback(const char *address) {
    struct address a;
    if (!address_parse_host(address, 0, &a)) return false;
    return a.family == ADDRESS_IP4 ? a.bytes[0] == IN_LOOPBACKNET
                                   : memcmp(a.bytes, &in6addr_loopback, sizeof(a.bytes)) == 0;
}

bool bench_is_local(const char *address) {
    struct address a;
    struct ifaddrs *all;
    if (bench_is_loopback(address)) return true;
    if (!address_parse_host(address, 0, &a) || getifaddrs(&all) != 0) return false;
    bool is_local = false;
    for (const struct ifaddrs *i = all; i != NULL && !is_local; i = i->ifa_next)
        is_local = is_at(i->ifa_addr, &a);
    freeifaddrs(all);
    return is_local;
}
