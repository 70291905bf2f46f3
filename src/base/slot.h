/*
 * slot: where a datagram to be sent is written. The core fills slots, the net layer (or a simulated
 * network) sends them.
 */
#pragma once

#include <stdint.h>

#include "base/address.h"

enum { SLOT_BYTES = 65536 };  /* room in a slot; only what is used is ever touched */

struct slot {
    uint8_t *bytes;       /* SLOT_BYTES of them, fixed */
    uint32_t length;
    uint32_t cookie;      /* comes back when the send fails */
    struct address to;
    struct address from;  /* servers for many addresses: source address to use (family NONE: the
                             kernel's choice) */
};
