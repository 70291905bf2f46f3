/* tcp_udp: TCP-MIB (RFC 4022), UDP-MIB (RFC 4113). */
#include "mib/load/builtin/facts.h"

static const struct builtin_fact tcp[] = {
    NODE("tcp", "mib-2.6"),
    SCALAR("tcpRtoAlgorithm", "tcp.1",
           "INTEGER { other(1), constant(2), rsre(3), vanj(4), rfc2988(5) }", RO),
    SCALAR("tcpRtoMin", "tcp.2", "Integer32 (0..2147483647)", RO, UNITS("milliseconds")),
    SCALAR("tcpRtoMax", "tcp.3", "Integer32 (0..2147483647)", RO, UNITS("milliseconds")),
    SCALAR("tcpMaxConn", "tcp.4", "Integer32 (-1 | 0..2147483647)", RO),
    SCALAR("tcpActiveOpens", "tcp.5", "Counter32", RO),
    SCALAR("tcpPassiveOpens", "tcp.6", "Counter32", RO),
    SCALAR("tcpAttemptFails", "tcp.7", "Counter32", RO),
    SCALAR("tcpEstabResets", "tcp.8", "Counter32", RO),
    SCALAR("tcpCurrEstab", "tcp.9", "Gauge32", RO),
    SCALAR("tcpInSegs", "tcp.10", "Counter32", RO),
    SCALAR("tcpOutSegs", "tcp.11", "Counter32", RO),
    SCALAR("tcpRetransSegs", "tcp.12", "Counter32", RO),

    TABLE("tcpConnTable", "tcp.13", DEPRECATED),
    ROW("tcpConnEntry", "tcpConnTable.1",
        "tcpConnLocalAddress tcpConnLocalPort tcpConnRemAddress tcpConnRemPort", DEPRECATED),
    COLUMN(1, "tcpConnState",
           "INTEGER { closed(1), listen(2), synSent(3), synReceived(4), established(5), "
           "finWait1(6), finWait2(7), closeWait(8), lastAck(9), closing(10), timeWait(11), "
           "deleteTCB(12) }", RW, DEPRECATED),
    COLUMN(2, "tcpConnLocalAddress", "IpAddress", RO, DEPRECATED),
    COLUMN(3, "tcpConnLocalPort", "Integer32 (0..65535)", RO, DEPRECATED),
    COLUMN(4, "tcpConnRemAddress", "IpAddress", RO, DEPRECATED),
    COLUMN(5, "tcpConnRemPort", "Integer32 (0..65535)", RO, DEPRECATED),

    SCALAR("tcpInErrs", "tcp.14", "Counter32", RO),
    SCALAR("tcpOutRsts", "tcp.15", "Counter32", RO),
    SCALAR("tcpHCInSegs", "tcp.17", "Counter64", RO),
    SCALAR("tcpHCOutSegs", "tcp.18", "Counter64", RO),

    TABLE("tcpConnectionTable", "tcp.19"),
    ROW("tcpConnectionEntry", "tcpConnectionTable.1",
        "tcpConnectionLocalAddressType tcpConnectionLocalAddress tcpConnectionLocalPort "
        "tcpConnectionRemAddressType tcpConnectionRemAddress tcpConnectionRemPort"),
    COLUMN(1, "tcpConnectionLocalAddressType", "InetAddressType", NA),
    COLUMN(2, "tcpConnectionLocalAddress", "InetAddress", NA),
    COLUMN(3, "tcpConnectionLocalPort", "InetPortNumber", NA),
    COLUMN(4, "tcpConnectionRemAddressType", "InetAddressType", NA),
    COLUMN(5, "tcpConnectionRemAddress", "InetAddress", NA),
    COLUMN(6, "tcpConnectionRemPort", "InetPortNumber", NA),
    COLUMN(7, "tcpConnectionState",
           "INTEGER { closed(1), listen(2), synSent(3), synReceived(4), established(5), "
           "finWait1(6), finWait2(7), closeWait(8), lastAck(9), closing(10), timeWait(11), "
           "deleteTCB(12) }", RW),
    COLUMN(8, "tcpConnectionProcess", "Unsigned32", RO),

    TABLE("tcpListenerTable", "tcp.20"),
    ROW("tcpListenerEntry", "tcpListenerTable.1",
        "tcpListenerLocalAddressType tcpListenerLocalAddress tcpListenerLocalPort"),
    COLUMN(1, "tcpListenerLocalAddressType", "InetAddressType", NA),
    COLUMN(2, "tcpListenerLocalAddress", "InetAddress", NA),
    COLUMN(3, "tcpListenerLocalPort", "InetPortNumber", NA),
    COLUMN(4, "tcpListenerProcess", "Unsigned32", RO),

    MODULE("tcpMIB", "mib-2.49"),
    NODE("tcpMIBConformance", "tcpMIB.2"),
    NODE("tcpMIBCompliances", "tcpMIBConformance.1"),
    NODE("tcpMIBGroups", "tcpMIBConformance.2"),
};

BUILTIN(builtin_tcp, "TCP-MIB", "1.3.6.1.2.1.6 1.3.6.1.2.1.49", tcp);

static const struct builtin_fact udp[] = {
    NODE("udp", "mib-2.7"),
    SCALAR("udpInDatagrams", "udp.1", "Counter32", RO),
    SCALAR("udpNoPorts", "udp.2", "Counter32", RO),
    SCALAR("udpInErrors", "udp.3", "Counter32", RO),
    SCALAR("udpOutDatagrams", "udp.4", "Counter32", RO),

    TABLE("udpTable", "udp.5", DEPRECATED),
    ROW("udpEntry", "udpTable.1", "udpLocalAddress udpLocalPort", DEPRECATED),
    COLUMN(1, "udpLocalAddress", "IpAddress", RO, DEPRECATED),
    COLUMN(2, "udpLocalPort", "Integer32 (0..65535)", RO, DEPRECATED),

    TABLE("udpEndpointTable", "udp.7"),
    ROW("udpEndpointEntry", "udpEndpointTable.1",
        "udpEndpointLocalAddressType udpEndpointLocalAddress udpEndpointLocalPort "
        "udpEndpointRemoteAddressType udpEndpointRemoteAddress udpEndpointRemotePort "
        "udpEndpointInstance"),
    COLUMN(1, "udpEndpointLocalAddressType", "InetAddressType", NA),
    COLUMN(2, "udpEndpointLocalAddress", "InetAddress", NA),
    COLUMN(3, "udpEndpointLocalPort", "InetPortNumber", NA),
    COLUMN(4, "udpEndpointRemoteAddressType", "InetAddressType", NA),
    COLUMN(5, "udpEndpointRemoteAddress", "InetAddress", NA),
    COLUMN(6, "udpEndpointRemotePort", "InetPortNumber", NA),
    COLUMN(7, "udpEndpointInstance", "Unsigned32 (1..4294967295)", NA),
    COLUMN(8, "udpEndpointProcess", "Unsigned32", RO),

    SCALAR("udpHCInDatagrams", "udp.8", "Counter64", RO),
    SCALAR("udpHCOutDatagrams", "udp.9", "Counter64", RO),
    MODULE("udpMIB", "mib-2.50"),
    NODE("udpMIBConformance", "udpMIB.2"),
    NODE("udpMIBCompliances", "udpMIBConformance.1"),
    NODE("udpMIBGroups", "udpMIBConformance.2"),
};

BUILTIN(builtin_udp, "UDP-MIB", "1.3.6.1.2.1.7 1.3.6.1.2.1.50", udp);
