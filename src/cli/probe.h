/*
 * probe: check --probe: does each target answer as it is configured, and if not, would it with the
 * other variant of its privacy protocol?
 *
 * AES-192 and AES-256 stand in no RFC, and a short key is made longer in two ways (Blumenthal's and
 * Reeder's). Agents do not say which they want: most are silent to the wrong one. So a target that
 * is silent is asked once more with the other. One attempt each, a question for sysUpTime.
 */
#pragma once

#include "cli/settings.h"
#include "conf/targets.h"

struct probe;

/* Its sink is for the fleet's options, which must have `once`; the fleet is given later. */
int probe_new(struct probe **ret_probe);
struct fleet_sink probe_sink(struct probe *p);
void probe_free(struct probe *p);

/*
 * Ask all of @targets, and print a line for each (without the good ones when @is_quiet). 0 with
 * *ret_failed those that did not answer as configured, -errno or an enum fleet_error.
 */
int probe_run(struct probe *p, struct fleet *fleet, const struct settings *settings,
              const struct targets *targets, bool is_quiet, size_t *ret_failed);
