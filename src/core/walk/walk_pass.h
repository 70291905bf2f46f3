/*
 * walk_pass: cells that cannot be had, because the agent has an error for them, or because their
 * name does not decode. Their column is held until it is known where it can go on.
 */
#pragma once

#include "core/walk/walk_state.h"

/*
 * Let held columns go on: behind the next row that other columns have shown, or, when none can show
 * one any more, behind a guess. A column whose guesses do not help ends.
 */
void walk_pass_cells(struct walk *w);
