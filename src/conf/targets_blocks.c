/*
 * targets_blocks: each address belongs to one line. Single addresses take theirs first, then blocks
 * by their size, so that the one that finds an address taken is never the more exact one. The
 * addresses are in a hash, so that a block costs its addresses once, whatever else there is.
 */
#include "conf/targets_blocks.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_DEFAULT = 161, SLOTS_FIRST = 256 };

/* Which line, by its place in the list, has an address. */
struct claim {
    struct address address;  /* ADDRESS_NONE: the slot is empty */
    uint32_t line;
};

struct claims {
    struct claim *slots;
    size_t count, size;      /* open addressing; a power of two, at most half in use */
    struct targets_excluded excluded;
};

static struct claim *claims_slot(struct claim *slots, size_t size, const struct address *a) {
    size_t at = (size_t)address_hash(a) & (size - 1);
    while (slots[at].address.family != ADDRESS_NONE && !address_equal(&slots[at].address, a))
        at = (at + 1) & (size - 1);
    return &slots[at];
}

static bool claims_grow(struct claims *c) {
    size_t size = c->size > 0 ? 2 * c->size : SLOTS_FIRST;
    struct claim *slots = calloc(size, sizeof(*slots));
    if (slots == NULL) return false;
    for (size_t i = 0; i < c->size; i++) {
        const struct claim *old = &c->slots[i];
        if (old->address.family != ADDRESS_NONE)
            *claims_slot(slots, size, &old->address) = *old;
    }
    free(c->slots);
    c->slots = slots;
    c->size = size;
    return true;
}

/* The line that has @a: @line, if none had it before. UINT32_MAX: memory is out. */
static uint32_t claims_take(struct claims *c, const struct address *a, uint32_t line) {
    if (2 * (c->count + 1) > c->size && !claims_grow(c)) return UINT32_MAX;
    struct claim *slot = claims_slot(c->slots, c->size, a);
    if (slot->address.family == ADDRESS_NONE) {
        *slot = (struct claim){ .address = *a, .line = line };
        c->count++;
    }
    return slot->line;
}

/* An address of a line, with the port that is asked; of a host name none. */
static struct address address_of(const struct targets *t, size_t line, uint32_t index) {
    uint16_t port = t->items[line].port;
    const struct targets_block *block = t->places[line].block;
    struct address a = { .family = ADDRESS_NONE };
    if (block != NULL) a = targets_address_at(&block->address, index);
    else if (!address_parse_host(t->items[line].host, 0, &a)) a.family = ADDRESS_NONE;
    if (a.family == ADDRESS_NONE) return a;
    a.port = port != 0 ? port : PORT_DEFAULT;
    return a;
}

/* Is the address of a line left out, for all lines or for this block? */
static bool is_excluded(const struct claims *claims, const struct targets_place *place,
                        const struct address *a) {
    const struct targets_exclude *own = place->block != NULL ? place->block->excluded : NULL;
    return targets_excluded_has(&claims->excluded, a) || targets_exclude_has(own, a);
}

static void go_to(struct targets_reader *reader, const struct targets_place *place) {
    reader->file = place->file;
    reader->line = place->line;
}

/*
 * Two single addresses may be the same, polled in two ways under two names; without any name it is
 * a slip.
 */
static void claim_single(struct targets_reader *reader, struct claims *claims, uint32_t line) {
    const struct targets_place *place = &reader->targets->places[line];
    struct address a = address_of(reader->targets, line, 0);
    if (a.family == ADDRESS_NONE || is_excluded(claims, place, &a)) return;
    uint32_t owner = claims_take(claims, &a, line);
    if (owner == UINT32_MAX) reader->error = -ENOMEM;
    if (owner == line || owner == UINT32_MAX) return;
    const struct targets_place *other = &reader->targets->places[owner];
    if (place->is_named || other->is_named) return;
    char text[ADDRESS_TEXT_MAX], at[TARGETS_AT_MAX];
    address_format(&a, text);
    go_to(reader, place);
    (void)targets_reader_fault(reader, place->column,
                               "%s is used twice, %s; name=NAME tells two targets of one "
                               "address apart", text, targets_at(reader, other, at));
}

static void note_loss(struct targets *t, struct targets_loss *loss, uint32_t owner) {
    const struct targets_place *winner = &t->places[owner];
    loss->lost++;
    for (size_t i = 0; i < loss->winner_count; i++) {
        if (loss->winners[i].line == winner->line && loss->winners[i].file == winner->file) return;
    }
    if (loss->winner_count == TARGETS_WINNERS_MAX) loss->has_more = true;
    else loss->winners[loss->winner_count++] =
        (struct targets_line){ winner->file, winner->line };
}

