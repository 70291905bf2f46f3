/*
 * glob: glob(7) without classes: '*' is any run of bytes, '?' any one, '\' takes the next as it is.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

bool glob_matches(const char *pattern, const void *text, size_t length);

/* Does the pattern hold a '*' or '?' that means more than itself? */
bool glob_is_pattern(const char *pattern);

/* @text as a pattern that only it matches, or back. @to has room for 2 * length + 1 bytes. */
void glob_escape(const char *text, char *to);
void glob_unescape(const char *pattern, char *to);
