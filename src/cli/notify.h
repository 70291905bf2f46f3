/*
 * notify: what a service manager is told of us (sd_notify(3), without its library): a datagram to
 * the socket that NOTIFY_SOCKET names. Without that variable nothing happens.
 */
#pragma once

#include <stdbool.h>

/* Does somebody listen? */
bool notify_is_wanted(void);

/* The start is over: we poll. */
void notify_ready(void);

/* A reload has begun; notify_ready says that it is over. */
void notify_reloading(void);

/* We are on our way to the end. */
void notify_stopping(void);

/* One line of status, as `systemctl status` shows it. */
void notify_status(const char *text);
