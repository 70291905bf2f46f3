/*
 * subtree: the walk of one subtree (fleet_walk), from name to name. It is pure: it says what is
 * asked next, and is told what came.
 *
 * A request asks for what follows the last name that came. So a walk ends where the names leave the
 * subtree, where they end, where they do not increase (RFC 3416 section 4.2.2), or at a limit.
 *
 * With method `auto` it asks by GETBULK where the version has it: at first for ten names, for twice
 * as many while they fit a frame, for half as many when an answer is too big, an error, or lost,
 * and by GETNEXT when less than one is left. The two other methods ask as they are told.
 */
#pragma once

#include "snmpfleet/request.h"
#include "wire/message.h"

struct subtree {
    struct fleet_walk_options options;
    uint8_t root[FLEET_OID_BYTES_MAX], last[FLEET_OID_BYTES_MAX], stop[FLEET_OID_BYTES_MAX];
    uint16_t root_length, last_length, stop_length;
    uint16_t repetitions;       /* of the next request; 0: GETNEXT */
    uint16_t repetitions_max;
    bool has_stop;
    bool is_v1;
    uint64_t rows;              /* found so far */
    uint32_t requests;          /* questions so far; a retry is none */
    uint32_t untaken;           /* rows that the reader has not taken yet */
};

/* What an answer leads to. */
struct subtree_verdict {
    size_t count;               /* of its varbinds, the first ones: found */
    bool is_over;
    enum fleet_reason reason;   /* of its end */
    const char *detail;
    struct fleet_varbind about[2];  /* that it ended at; of names that do not increase both */
    size_t about_count;
};

/*
 * 0, -ENOMEM, FLEET_E_OID (@oid, which may be empty, or options->stop) or FLEET_E_INVALID.
 * @repetitions_max: the target's; 0: none.
 */
int subtree_new(const char *oid, const struct fleet_walk_options *options,
                uint32_t repetitions_max, struct subtree **ret_subtree);

/* The request that is next; @is_v1: the version has no GETBULK. */
void subtree_write(const struct subtree *s, bool is_v1, struct pdu *pdu, struct ber_writer *w);

/* An attempt was lost: the next one asks for less. */
void subtree_lost(struct subtree *s);

/*
 * The answer: @pdu, its varbinds decoded; @is_garbled: those behind them do not decode; @size:
 * octets of the datagram. The verdict's names are those of @varbinds, or in @before, which takes
 * the last one.
 */
void subtree_take(struct subtree *s, const struct pdu *pdu, const struct fleet_varbind *varbinds,
                  size_t count, bool is_garbled, size_t size,
                  uint8_t before[static FLEET_OID_BYTES_MAX],
                  struct subtree_verdict *ret_verdict);

/* Does its reader have room for more? */
bool subtree_has_room(const struct subtree *s);
