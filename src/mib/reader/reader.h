/*
 * reader: the process that reads MIB files with libsmi, in which every crash, loop and exit of
 * libsmi costs one file. What it is to read is its standard input (mib/order.h), what comes of it
 * goes to its standard output.
 *
 * It is a program of its own (snmpfleet-mib-reader), and a hidden verb of snmpfleet.
 */
#pragma once

#include "mib/load/order.h"

/* The argument that it is started with. */
#define READER_VERB ORDER_VERB

/* What the process exits with. */
int reader_main(void);
