/*
 * zoo_mib: a module with every kind of index and value, and a fleet_mib that has read it.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "snmpfleet/mib.h"

static const char zoo_text[] =
    "ZOO-MIB DEFINITIONS ::= BEGIN\n"
    "IMPORTS MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE, Integer32, Unsigned32, Counter32,\n"
    "    Gauge32, Counter64, TimeTicks, IpAddress, Opaque, enterprises FROM SNMPv2-SMI\n"
    "    TEXTUAL-CONVENTION, DisplayString, MacAddress, DateAndTime FROM SNMPv2-TC;\n"
    "zoo MODULE-IDENTITY LAST-UPDATED \"202001010000Z\" ORGANIZATION \"o\" CONTACT-INFO \"c\"\n"
    "    DESCRIPTION \"All of them.\" ::= { enterprises 99999 }\n"
    "InetAddressType ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"t\"\n"
    "    SYNTAX INTEGER { unknown(0), ipv4(1), ipv6(2), ipv4z(3), ipv6z(4), dns(16) }\n"
    "InetAddress ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"a\"\n"
    "    SYNTAX OCTET STRING (SIZE (0..255))\n"
    "Tenths ::= TEXTUAL-CONVENTION DISPLAY-HINT \"d-1\" STATUS current DESCRIPTION \"h\"\n"
    "    SYNTAX Integer32\n"
#define ZOO_TABLE(name, Entry, number, columns, index)                                             \
    name "Table OBJECT-TYPE SYNTAX SEQUENCE OF " Entry "Entry MAX-ACCESS not-accessible\n"         \
    "    STATUS current DESCRIPTION \"t\" ::= { zoo " number " }\n"                                \
    name "Entry OBJECT-TYPE SYNTAX " Entry "Entry MAX-ACCESS not-accessible STATUS current\n"      \
    "    DESCRIPTION \"r\" " index " ::= { " name "Table 1 }\n"                                    \
    Entry "Entry ::= SEQUENCE { " columns " }\n"
#define ZOO_COLUMN(name, row, number, syntax)                                                      \
    name " OBJECT-TYPE SYNTAX " syntax " MAX-ACCESS read-only STATUS current\n"                    \
    "    DESCRIPTION \"c\" ::= { " row "Entry " number " }\n"
    ZOO_TABLE("mixed", "Mixed", "1",
              "mixedKind INTEGER, mixedName OCTET STRING, mixedMac MacAddress, "
              "mixedValue Integer32",
              "INDEX { mixedKind, mixedName, mixedMac }")
    ZOO_COLUMN("mixedKind", "mixed", "1", "INTEGER { lion(1), tiger(2) }")
    ZOO_COLUMN("mixedName", "mixed", "2", "OCTET STRING (SIZE (0..10))")
    ZOO_COLUMN("mixedMac", "mixed", "3", "MacAddress")
    ZOO_COLUMN("mixedValue", "mixed", "4", "Tenths")
    ZOO_TABLE("implied", "Implied", "2", "impliedName DisplayString, impliedValue Gauge32",
              "INDEX { IMPLIED impliedName }")
    ZOO_COLUMN("impliedName", "implied", "1", "DisplayString (SIZE (1..32))")
    ZOO_COLUMN("impliedValue", "implied", "2", "Gauge32")
    ZOO_TABLE("peer", "Peer", "3",
              "peerType InetAddressType, peerAddress InetAddress, peerPort Unsigned32, "
              "peerState INTEGER", "INDEX { peerType, peerAddress, peerPort }")
    ZOO_COLUMN("peerType", "peer", "1", "InetAddressType")
    ZOO_COLUMN("peerAddress", "peer", "2", "InetAddress")
    ZOO_COLUMN("peerPort", "peer", "3", "Unsigned32 (0..65535)")
    ZOO_COLUMN("peerState", "peer", "4", "INTEGER { up(1), down(2) }")
    ZOO_TABLE("route", "Route", "4",
              "routeTo IpAddress, routeOid OBJECT IDENTIFIER, routeBits BITS",
              "INDEX { routeTo, routeOid }")
    ZOO_COLUMN("routeTo", "route", "1", "IpAddress")
    ZOO_COLUMN("routeOid", "route", "2", "OBJECT IDENTIFIER")
    ZOO_COLUMN("routeBits", "route", "3", "BITS { dot3(0), dot4(1), far(9) }")
    ZOO_TABLE("more", "More", "5", "moreDate DateAndTime", "AUGMENTS { mixedEntry }")
    ZOO_COLUMN("moreDate", "more", "1", "DateAndTime")
#define ZOO_SCALAR(name, number, syntax, units)                                                    \
    name " OBJECT-TYPE SYNTAX " syntax " " units " MAX-ACCESS read-only STATUS current\n"          \
    "    DESCRIPTION \"s\" ::= { zoo " number " }\n"
    ZOO_SCALAR("zooWeight", "10", "Unsigned32", "UNITS \"kg\"")
    ZOO_SCALAR("zooBytes", "11", "Counter64", "")
    ZOO_SCALAR("zooAge", "12", "TimeTicks", "")
    ZOO_SCALAR("zooLoad", "13", "Opaque", "")
    "END\n";

static struct fleet_mib *zoo;

static int zoo_set_up(void **state) {
    (void)state;
    char path[] = "/tmp/snmpfleet-zoo-XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file == NULL) return -1;
    (void)fputs(zoo_text, file);
    (void)fclose(file);
    int r = fleet_mib_new(&zoo, &(struct fleet_mib_options){
                                     .path = "/nonexistent", .cache = "", .reader = MIB_READER });
    if (r == 0) r = fleet_mib_load(zoo, path);
    (void)unlink(path);
    return r;
}

__attribute__((unused))
static int zoo_tear_down(void **state) {
    (void)state;
    fleet_mib_free(zoo);
    return 0;
}
