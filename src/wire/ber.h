/*
 * ber: the subset of the Basic Encoding Rules that SNMP uses (RFC 3417 section 8), read forward and
 * written backward.
 *
 * The reader is a cursor with a sticky error: after the first fault every read gives zero and moves
 * nothing, so that a decoder is straight-line code with one check at its end. It never reads outside
 * [at, end). It tolerates what agents in the field get wrong without harm, and notes each tolerance
 * once as a bit in `lenient`; about bounds it never is.
 *
 * The writer fills a caller's buffer from its end towards its start, so that every length is known when
 * it is written. It too has a sticky error: BER_NO_SPACE when the buffer is too small.
 */
#pragma once

#include "base/span.h"

enum ber_error {
    BER_OK = 0,
    BER_TRUNCATED,       /* a length runs past the end of what encloses it */
    BER_UNEXPECTED_TAG,  /* not the tag that the grammar asks for here */
    BER_BAD_LENGTH,      /* indefinite length, or more than four length octets that matter */
    BER_BAD_INTEGER,     /* empty, or does not fit its type even leniently */
    BER_BAD_OID,         /* ends inside a sub-identifier, sub-identifier above 2^32-1, or over 128 of them */
    BER_BAD_VALUE,       /* a value that its type does not allow */
    BER_NO_SPACE,        /* writer: the buffer is too small */
};

/* What was let pass, as bits of ber_reader.lenient. */
enum ber_lenience {
    BER_LENIENT_LENGTH = 1 << 0,        /* a length in more octets than needed */
    BER_LENIENT_INTEGER = 1 << 1,       /* an integer with redundant leading octets, or too wide for its type and wrapped */
    BER_LENIENT_TRAILING = 1 << 2,      /* octets after the end of the message or of a structure */
    BER_LENIENT_EXCEPTION = 1 << 3,     /* NULL or an exception that carries a payload */
    BER_LENIENT_EMPTY = 1 << 4,         /* an empty integer, counter or OID read as zero */
    BER_LENIENT_NEGATIVE = 1 << 5,      /* an unsigned type encoded as negative, read modulo 2^32 or 2^64 */
    BER_LENIENT_OID = 1 << 6,           /* redundant leading 0x80 in a sub-identifier */
    BER_LENIENT_ADDRESS = 1 << 7,       /* an IpAddress that is not four octets */
    BER_LENIENT_KINDS = 8,
};

struct ber_reader {
    const uint8_t *at, *end;
    uint32_t lenient;  /* BER_LENIENT_* seen so far */
    int error;         /* enum ber_error, sticky */
};

#define BER_READER(span_) ((struct ber_reader){ .at = (span_).bytes, .end = (span_).bytes + (span_).length })

/* Tags (RFC 3416 section 3, RFC 1157). */
enum {
    BER_INTEGER = 0x02, BER_OCTET_STRING = 0x04, BER_NULL = 0x05, BER_OBJECT_IDENTIFIER = 0x06, BER_SEQUENCE = 0x30,
};

static inline bool ber_at_end(const struct ber_reader *r) {
    return r->error != 0 || r->at >= r->end;
}

static inline void ber_fail(struct ber_reader *r, int error) {
    if (r->error == 0) r->error = error;
    r->at = r->end;
}

/* The next tag without moving; 0 at the end or after an error. */
static inline uint8_t ber_peek(const struct ber_reader *r) {
    return ber_at_end(r) ? 0 : *r->at;
}

/* Read any tag and length; *ret_contents is what they enclose and the cursor is behind it. Returns the tag, 0 on error. */
uint8_t ber_read_any(struct ber_reader *r, struct span *ret_contents);

/* Read an element that must have @tag; SPAN_NULL and a sticky error otherwise. */
struct span ber_read(struct ber_reader *r, uint8_t tag);

/* Read an INTEGER that must fit 32 bits signed (wrapped leniently when wider). */
int32_t ber_read_int32(struct ber_reader *r);

/*
 * Contents of integers of any tag. Both tolerate redundant leading octets; wider ones keep their low bits, and
 * are noted in @r->lenient. Empty contents read as 0 and are noted.
 */
int64_t ber_integer(struct ber_reader *r, struct span contents);
uint64_t ber_unsigned(struct ber_reader *r, struct span contents, unsigned bits);

/* Every sub-identifier complete and below 2^32, at most 128 of them: else false. */
bool ber_oid_is_valid(struct span contents);

struct ber_writer {
    uint8_t *start;  /* of the buffer */
    uint8_t *at;     /* first byte written so far; the message is [at, end) */
    uint8_t *end;
    int error;       /* BER_NO_SPACE, sticky */
};

#define BER_WRITER(buffer_, size_) \
    ((struct ber_writer){ .start = (buffer_), .at = (buffer_) + (size_), .end = (buffer_) + (size_) })

static inline struct span ber_written(const struct ber_writer *w) {
    return span_of(w->at, w->error != 0 ? 0 : (size_t)(w->end - w->at));
}

/* Put raw bytes in front of what is written. */
void ber_write_bytes(struct ber_writer *w, struct span bytes);

/* Put tag and length in front of everything written since @mark (an earlier value of w->at). */
void ber_write_header(struct ber_writer *w, uint8_t tag, const uint8_t *mark);

/* A whole element with the given contents. */
void ber_write(struct ber_writer *w, uint8_t tag, struct span contents);

void ber_write_integer(struct ber_writer *w, uint8_t tag, int64_t value);
void ber_write_unsigned(struct ber_writer *w, uint8_t tag, uint64_t value);

/* Always in four octets (@value must be in [2^23, 2^31)), so that it can be patched in place. */
void ber_write_fixed32(struct ber_writer *w, uint8_t tag, uint32_t value);

/* One word for enum ber_error, for messages and tests. */
const char *ber_error_name(int error);
