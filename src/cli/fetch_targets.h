/*
 * fetch_targets: the hidden verb that asks an http_sd server (conf/source_http.h): its order comes
 * on standard input, the server's answer goes to standard output, and what went wrong to standard
 * error as one line. A process of its own, and the only one that libcurl is loaded into.
 */
#pragma once

/* The exit code: 0, or 1 when something went wrong. */
int fetch_targets_main(void);
