/* vacm: who may see what, the tables of SNMP-VIEW-BASED-ACM-MIB (RFC 3415). */
#include "mib/load/builtin/facts.h"

static const struct builtin_fact vacm[] = {
    MODULE("snmpVacmMIB", "snmpModules.16"),
    NODE("vacmMIBObjects", "snmpVacmMIB.1"),

    TABLE("vacmContextTable", "vacmMIBObjects.1"),
    ROW("vacmContextEntry", "vacmContextTable.1", "vacmContextName"),
    COLUMN(1, "vacmContextName", "SnmpAdminString (0..32)", RO),

    TABLE("vacmSecurityToGroupTable", "vacmMIBObjects.2"),
    ROW("vacmSecurityToGroupEntry", "vacmSecurityToGroupTable.1",
        "vacmSecurityModel vacmSecurityName"),
    COLUMN(1, "vacmSecurityModel", "SnmpSecurityModel (1..2147483647)", NA),
    COLUMN(2, "vacmSecurityName", "SnmpAdminString (1..32)", NA),
    COLUMN(3, "vacmGroupName", "SnmpAdminString (1..32)", RC),
    COLUMN(4, "vacmSecurityToGroupStorageType", "StorageType", RC),
    COLUMN(5, "vacmSecurityToGroupStatus", "RowStatus", RC),

    TABLE("vacmAccessTable", "vacmMIBObjects.4"),
    ROW("vacmAccessEntry", "vacmAccessTable.1",
        "vacmGroupName vacmAccessContextPrefix vacmAccessSecurityModel vacmAccessSecurityLevel"),
    COLUMN(1, "vacmAccessContextPrefix", "SnmpAdminString (0..32)", NA),
    COLUMN(2, "vacmAccessSecurityModel", "SnmpSecurityModel", NA),
    COLUMN(3, "vacmAccessSecurityLevel", "SnmpSecurityLevel", NA),
    COLUMN(4, "vacmAccessContextMatch", "INTEGER { exact(1), prefix(2) }", RC),
    COLUMN(5, "vacmAccessReadViewName", "SnmpAdminString (0..32)", RC),
    COLUMN(6, "vacmAccessWriteViewName", "SnmpAdminString (0..32)", RC),
    COLUMN(7, "vacmAccessNotifyViewName", "SnmpAdminString (0..32)", RC),
    COLUMN(8, "vacmAccessStorageType", "StorageType", RC),
    COLUMN(9, "vacmAccessStatus", "RowStatus", RC),

    NODE("vacmMIBViews", "vacmMIBObjects.5"),
    SCALAR("vacmViewSpinLock", "vacmMIBViews.1", "TestAndIncr", RW),

    TABLE("vacmViewTreeFamilyTable", "vacmMIBViews.2"),
    ROW("vacmViewTreeFamilyEntry", "vacmViewTreeFamilyTable.1",
        "vacmViewTreeFamilyViewName vacmViewTreeFamilySubtree"),
    COLUMN(1, "vacmViewTreeFamilyViewName", "SnmpAdminString (1..32)", NA),
    COLUMN(2, "vacmViewTreeFamilySubtree", "OBJECT IDENTIFIER", NA),
    COLUMN(3, "vacmViewTreeFamilyMask", "OCTET STRING (0..16)", RC),
    COLUMN(4, "vacmViewTreeFamilyType", "INTEGER { included(1), excluded(2) }", RC),
    COLUMN(5, "vacmViewTreeFamilyStorageType", "StorageType", RC),
    COLUMN(6, "vacmViewTreeFamilyStatus", "RowStatus", RC),

    NODE("vacmMIBConformance", "snmpVacmMIB.2"),
    NODE("vacmMIBCompliances", "vacmMIBConformance.1"),
    NODE("vacmMIBGroups", "vacmMIBConformance.2"),
};

BUILTIN(builtin_vacm, "SNMP-VIEW-BASED-ACM-MIB", "1.3.6.1.6.3.16", vacm);
