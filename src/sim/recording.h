/*
 * recording: the objects of an agent in MIB order, each as the whole varbind that a reply carries.
 *
 * The varbinds lie back to back, so that a run of successors is one copy. An object is named by its
 * place in MIB order. A hash table finds the OIDs that are there, which is nearly all that a walk
 * ever asks for (it goes on from the last OID it got); binary search finds the places of others.
 *
 * Immutable once built, and shared by all agents that play it. Objects whose value is another for
 * every agent, or changes with time, carry a mark: their value here is only a stand-in.
 */
#pragma once

#include "base/span.h"
#include "snmpfleet/value.h"

/*
 * What sets an object apart; all zero: value as it stands, read-only. Meanings are the owner's
 * (switch.h).
 */
struct recording_mark {
    uint8_t live;      /* kind of live value; 0: none */
    uint8_t writable;  /* kind of check that a SET must pass; 0: not writable */
    uint16_t port;
};

struct recording_entry {
    uint32_t offset;      /* of the varbind */
    uint16_t oid_offset;  /* of the OID's contents within the varbind */
    uint16_t oid_length;
};

struct recording {
    uint32_t id;     /* of the owner: tells recordings apart */
    uint32_t count;
    uint32_t duplicates;              /* objects that were given more than once; the first one
                                         won */
    struct recording_entry *entries;  /* count + 1: the last one is the end */
    struct recording_mark *marks;     /* NULL: none has one and all may be written */
    uint8_t *bytes;
    uint32_t *table;                  /* entry + 1; open addressing */
    uint32_t table_mask;
};

void recording_free(struct recording *r);

/* The object @oid (valid, as ber_oid gives it); recording.count when it is not there. */
uint32_t recording_find(const struct recording *r, struct span oid);

/* The first object behind @oid in MIB order; recording.count when there is none. */
uint32_t recording_after(const struct recording *r, struct span oid);

static inline struct span recording_varbind(const struct recording *r, uint32_t index) {
    const struct recording_entry *e = &r->entries[index];
    return span_of(r->bytes + e->offset, e[1].offset - e->offset);
}

static inline struct span recording_oid(const struct recording *r, uint32_t index) {
    const struct recording_entry *e = &r->entries[index];
    return span_of(r->bytes + e->offset + e->oid_offset, e->oid_length);
}

/* Tag, length and contents. */
static inline struct span recording_value(const struct recording *r, uint32_t index) {
    const struct recording_entry *e = &r->entries[index];
    return span_skip(recording_varbind(r, index), (size_t)e->oid_offset + e->oid_length);
}

static inline uint8_t recording_type(const struct recording *r, uint32_t index) {
    return recording_value(r, index).bytes[0];
}

/* Is everything above true of @r? For tests. */
bool recording_check(const struct recording *r);

/*
 * Objects in any order, to be made a recording. Errors are sticky (-ENOMEM, -E2BIG beyond 4 GiB)
 * and come out at the end.
 */
struct recording_builder {
    struct recording_draft *drafts;
    size_t count, capacity;
    uint8_t *bytes;
    size_t length, bytes_capacity;
    bool has_marks;
    int error;
};

#define RECORDING_BUILDER_NULL ((struct recording_builder){ .drafts = NULL })

/* Longest value; a varbind with a longer one fits in no datagram. */
enum { RECORDING_VALUE_MAX = 65000 };

/* Add an object; @mark may be NULL. The value's bytes are copied. */
void recording_add(struct recording_builder *b, struct span oid, const struct fleet_value *value,
                   const struct recording_mark *mark);

/* Sort, drop duplicates and index; @b is empty afterwards, whatever the outcome. 0 or -errno. */
int recording_build(struct recording_builder *b, struct recording **ret_recording);

/* For whoever gives up before recording_build. */
void recording_builder_deinit(struct recording_builder *b);
