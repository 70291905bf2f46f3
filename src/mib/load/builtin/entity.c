/* entity: ENTITY-MIB (RFC 6933), ENTITY-SENSOR-MIB (RFC 3433). */
#include "mib/load/builtin/facts.h"

static const struct builtin_fact entity[] = {
    MODULE("entityMIB", "mib-2.47"),
    NODE("entityMIBObjects", "entityMIB.1"),
    NODE("entityPhysical", "entityMIBObjects.1"),

    TABLE("entPhysicalTable", "entityPhysical.1"),
    ROW("entPhysicalEntry", "entPhysicalTable.1", "entPhysicalIndex"),
    COLUMN(1, "entPhysicalIndex", "PhysicalIndex", NA),
    COLUMN(2, "entPhysicalDescr", "SnmpAdminString", RO),
    COLUMN(3, "entPhysicalVendorType", "AutonomousType", RO),
    COLUMN(4, "entPhysicalContainedIn", "PhysicalIndexOrZero", RO),
    COLUMN(5, "entPhysicalClass", "IANAPhysicalClass", RO),
    COLUMN(6, "entPhysicalParentRelPos", "Integer32 (-1..2147483647)", RO),
    COLUMN(7, "entPhysicalName", "SnmpAdminString", RO),
    COLUMN(8, "entPhysicalHardwareRev", "SnmpAdminString", RO),
    COLUMN(9, "entPhysicalFirmwareRev", "SnmpAdminString", RO),
    COLUMN(10, "entPhysicalSoftwareRev", "SnmpAdminString", RO),
    COLUMN(11, "entPhysicalSerialNum", "SnmpAdminString (0..32)", RW),
    COLUMN(12, "entPhysicalMfgName", "SnmpAdminString", RO),
    COLUMN(13, "entPhysicalModelName", "SnmpAdminString", RO),
    COLUMN(14, "entPhysicalAlias", "SnmpAdminString (0..32)", RW),
    COLUMN(15, "entPhysicalAssetID", "SnmpAdminString (0..32)", RW),
    COLUMN(16, "entPhysicalIsFRU", "TruthValue", RO),
    COLUMN(17, "entPhysicalMfgDate", "DateAndTime", RO),
    COLUMN(18, "entPhysicalUris", "OCTET STRING", RW),
    COLUMN(19, "entPhysicalUUID", "UUIDorZero", RO),

    NODE("entityLogical", "entityMIBObjects.2"),

    TABLE("entLogicalTable", "entityLogical.1"),
    ROW("entLogicalEntry", "entLogicalTable.1", "entLogicalIndex"),
    COLUMN(1, "entLogicalIndex", "Integer32 (1..2147483647)", NA),
    COLUMN(2, "entLogicalDescr", "SnmpAdminString", RO),
    COLUMN(3, "entLogicalType", "AutonomousType", RO),
    COLUMN(4, "entLogicalCommunity", "OCTET STRING (0..255)", RO, DEPRECATED),
    COLUMN(5, "entLogicalTAddress", "TAddress", RO),
    COLUMN(6, "entLogicalTDomain", "TDomain", RO),
    COLUMN(7, "entLogicalContextEngineID", "SnmpEngineIdOrNone", RO),
    COLUMN(8, "entLogicalContextName", "SnmpAdminString", RO),

    NODE("entityMapping", "entityMIBObjects.3"),

    TABLE("entLPMappingTable", "entityMapping.1"),
    ROW("entLPMappingEntry", "entLPMappingTable.1", "entLogicalIndex entLPPhysicalIndex"),
    COLUMN(1, "entLPPhysicalIndex", "PhysicalIndex", RO),

    TABLE("entAliasMappingTable", "entityMapping.2"),
    ROW("entAliasMappingEntry", "entAliasMappingTable.1",
        "entPhysicalIndex entAliasLogicalIndexOrZero"),
    COLUMN(1, "entAliasLogicalIndexOrZero", "Integer32 (0..2147483647)", NA),
    COLUMN(2, "entAliasMappingIdentifier", "RowPointer", RO),

    TABLE("entPhysicalContainsTable", "entityMapping.3"),
    ROW("entPhysicalContainsEntry", "entPhysicalContainsTable.1",
        "entPhysicalIndex entPhysicalChildIndex"),
    COLUMN(1, "entPhysicalChildIndex", "PhysicalIndex", RO),

    NODE("entityGeneral", "entityMIBObjects.4"),
    SCALAR("entLastChangeTime", "entityGeneral.1", "TimeStamp", RO),
    NODE("entityMIBTraps", "entityMIB.2"),
    NODE("entityMIBTrapPrefix", "entityMIBTraps.0"),
    NOTIFICATION("entConfigChange", "entityMIBTrapPrefix.1", ""),
    NODE("entityConformance", "entityMIB.3"),
    NODE("entityCompliances", "entityConformance.1"),
    NODE("entityGroups", "entityConformance.2"),
};

BUILTIN(builtin_entity, "ENTITY-MIB", "1.3.6.1.2.1.47", entity);

static const struct builtin_fact sensor[] = {
    MODULE("entitySensorMIB", "mib-2.99"),
    NODE("entitySensorObjects", "entitySensorMIB.1"),

    TABLE("entPhySensorTable", "entitySensorObjects.1"),
    ROW("entPhySensorEntry", "entPhySensorTable.1", "entPhysicalIndex"),
    COLUMN(1, "entPhySensorType", "EntitySensorDataType", RO),
    COLUMN(2, "entPhySensorScale", "EntitySensorDataScale", RO),
    COLUMN(3, "entPhySensorPrecision", "EntitySensorPrecision", RO),
    COLUMN(4, "entPhySensorValue", "EntitySensorValue", RO),
    COLUMN(5, "entPhySensorOperStatus", "EntitySensorStatus", RO),
    COLUMN(6, "entPhySensorUnitsDisplay", "SnmpAdminString", RO),
    COLUMN(7, "entPhySensorValueTimeStamp", "TimeStamp", RO),
    COLUMN(8, "entPhySensorValueUpdateRate", "Unsigned32", RO, UNITS("milliseconds")),

    NODE("entitySensorConformance", "entitySensorMIB.3"),
    NODE("entitySensorCompliances", "entitySensorConformance.1"),
    NODE("entitySensorGroups", "entitySensorConformance.2"),
};

BUILTIN(builtin_sensor, "ENTITY-SENSOR-MIB", "1.3.6.1.2.1.99", sensor);
