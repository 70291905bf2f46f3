/* interface: see interface.h. */
#include "base/interface.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

uint32_t interface_with_link_local(void) {
    struct ifaddrs *all;
    uint32_t found = 0;
    if (getifaddrs(&all) != 0) return 0;
    for (const struct ifaddrs *i = all; i != NULL && found != UINT32_MAX; i = i->ifa_next) {
        if (i->ifa_addr == NULL || i->ifa_addr->sa_family != AF_INET6) continue;
        if ((i->ifa_flags & IFF_UP) == 0 || (i->ifa_flags & IFF_LOOPBACK) != 0) continue;
        struct sockaddr_in6 address;
        memcpy(&address, i->ifa_addr, sizeof(address));
        if (!IN6_IS_ADDR_LINKLOCAL(&address.sin6_addr)) continue;
        uint32_t index = if_nametoindex(i->ifa_name);
        found = found == 0 || found == index ? index : UINT32_MAX;  /* several: none is meant */
    }
    freeifaddrs(all);
    return found == UINT32_MAX ? 0 : found;
}
