/*
 * snmpfleet/snmpfleet.h: all of libsnmpfleet.
 */
#ifndef SNMPFLEET_SNMPFLEET_H
#define SNMPFLEET_SNMPFLEET_H

#include "snmpfleet/auth.h"
#include "snmpfleet/error.h"
#include "snmpfleet/fleet.h"
#include "snmpfleet/learnt.h"
#include "snmpfleet/mib.h"
#include "snmpfleet/module.h"
#include "snmpfleet/request.h"
#include "snmpfleet/sink.h"
#include "snmpfleet/syntax.h"
#include "snmpfleet/target.h"
#include "snmpfleet/value.h"
#include "snmpfleet/writer.h"

#endif
