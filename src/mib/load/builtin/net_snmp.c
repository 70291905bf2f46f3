/* net_snmp: what Net-SNMP's agents have under their own number: NET-SNMP-MIB and its parts. */
#include "mib/load/builtin/facts.h"

static const struct builtin_fact net_snmp[] = {
    MODULE("netSnmp", "enterprises.8072"),
    NODE("netSnmpObjects", "netSnmp.1"),
    NODE("netSnmpEnumerations", "netSnmp.3"),
    NODE("netSnmpModuleIDs", "netSnmpEnumerations.1"),
    NODE("netSnmpAgentOIDs", "netSnmpEnumerations.2"),
    NODE("netSnmpDomains", "netSnmpEnumerations.3"),
    NODE("netSnmpNotificationPrefix", "netSnmp.4"),
    NODE("netSnmpNotifications", "netSnmpNotificationPrefix.0"),
    NODE("netSnmpNotificationObjects", "netSnmpNotificationPrefix.1"),
    NODE("netSnmpConformance", "netSnmp.5"),
    NODE("netSnmpCompliances", "netSnmpConformance.1"),
    NODE("netSnmpGroups", "netSnmpConformance.2"),
    NODE("netSnmpExperimental", "netSnmp.9999"),
    NODE("netSnmpPlaypen", "netSnmpExperimental.9999"),
};

BUILTIN(builtin_net_snmp, "NET-SNMP-MIB", "1.3.6.1.4.1.8072", net_snmp);

static const struct builtin_fact net_snmp_tc[] = {
    MODULE("netSnmpTCs", "netSnmpModuleIDs.1"),
    NODE("hpux9", "netSnmpAgentOIDs.1"),
    NODE("sunos4", "netSnmpAgentOIDs.2"),
    NODE("solaris", "netSnmpAgentOIDs.3"),
    NODE("osf", "netSnmpAgentOIDs.4"),
    NODE("ultrix", "netSnmpAgentOIDs.5"),
    NODE("hpux10", "netSnmpAgentOIDs.6"),
    NODE("netbsd", "netSnmpAgentOIDs.7"),
    NODE("freebsd", "netSnmpAgentOIDs.8"),
    NODE("irix", "netSnmpAgentOIDs.9"),
    NODE("linux", "netSnmpAgentOIDs.10"),
    NODE("bsdi", "netSnmpAgentOIDs.11"),
    NODE("openbsd", "netSnmpAgentOIDs.12"),
    NODE("win32", "netSnmpAgentOIDs.13"),
    NODE("hpux11", "netSnmpAgentOIDs.14"),
    NODE("aix", "netSnmpAgentOIDs.15"),
    NODE("macosx", "netSnmpAgentOIDs.16"),
    NODE("dragonfly", "netSnmpAgentOIDs.17"),
    NODE("unknown", "netSnmpAgentOIDs.255"),
    NODE("netSnmpTCPDomain", "netSnmpDomains.1"),
    NODE("netSnmpUnixDomain", "netSnmpDomains.2"),
    NODE("netSnmpAAL5PVCDomain", "netSnmpDomains.3"),
    NODE("netSnmpUDPIPv6Domain", "netSnmpDomains.4"),
    NODE("netSnmpTCPIPv6Domain", "netSnmpDomains.5"),
    NODE("netSnmpCallbackDomain", "netSnmpDomains.6"),
    NODE("netSnmpAliasDomain", "netSnmpDomains.7"),
    NODE("netSnmpDTLSUDPDomain", "netSnmpDomains.8"),
    NODE("netSnmpDTLSSCTPDomain", "netSnmpDomains.9"),
    NODE("netSnmpTLSTCPDomain", "netSnmpDomains.10"),
};

BUILTIN(builtin_net_snmp_tc, "NET-SNMP-TC",
        "1.3.6.1.4.1.8072.3.1.1 1.3.6.1.4.1.8072.3.2 1.3.6.1.4.1.8072.3.3",
        net_snmp_tc);

