/*
 * show: text from a file as a message may hold it: short, and in one line of valid UTF-8.
 */
#pragma once

enum { SHOW_MAX = 60 };

/* @text, cut where it is too long, with '?' for what no message should hold; returns @shown. */
const char *show_text(const char *text, char shown[static SHOW_MAX + 4]);
