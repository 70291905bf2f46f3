/*
 * bench_local: is an address one of this machine, or of the network namespace that we are in?
 * Loopback is.
 */
#pragma once

#include <stdbool.h>

/* @address: in numbers, as targets have it, without a port. False also where it cannot be told. */
bool bench_is_local(const char *address);

/* Is it an address, and no host name? */
bool bench_is_address(const char *text);

/* Is it 127.0.0.0/8 or ::1? */
bool bench_is_loopback(const char *address);
