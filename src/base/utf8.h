/*
 * utf8: well-formed UTF-8 (RFC 3629), for names that people write and text that agents send.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Length of the sequence at @bytes, which has at least one; 0 when it is not well formed or is a C1
 * control (U+0080 to U+009F). ASCII is passed, controls included.
 */
size_t utf8_sequence(const uint8_t *bytes, size_t length);

/* Nothing but such sequences. */
bool utf8_is_valid(const uint8_t *bytes, size_t length);

/* Length of the byte order mark that some editors put in front of a file; 0: there is none. */
size_t utf8_mark(const char *text, size_t length);

/* Does it begin with the byte order mark of UTF-16? */
bool utf16_is_marked(const char *text, size_t length);
