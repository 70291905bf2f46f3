/*
 * verdict: what a sweep found, as numbers and as one line for people:
 *
 *     safe: 40 requests/s, max-repetitions 20; knee at 75 requests/s; the agent serves one request
 *     at a time
 *
 * A line says only what was measured: without a knee up to where it was looked for and why no
 * further, without a safe rate that there is none, and what is lost at loads that hold.
 */
#pragma once

#include "bench/sweep.h"

/* Of a sweep that is over, or that was ended before. */
void verdict_make(const struct sweep *s, struct bench_verdict *ret_verdict);
