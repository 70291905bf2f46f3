/*
 * signals: how a verb that runs on is told to end, from its first moment.
 *
 *     signals_start(code)     before anything is read: SIGTERM and SIGINT end us with @code
 *     signals_open()          a signalfd of SIGHUP, SIGUSR1, SIGTERM, SIGINT for the loop
 *
 * Between the two, files are read that may take long or never end (a pipe that nobody writes to):
 * there nothing asks whether a signal has come. SIGHUP and SIGUSR1 wait in between and are the
 * loop's first.
 */
#pragma once

void signals_start(int code);

/* The file, non-blocking, or -errno. */
int signals_open(void);