static const struct builtin_fact net_snmp_agent[] = {
    NODE("nsVersion", "netSnmpObjects.1"),
    NODE("nsMibRegistry", "netSnmpObjects.2"),

    TABLE("nsModuleTable", "nsMibRegistry.1"),
    ROW("nsModuleEntry", "nsModuleTable.1",
        "nsmContextName nsmRegistrationPoint nsmRegistrationPriority"),
    COLUMN(1, "nsmContextName", "SnmpAdminString", NA),
    COLUMN(2, "nsmRegistrationPoint", "OBJECT IDENTIFIER", NA),
    COLUMN(3, "nsmRegistrationPriority", "INTEGER (-2147483648..2147483647)", NA),
    COLUMN(4, "nsModuleName", "DisplayString", RO),
    COLUMN(5, "nsModuleModes", "BITS { getAndGetNext(0), set(1), getBulk(2) }", RO),
    COLUMN(6, "nsModuleTimeout", "Integer32", RO),

    NODE("nsExtensions", "netSnmpObjects.3"),
    NODE("nsDLMod", "netSnmpObjects.4"),
    NODE("nsCache", "netSnmpObjects.5"),
    SCALAR("nsCacheDefaultTimeout", "nsCache.1", "INTEGER", RW),
    SCALAR("nsCacheEnabled", "nsCache.2", "TruthValue", RW),

    TABLE("nsCacheTable", "nsCache.3"),
    ROW("nsCacheEntry", "nsCacheTable.1", "IMPLIED nsCachedOID"),
    COLUMN(1, "nsCachedOID", "OBJECT IDENTIFIER", NA),
    COLUMN(2, "nsCacheTimeout", "INTEGER", RW),
    COLUMN(3, "nsCacheStatus", "NetsnmpCacheStatus", RW),

    NODE("nsErrorHistory", "netSnmpObjects.6"),
    NODE("nsConfiguration", "netSnmpObjects.7"),
    NODE("nsConfigDebug", "nsConfiguration.1"),
    SCALAR("nsDebugEnabled", "nsConfigDebug.1", "TruthValue", RW),
    SCALAR("nsDebugOutputAll", "nsConfigDebug.2", "TruthValue", RW),
    SCALAR("nsDebugDumpPdu", "nsConfigDebug.3", "TruthValue", RW),

    TABLE("nsDebugTokenTable", "nsConfigDebug.4"),
    ROW("nsDebugTokenEntry", "nsDebugTokenTable.1", "IMPLIED nsDebugTokenPrefix"),
    COLUMN(2, "nsDebugTokenPrefix", "DisplayString", NA),
    COLUMN(4, "nsDebugTokenStatus", "RowStatus", RC),

    NODE("nsConfigLogging", "nsConfiguration.2"),

    TABLE("nsLoggingTable", "nsConfigLogging.1"),
    ROW("nsLoggingEntry", "nsLoggingTable.1", "nsLogLevel IMPLIED nsLogToken"),
    COLUMN(1, "nsLogLevel",
           "INTEGER { emergency(0), alert(1), critical(2), error(3), warning(4), notice(5), "
           "info(6), debug(7) }", NA),
    COLUMN(2, "nsLogToken", "DisplayString", NA),
    COLUMN(3, "nsLogType", "INTEGER { stdout(1), stderr(2), file(3), syslog(4), callback(5) }", RC),
    COLUMN(4, "nsLogMaxLevel",
           "INTEGER { emergency(0), alert(1), critical(2), error(3), warning(4), notice(5), "
           "info(6), debug(7) }", RC),
    COLUMN(5, "nsLogStatus", "RowStatus", RC),

    NODE("nsTransactions", "netSnmpObjects.8"),

    TABLE("nsTransactionTable", "nsTransactions.1"),
    ROW("nsTransactionEntry", "nsTransactionTable.1", "nsTransactionID"),
    COLUMN(1, "nsTransactionID", "Unsigned32 (0..4294967295)", NA),
    COLUMN(2, "nsTransactionMode", "Integer32", RO),

    MODULE("netSnmpAgentMIB", "netSnmpModuleIDs.2"),
    NOTIFICATION("nsNotifyStart", "netSnmpNotifications.1", ""),
    NOTIFICATION("nsNotifyShutdown", "netSnmpNotifications.2", ""),
    NOTIFICATION("nsNotifyRestart", "netSnmpNotifications.3", ""),
    NODE("nsConfigGroups", "netSnmpGroups.7"),
};

BUILTIN(builtin_net_snmp_agent, "NET-SNMP-AGENT-MIB",
        "1.3.6.1.4.1.8072.1 1.3.6.1.4.1.8072.3.1.2 1.3.6.1.4.1.8072.4.0 "
        "1.3.6.1.4.1.8072.5.2.7",
        net_snmp_agent);
