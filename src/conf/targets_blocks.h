/*
 * targets_blocks: blocks and ranges into a target for each address, when all lines are read.
 *
 * An address that several lines have is polled as the most exact of them says: a single address
 * wins over a block or range, and a smaller one over a larger one, wherever they stand. Two of one
 * size that share an address are a fault, unless a more exact line has that address. An address
 * counts with its port; host names are not looked up.
 */
#pragma once

#include "conf/targets_line.h"

/*
 * Expand the blocks of @reader's targets. Faults are told in the place of the later line. Without
 * memory reader->error is set.
 */
void targets_blocks_expand(struct targets_reader *reader);