static void claim_block(struct targets_reader *reader, struct claims *claims, uint32_t line) {
    struct targets *t = reader->targets;
    const struct targets_place *place = &t->places[line];
    struct targets_loss loss = { .line = { place->file, place->line },
                                 .text = t->items[line].host,
                                 .count = place->block->address.count };
    for (uint32_t i = 0; i < place->block->address.count; i++) {
        struct address a = address_of(t, line, i);
        if (is_excluded(claims, place, &a)) continue;
        uint32_t owner = claims_take(claims, &a, line);
        if (owner == UINT32_MAX) reader->error = -ENOMEM;
        if (owner == UINT32_MAX) return;
        if (owner == line) continue;
        const struct targets_block *other = t->places[owner].block;
        if (other == NULL || other->address.size < place->block->address.size) {
            note_loss(t, &loss, owner);
            continue;
        }
        char text[ADDRESS_TEXT_MAX], at[TARGETS_AT_MAX];
        address_format(&a, text);
        go_to(reader, place);
        (void)targets_reader_fault(reader, place->column,
                                   "%s is used twice, %s; neither is the smaller block or range",
                                   text, targets_at(reader, &t->places[owner], at));
        return;
    }
    if (loss.lost > 0) t->losses[t->loss_count++] = loss;
}

/* Add what is the line's own to the list of targets that is in the making. */
static void add_block(struct targets_reader *reader, const struct fleet_target_options *options,
                      const struct targets_place *place, uint32_t line, struct claims *claims) {
    struct arena *arena = &reader->targets->arena;
    struct fleet_target_options o = *options;
    for (uint32_t i = 0; i < place->block->address.count && reader->error == 0; i++) {
        struct address a = targets_address_at(&place->block->address, i);
        a.port = o.port != 0 ? o.port : PORT_DEFAULT;
        if (is_excluded(claims, place, &a)) {
            reader->targets->excluded_count++;
            continue;
        }
        if (claims_take(claims, &a, line) != line) continue;
        char text[ADDRESS_TEXT_MAX];
        address_format_host(&a, text);
        o.host = o.name = arena_text(arena, text);
        if (place->block->address.port != 0) {
            address_format(&a, text);
            o.name = arena_text(arena, text);
        }
        if (o.host == NULL || o.name == NULL) reader->error = -ENOMEM;
        else if (!targets_reader_add(reader, &o, place)) return;
    }
}

/* The list anew, with a target for each address in place of its block. */
static void expand(struct targets_reader *reader, struct claims *claims) {
    struct targets *t = reader->targets;
    struct fleet_target_options *items = t->items;
    struct targets_place *places = t->places;
    size_t count = t->count;
    free(t->slots);
    t->items = NULL;
    t->places = NULL;
    t->slots = NULL;
    t->count = t->capacity = t->slot_count = 0;
    for (size_t i = 0; i < count && reader->error == 0; i++) {
        go_to(reader, &places[i]);
        struct address a;
        bool is_single = places[i].block == NULL;
        bool is_left_out = is_single && address_parse_host(items[i].host, 0, &a) &&
                           is_excluded(claims, &places[i], &a);
        if (is_left_out) t->excluded_count++;
        else if (is_single) (void)targets_reader_add(reader, &items[i], &places[i]);
        else add_block(reader, &items[i], &places[i], (uint32_t)i, claims);
    }
    free(items);
    free(places);
}

struct block {
    uint32_t size, line;
};

static int compare_blocks(const void *a, const void *b) {
    const struct block *x = a, *y = b;
    if (x->size != y->size) return x->size < y->size ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

static void claim_blocks(struct targets_reader *reader, struct claims *claims) {
    struct targets *t = reader->targets;
    struct block *blocks = calloc(t->block_count, sizeof(*blocks));
    t->losses = arena_get(&t->arena, t->block_count * sizeof(*t->losses));
    if (blocks == NULL || t->losses == NULL) {
        free(blocks);
        reader->error = -ENOMEM;
        return;
    }
    size_t count = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (t->places[i].block != NULL)
            blocks[count++] = (struct block){ t->places[i].block->address.size, (uint32_t)i };
    }
    assert(count == t->block_count);
    qsort(blocks, count, sizeof(*blocks), compare_blocks);
    for (size_t i = 0; i < count && reader->error == 0; i++)
        claim_block(reader, claims, blocks[i].line);
    free(blocks);
}

void targets_blocks_expand(struct targets_reader *reader) {
    struct targets *t = reader->targets;
    struct claims claims = { 0 };
    if (!targets_excluded_init(&claims.excluded, t->excluded)) reader->error = -ENOMEM;
    for (size_t i = 0; i < t->count && reader->error == 0; i++) {
        const struct targets_place *place = &t->places[i];
        /* Where there are no blocks, a name of its own makes a target different from all others. */
        bool counts = !place->is_named || t->block_count > 0;
        if (counts && place->block == NULL)
            claim_single(reader, &claims, (uint32_t)i);
    }
    if (t->block_count > 0 && reader->error == 0) claim_blocks(reader, &claims);
    bool expands = t->block_count > 0 || t->excluded != NULL;
    if (expands && reader->error == 0 && reader->faults == 0) expand(reader, &claims);
    targets_excluded_deinit(&claims.excluded);
    free(claims.slots);
}
