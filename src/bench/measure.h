/*
 * measure: numbers with their units as people read them, three digits that count, and texts of
 * agents as a terminal may show them. A number that is not known (NAN) is "-".
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MEASURE_MAX = 32 };

/* "850ns", "61.2ms", "1.25s"; as --fail and other options take them. Returns @text, as all here. */
const char *measure_duration(double ns, char text[static MEASURE_MAX]);
/* "0.5", "75", "1234": of rates and other numbers without a unit. */
const char *measure_number(double number, char text[static MEASURE_MAX]);
/* Of a share from 0 to 1: "0.12%", "3.4%", "100%". What is not quite 0 or 100 % is not shown so. */
const char *measure_share(double share, char text[static MEASURE_MAX]);
/* "512B", "1.5kB", "2.3MB" */
const char *measure_octets(double octets, char text[static MEASURE_MAX]);

/* @part of @whole; 0 where there is no whole. */
double measure_part(double part, double whole);

/*
 * @text in one line that is safe on a terminal: '?' for control characters, for what is no UTF-8
 * and for marks that turn the direction of writing; cut to at most @size - 1 bytes with "...".
 * NULL is "". @size is at least 4.
 */
const char *measure_text(const char *text, char *shown, size_t size);
/* Columns that such a text takes, one a character. */
size_t measure_columns(const char *shown);

/*
 * Is this character of @length bytes one that turns the direction of writing (U+202E and its like),
 * or a separator of lines or paragraphs? It changes what a reader sees of the text around it.
 */
bool measure_turns_direction(const uint8_t *bytes, size_t length);
