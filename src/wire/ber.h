/*
 * ber: the subset of the Basic Encoding Rules that SNMP uses (RFC 3417 section 8), read forward and
 * written backward.
 *
 * The reader is a cursor with a sticky error: after the first fault every read gives zero and moves
 * nothing, so that a decoder is straight-line code with one check at its end. It never reads
 * outside [at, end). It tolerates what agents in the field get wrong without harm, and notes each
 * tolerance once as a bit in `lenient`; about bounds it never is.
 *
 * The writer fills a caller's buffer from its end towards its start, so that every length is known
 * when it is written. It too has a sticky error: BER_NO_SPACE when the buffer is too small.
 */
#pragma once

#include "base/span.h"
#include "snmpfleet/value.h"

enum ber_error {
    BER_OK = 0,
    BER_TRUNCATED,       /* a length runs past the end of what encloses it */
    BER_UNEXPECTED_TAG,  /* not a tag that the grammar asks for here, or one of more than one
                            octet */
    BER_BAD_LENGTH,      /* indefinite length, or more than four length octets that matter */
    BER_BAD_OID,         /* an OID that ber_oid_is_valid refuses */
    BER_BAD_VALUE,       /* a value that its type does not allow */
    BER_NO_SPACE,        /* writer: the buffer is too small */
};

/* What was let pass, as bits of ber_reader.lenient. */
enum ber_lenience {
    BER_LENIENT_LENGTH = 1 << 0,        /* a length in more octets than needed */
    BER_LENIENT_INTEGER = 1 << 1,       /* redundant leading octets, or too wide for its type and
                                           wrapped */
    BER_LENIENT_TRAILING = 1 << 2,      /* octets after the end of the message or of a structure */
    BER_LENIENT_EXCEPTION = 1 << 3,     /* NULL or an exception that carries a payload */
    BER_LENIENT_EMPTY = 1 << 4,         /* an empty integer, counter or OID read as zero */
    BER_LENIENT_NEGATIVE = 1 << 5,      /* an unsigned type without the zero octet in front that
                                           its high bit asks for */
    BER_LENIENT_OID = 1 << 6,           /* redundant leading 0x80 in a sub-identifier: taken out */
    BER_LENIENT_ADDRESS = 1 << 7,       /* an IpAddress that is not four octets */
    BER_LENIENT_BITS = 1 << 8,          /* a BIT STRING, read as an OCTET STRING of its bits */
    BER_LENIENT_KINDS = 9,
};

struct ber_reader {
    const uint8_t *at, *end;
    uint32_t lenient;  /* BER_LENIENT_* seen so far */
    int error;         /* enum ber_error, sticky */
};

/* A reader of all of @bytes, which may be SPAN_NULL. */
static inline struct ber_reader ber_reader_of(struct span bytes) {
    const uint8_t *end = bytes.length == 0 ? bytes.bytes : bytes.bytes + bytes.length;
    return (struct ber_reader){ .at = bytes.bytes, .end = end };
}

#define BER_READER(span_) ber_reader_of(span_)

