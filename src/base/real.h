/*
 * real: a floating-point number as the shortest text that reads back as the same number, always
 * with a point or an exponent; or "NaN", "Inf", "-Inf". The same in every locale.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { REAL_TEXT_MAX = 32 };

/* @is_single: it was a single before it was widened. Returns the length without the NUL. */
size_t real_format(double real, bool is_single, char text[static REAL_TEXT_MAX]);
