/*
 * ask_agent: AGENT of the verbs that ask one, in Net-SNMP's spellings for UDP (snmpcmd(1), "Agent
 * specification").
 *
 *     [udp:]HOST[@DEVICE][:PORT]   [udp:]PORT   udp6:HOST[:PORT]   [udp6:][ADDRESS%SCOPE][:PORT]
 *
 * udpv6, udpipv6 and ipv6 are other words for udp6. What has no word in front is IPv4 where it can
 * be that, otherwise IPv6.
 */
#pragma once

#include <stdint.h>

#include "snmpfleet/target.h"

enum { ASK_HOST_MAX = 256 };

struct ask_agent {
    char host[ASK_HOST_MAX];  /* an address in numbers; of IPv6 with its scope, no brackets */
    uint16_t port;
    char device[16];          /* to ask through; "": any */
};

enum ask_agent_fault {
    ASK_AGENT_UNKNOWN = 1,    /* no such host, or no address */
    ASK_AGENT_TRANSPORT,      /* a transport other than UDP */
};

/*
 * Host names are looked up now, by the system's rules. @default_port counts where none is given,
 * @default_words, one after the other, where none stands in front (NULL: IPv4, then IPv6). 0 or an
 * enum ask_agent_fault.
 */
int ask_agent_find(const char *text, const char *default_words, uint16_t default_port,
                   struct ask_agent *ret_agent);
