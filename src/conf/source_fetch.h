/*
 * source_fetch: what a source of targets says now. It may wait: for a file, a command, a server.
 */
#pragma once

#include "conf/source.h"
#include "conf/targets_context.h"

/* Fetch what @source says. 0, FLEET_E_INVALID or -errno: told. */
int source_fetch(const struct source *source, const struct targets_context *context,
                 struct source_text **ret_texts);
