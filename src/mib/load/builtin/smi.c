/*
 * smi: the top of the tree (RFC 2578), and the modules of conventions that define nothing else.
 */
#include "mib/load/builtin/facts.h"

/* The arcs at the top, which no module defines: they are there whatever files are loaded. */
static const struct builtin_fact roots[] = {
    NODE("ccitt", "0"),
    NODE("iso", "1"),
    NODE("joint-iso-ccitt", "2"),
};

BUILTIN(builtin_roots, "", "0 1 2", roots);

static const struct builtin_fact smi[] = {
    IDENTITY("zeroDotZero", "0.0"),
    NODE("org", "iso.3"),
    NODE("dod", "org.6"),
    NODE("internet", "dod.1"),
    NODE("directory", "internet.1"),
    NODE("mgmt", "internet.2"),
    NODE("mib-2", "mgmt.1"),
    NODE("transmission", "mib-2.10"),
    NODE("experimental", "internet.3"),
    NODE("private", "internet.4"),
    NODE("enterprises", "private.1"),
    NODE("security", "internet.5"),
    NODE("snmpV2", "internet.6"),
    NODE("snmpDomains", "snmpV2.1"),
    NODE("snmpProxys", "snmpV2.2"),
    NODE("snmpModules", "snmpV2.3"),
};

BUILTIN(builtin_smi, "SNMPv2-SMI", "0.0 1.3", smi);

const struct builtin_module builtin_tc = { "SNMPv2-TC", "", NULL, 0 };

static const struct builtin_fact hcnum[] = {
    MODULE("hcnumTC", "mib-2.78"),
};

BUILTIN(builtin_hcnum, "HCNUM-TC", "1.3.6.1.2.1.78", hcnum);

const struct builtin_module builtin_conf = { "SNMPv2-CONF", "", NULL, 0 };
