/*
 * interface: what the machine's network interfaces are asked for: which one a link-local address is
 * on.
 */
#pragma once

#include <stdint.h>

/*
 * Index of the interface that has a link-local IPv6 address, where there is exactly one (the
 * loopback interface has none); otherwise 0.
 */
uint32_t interface_with_link_local(void);
