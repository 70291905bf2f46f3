/*
 * source_http: an http_sd server's answer. The program starts itself with the hidden verb
 * FETCH_TARGETS_VERB, so that no HTTP is in the process that polls. The order is lines `KEY VALUE`
 * on its standard input, for passwords and tokens are part of it; the answer is its output.
 */
#pragma once

#include "conf/command.h"
#include "conf/source.h"

#define FETCH_TARGETS_VERB "fetch-targets"

/* Keys of the order. Times are in milliseconds, `refresh` in seconds, `bytes` the most to take. */
#define FETCH_URL "url"
#define FETCH_TIMEOUT "timeout"
#define FETCH_REFRESH "refresh"
#define FETCH_BYTES "bytes"
#define FETCH_CA_FILE "ca_file"
#define FETCH_USER "user"
#define FETCH_PASSWORD "password"
#define FETCH_TOKEN "token"

/* As command_run; token and password are read anew each time. */
bool source_http_fetch(const struct source *source, const atomic_bool *is_stopping,
                       char **ret_bytes, size_t *ret_length, char why[static COMMAND_WHY_MAX]);
