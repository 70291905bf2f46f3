/* bench_compare: `snmpfleet bench compare A.json B.json...`: results beside the first one. */
#pragma once

#include "cli/bench_options.h"

/* The exit code. */
int bench_compare_files(const struct bench_options *options);