/* Tags (RFC 3416 section 3, RFC 1157). */
enum {
    BER_INTEGER = 0x02,
    BER_BIT_STRING = 0x03,
    BER_OCTET_STRING = 0x04,
    BER_NULL = 0x05,
    BER_OBJECT_IDENTIFIER = 0x06,
    BER_SEQUENCE = 0x30,
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

/* ber_read_any for a length of more than one octet, and for every fault. */
uint8_t ber_read_any_long(struct ber_reader *r, struct span *ret_contents);

/*
 * Read any tag and length; *ret_contents is what they enclose and the cursor is behind it. Returns
 * the tag, or 0 and SPAN_NULL on error.
 */
static inline uint8_t ber_read_any(struct ber_reader *r, struct span *ret_contents) {
    const uint8_t *at = r->at;
    size_t left = (size_t)(r->end - at);
    if (left < 2 || at[1] > 0x7f || at[1] > left - 2 || (at[0] & 0x1f) == 0x1f)
        return ber_read_any_long(r, ret_contents);
    *ret_contents = span_of(at + 2, at[1]);
    r->at = at + 2 + at[1];
    return at[0];
}

/* Read an element that must have @tag; SPAN_NULL and a sticky error otherwise. */
static inline struct span ber_read(struct ber_reader *r, uint8_t tag) {
    struct span contents;
    if (ber_read_any(r, &contents) == tag) return contents;
    ber_fail(r, BER_UNEXPECTED_TAG);
    return SPAN_NULL;
}

/*
 * A reader for the contents of the next element, which must have @tag, to be closed by ber_leave:
 * that hands faults and tolerances to the outer reader, and notes what was left unread. After an
 * error it is empty and carries it.
 */
struct ber_reader ber_enter(struct ber_reader *r, uint8_t tag);
void ber_leave(struct ber_reader *r, const struct ber_reader *inner);

/* Read an INTEGER that must fit 32 bits signed (wrapped leniently when wider). */
int32_t ber_read_int32(struct ber_reader *r);

/*
 * Contents of integers of any tag. Both tolerate redundant leading octets; wider ones keep their
 * low bits, and are noted in @r->lenient. Empty contents read as 0 and are noted. An unsigned
 * number has no sign, however few its octets are: 80 e8 is 33000. @bits is 32 or 64.
 */
int64_t ber_integer(struct ber_reader *r, struct span contents);
uint64_t ber_unsigned(struct ber_reader *r, struct span contents, unsigned bits);

/* Contents of an INTEGER that must fit 32 bits signed, as ber_read_int32. */
int32_t ber_int32(struct ber_reader *r, struct span contents);

/*
 * Contents of an OID in their shortest form: what ber_oid_is_valid refuses is BER_BAD_OID and gives
 * SPAN_NULL. Empty contents read as 0.0 (a constant that lives for ever) and are noted, so that no
 * empty OID comes off the wire. Padding is noted and taken out in @contents itself, which is why
 * what is read must be memory that may be written to; read again it gives the same.
 */
struct span ber_oid(struct ber_reader *r, struct span contents);

/*
 * Every sub-identifier complete and below 2^32, at most 127 of them (128 as people count: the first
 * one stands for two, X.690 section 8.19.4), in at most FLEET_OID_BYTES_MAX octets: else false.
 * Empty contents are valid.
 */
bool ber_oid_is_valid(struct span contents);

struct ber_writer {
    uint8_t *start;  /* of the buffer */
    uint8_t *at;     /* first byte written so far; the message is [at, end) */
    uint8_t *end;
    int error;       /* BER_NO_SPACE, sticky */
};

#define BER_WRITER(buffer_, size_)                                                                 \
    ((struct ber_writer){                                                                          \
        .start = (buffer_), .at = (buffer_) + (size_), .end = (buffer_) + (size_) })

static inline struct span ber_written(const struct ber_writer *w) {
    return span_of(w->at, w->error != 0 ? 0 : (size_t)(w->end - w->at));
}

/* Put raw bytes in front of what is written. */
void ber_write_bytes(struct ber_writer *w, struct span bytes);

/* Put tag and length in front of everything written since @mark (an earlier value of w->at). */
void ber_write_header(struct ber_writer *w, uint8_t tag, const uint8_t *mark);

/* ber_write for contents of any length. */
void ber_write_long(struct ber_writer *w, uint8_t tag, struct span contents);

/* A whole element with the given contents. */
static inline void ber_write(struct ber_writer *w, uint8_t tag, struct span contents) {
    size_t length = contents.length;
    if (length > 0x7f || (size_t)(w->at - w->start) < length + 2 || w->error != 0) {
        ber_write_long(w, tag, contents);
        return;
    }
    w->at -= length + 2;
    w->at[0] = tag;
    w->at[1] = (uint8_t)length;
    if (length > 0) memcpy(w->at + 2, contents.bytes, length);
}

void ber_write_integer(struct ber_writer *w, uint8_t tag, int64_t value);
void ber_write_unsigned(struct ber_writer *w, uint8_t tag, uint64_t value);

/* One word for enum ber_error, for messages and tests. */
const char *ber_error_name(int error);
