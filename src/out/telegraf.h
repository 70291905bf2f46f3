/*
 * telegraf: values as Telegraf's snmp input and its line protocol write them, to the letter, where
 * that differs from ours: octets that are no text are hexadecimal without 0x, text that begins with
 * 0x stays text, a tag keeps its backslashes but for those at its end, a field keeps its line
 * breaks, and a whole real has no point.
 *
 * Two differences stay: control characters never reach the file as they are (their octets are
 * hexadecimal), and NULs at the end of text are left out.
 */
#pragma once

#include "snmpfleet/module.h"
#include "snmpfleet/value.h"

/* The way of a column whose octets Telegraf writes raw: BITS, which we write in hexadecimal. */
enum fleet_as telegraf_way(const struct fleet_column *column, enum fleet_as as);

/* An octet string as a tag's value; @at itself when nothing is left. Twice its length, and 2. */
char *telegraf_put_tag(char *at, const struct fleet_value *value, enum fleet_as as);

/* An octet string as a field, with its quotes. */
char *telegraf_put_field(char *at, const struct fleet_value *value, enum fleet_as as);

/* A float or double; a float has all the digits that it has as a double. */
char *telegraf_put_real(char *at, const struct fleet_value *value);
