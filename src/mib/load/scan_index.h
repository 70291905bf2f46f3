/*
 * scan_index: what a scan found, as a text for the cache.
 *
 *     snmpfleet-mibs 1
 *     f SIZE MTIME_NS FAULT PATH      a file; FAULT is 0 for none
 *     m NAME IMPORT...                a module in it
 *     end CHECKSUM
 *
 * Fields are parted by tabs.
 */
#pragma once

#include "mib/load/scan.h"

/* Take what is in @text, which is changed. What is damaged is not taken. 0 or -ENOMEM. */
int scan_index_read(struct scan *s, char *text, size_t length);

/* For free(); NULL when memory is out. Files that are no longer there are left out. */
char *scan_index_write(const struct scan *s, size_t *ret_length);
