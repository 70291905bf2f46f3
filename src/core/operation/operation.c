/* operation: see operation.h. */
#include "core/operation/operation.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "core/exchange/security.h"
#include "core/walk/room.h"
#include "snmpfleet/error.h"
#include "wire/oid.h"

enum {
    ANSWER_VARBINDS_MAX = 4096,  /* handed out of one answer; a datagram cannot hold many more */
    RETRIES_MAX = 100,
    DETAIL_BYTES = 320,
    CHUNK_BYTES = 4096,
    CHUNKS_KEPT = 256,
};

static const struct owner_ops operation_ops;
static const char cancelled[] = "cancelled by its owner";

int operations_init(struct operations *o) {
    _Static_assert(FLEET_OPERATIONS_MAX < 1 << OPERATION_NUMBER_BITS, "numbers fit");
    o->answer = malloc(ANSWER_VARBINDS_MAX * sizeof(*o->answer));
    if (o->answer == NULL) return -ENOMEM;
    arena_pool_init(&o->chunks, CHUNK_BYTES, CHUNKS_KEPT);
    return slab_init(&o->slab, sizeof(struct operation), FLEET_OPERATIONS_MAX);
}

void operations_deinit(struct operations *o) {
    assert(o->slab.used == 0);
    slab_deinit(&o->slab);
    arena_pool_deinit(&o->chunks);
    free(o->answer);
    o->answer = NULL;
}

void operation_queue_init(struct operation_queue *q, struct peer *peer,
                          const struct fleet_target *described) {
    *q = (struct operation_queue){ .peer = peer, .described = described };
    list_init(&q->link);
    list_init(&q->waiting);
    list_init(&q->asked);
}

/* The slab's number with a generation above it, so that a name is not used again soon. */
static uint32_t operation_name(const struct operation *op) {
    return op->generation << OPERATION_NUMBER_BITS | op->number;
}

static struct operation *operation_of_name(const struct operations *o, uint32_t name) {
    uint32_t number = name & ((1u << OPERATION_NUMBER_BITS) - 1);
    if (number >= o->slab.made) return NULL;
    struct operation *op = slab_at(&o->slab, number);
    return op->operations != NULL && operation_name(op) == name ? op : NULL;
}

/* It waits for a place of its peer's, behind the others. */
static void operation_wait(struct operations *o, struct operation *op) {
    struct operation_queue *q = op->queue;
    op->is_asked = false;
    list_push(&q->waiting, &op->link);
    o->waiting++;
    request_want_place(&o->exchange->requests, q->peer, &q->link);
}

/* Encode what is asked for; of all but SET the values are NULL (RFC 3416 section 3). */
static int operation_encode(struct operation *op, const struct operation_question *ask) {
    uint8_t bytes[OPERATION_BYTES_MAX];
    struct ber_writer w = BER_WRITER(bytes, sizeof(bytes));
    for (size_t i = ask->count; i > 0; i--) {
        const struct fleet_varbind *vb = &ask->varbinds[i - 1];
        struct span oid = span_of(vb->oid, vb->oid_length);
        bool is_good = ask->has_good_names ||
                       (vb->oid != NULL && oid.length <= FLEET_OID_BYTES_MAX &&
                        ber_oid_is_valid(oid));
        if (!is_good) return FLEET_E_OID;
        if (op->pdu != FLEET_PDU_SET) varbind_write_null(&w, oid, SPAN_NULL);
        else varbind_write(&w, oid, &vb->value);
    }
    if (w.error != 0) return FLEET_E_FULL;
    struct span written = ber_written(&w);
    bool is_small = written.length <= sizeof(op->memory);
    op->varbinds = is_small ? op->memory : malloc(written.length);
    if (op->varbinds == NULL) return -ENOMEM;
    memcpy(op->varbinds, written.bytes, written.length);
    op->varbinds_length = (uint32_t)written.length;
    return 0;
}

/* "@NAME" behind the community, or NAME as contextName. */
static int operation_set_context(struct operation *op, const char *name) {
    if (name == NULL) return 0;
    size_t length = strlen(name);
    const struct peer *p = op->owner.peer;
    size_t own = p->security != NULL ? 0 : auth_community(p->auth).length;
    if (length > FLEET_CONTEXT_MAX || own + 1 + length > MESSAGE_COMMUNITY_MAX)
        return FLEET_E_INVALID;
    op->context_name = malloc(length + 2);
    if (op->context_name == NULL) return -ENOMEM;
    op->context_name[0] = '@';
    memcpy(op->context_name + 1, name, length + 1);
    op->scope.suffix = span_text(op->context_name);
    op->scope.v3_context = span_text(op->context_name + 1);
    return 0;
}

/* contextEngineID of SNMPv3, beside the peer's own context where no other is named. */
static int operation_set_engine(struct operation *op, const struct fleet_request_options *o) {
    struct span id = span_of(o->context_engine_id, o->context_engine_id_length);
    const struct security *s = op->owner.peer->security;
    op->has_scope = op->context_name != NULL || id.length > 0;
    if (id.length == 0) return 0;
    if (s == NULL || !usm_is_engine_id(id)) return FLEET_E_INVALID;
    memcpy(op->context_engine, id.bytes, id.length);
    op->scope.v3_engine = span_of(op->context_engine, id.length);
    if (op->context_name == NULL) op->scope.v3_context = security_context(s);
    return 0;
}

/* Back into the slab: nothing of it is on any list. */
static void operation_free(struct operations *o, struct operation *op) {
    if (op->varbinds != op->memory) free(op->varbinds);
    free(op->context_name);
    free(op->subtree);
    table_free(op->table);
    op->operations = NULL;
    slab_put(&o->slab, op->number);
}

static int operation_check_options(const struct operation_queue *q,
                                   const struct fleet_request_options *options) {
    if (q->is_closed) return FLEET_E_UNKNOWN;
    bool is_good = options->done != NULL && options->retries >= -1 &&
                   options->retries <= RETRIES_MAX;
    return is_good ? 0 : FLEET_E_INVALID;
}

static int operation_check(const struct operation_queue *q, const struct operation_question *ask,
                           const struct fleet_request_options *options) {
    if ((unsigned)ask->pdu > FLEET_PDU_SET || ask->count == 0) return FLEET_E_INVALID;
    if (ask->non_repeaters > INT32_MAX || ask->max_repetitions > INT32_MAX)
        return FLEET_E_INVALID;
    bool is_deaf = options->deadline_ns == 0 || q->peer->security != NULL;
    if (options->many != NULL && (is_deaf || ask->pdu == FLEET_PDU_SET)) return FLEET_E_INVALID;
    bool is_v1 = q->peer->auth->version == MESSAGE_V1 && !q->takes_any_version;
    if (ask->pdu == FLEET_PDU_GETBULK && is_v1)
        return FLEET_E_INVALID;
    return ask->count > FLEET_VARBINDS_MAX ? FLEET_E_FULL : 0;
}

static uint8_t operation_retries(const struct operation_queue *q,
                                 const struct fleet_request_options *options) {
    if (options->retries == 0) return q->peer->retries;
    return options->retries < 0 ? 0 : (uint8_t)options->retries;
}

/* One that asks nothing yet. */
static int operation_new(struct operations *o, struct operation_queue *q,
                         const struct fleet_request_options *options, struct operation **ret_op,
                         struct moment at) {
    int error = operation_check_options(q, options);
    if (error != 0) return error;
    uint32_t number, made = o->slab.made;
    struct operation *op = slab_get(&o->slab, &number);
    if (op == NULL) return FLEET_E_FULL;
    uint32_t generation = number < made ? op->generation + 1 : 0;
    op->operations = o;
    op->queue = q;
    op->number = number;
    op->generation = generation & (UINT32_MAX >> OPERATION_NUMBER_BITS);
    op->options = *options;
    op->retries = operation_retries(q, options);
    op->tried = 0;
    op->many = 0;
    op->answered_sent_ns = op->arrived_ns = op->taken_ns = 0;
    op->is_paused = op->is_handing_out = op->is_cancelled = false;
    op->began_ns = at.now;
    op->context_name = NULL;
    op->scope = (struct scope){ .suffix = SPAN_NULL };
    op->subtree = NULL;
    op->table = NULL;
    op->varbinds = op->memory;
    owner_init(&op->owner, &operation_ops, q->peer);
    op->owner.timeout_ns = options->timeout_ns;
    wheel_timer_init(&op->timer, o->timer_kind);
    error = operation_set_context(op, options->context_name);
    if (error == 0) error = operation_set_engine(op, options);
    if (error != 0) {
        operation_free(o, op);
        return error;
    }
    op->options.context_name = op->context_name;
    op->options.context_engine_id = NULL;
    *ret_op = op;
    return 0;
}

/* It knows what to ask: or @error. */
static int operation_begin(struct operations *o, struct operation *op, int error,
                           uint32_t *ret_operation, struct moment at) {
    if (error != 0) {
        operation_free(o, op);
        return error;
    }
    if (op->options.deadline_ns != 0)
        wheel_arm(o->wheel, &op->timer, clock_after(at.now, op->options.deadline_ns));
    operation_wait(o, op);
    if (ret_operation != NULL) *ret_operation = operation_name(op);
    return 0;
}

int operation_ask(struct operations *o, struct operation_queue *q,
                  const struct operation_question *ask,
                  const struct fleet_request_options *options, uint32_t *ret_operation,
                  struct moment at) {
    struct operation *op;
    int error = operation_check(q, ask, options);
    if (error == 0) error = operation_new(o, q, options, &op, at);
    if (error != 0) return error;
    if (options->many != NULL) {
        op->owner.takes_many = true;
        op->owner.timeout_ns = options->deadline_ns;
        op->retries = 0;
    }
    op->pdu = (uint8_t)ask->pdu;
    op->non_repeaters = ask->non_repeaters;
    op->max_repetitions = ask->max_repetitions;
    error = operation_encode(op, ask);
    return operation_begin(o, op, error, ret_operation, at);
}

int operation_walk(struct operations *o, struct operation_queue *q, const char *oid,
                   const struct fleet_walk_options *walk, uint32_t repetitions_max,
                   const struct fleet_request_options *options, uint32_t *ret_operation,
                   struct moment at) {
    struct operation *op;
    int error = operation_new(o, q, options, &op, at);
    if (error != 0) return error;
    error = subtree_new(oid, walk, repetitions_max, &op->subtree);
    return operation_begin(o, op, error, ret_operation, at);
}

static bool operation_is_v1(const struct operation *op) {
    return op->owner.peer->auth->version == MESSAGE_V1;
}

int operation_table(struct operations *o, struct operation_queue *q,
                    const struct fleet_table *table, uint32_t repetitions_max,
                    void (*rows)(void *context, const struct fleet_row *rows, size_t count),
                    const struct fleet_request_options *options, uint32_t *ret_operation,
                    struct moment at) {
    struct operation *op;
    int error = operation_new(o, q, options, &op, at);
    if (error != 0) return error;
    const struct table_terms terms = {
        .pool = &o->chunks,
        .table_number = o->table_number,
        .target = q->described,
        .repetitions_max = repetitions_max,
        .request_bytes = room_of_request(q->peer, &op->scope),
        .memory = o->memory,
    };
    const struct fleet_sink sink = { .context = options->context, .rows = rows };
    error = rows == NULL ? FLEET_E_INVALID : table_new(table, &sink, &terms, &op->table);
    if (error == 0) error = table_begin(op->table, operation_is_v1(op));
    return operation_begin(o, op, error, ret_operation, at);
}

/* Off its queue, with nothing open: its place is free. */
static void operation_take_out(struct operations *o, struct operation *op) {
    struct operation_queue *q = op->queue;
    wheel_disarm(o->wheel, &op->timer);
    exchange_cancel(o->exchange, &op->owner);
    list_remove(&op->link);
    if (!op->is_asked) o->waiting--;
    if (list_is_empty(&q->waiting)) request_take_promise(q->peer, &q->link);
    else request_want_place(&o->exchange->requests, q->peer, &q->link);
}

/* Rows that are left are handed out; what could not be had is the reason, if there is no other. */
static void operation_end_table(struct operation *op, struct fleet_result *result,
                                char detail[static DETAIL_BYTES]) {
    op->is_handing_out = true;
    table_flush(op->table);
    result->rows = op->table->sink.rows;
    if (result->reason != FLEET_REASON_OK) return;
    result->reason = table_problem(op->table, detail, DETAIL_BYTES);
    result->detail = detail;
}

/* What became of its datagrams. */
static void operation_fill_times(const struct operation *op, struct fleet_result *result) {
    const struct tally *tally = &op->owner.tally;
    result->requests = tally->sent;
    result->retries = tally->retries;
    result->octets_sent = tally->octets_sent;
    result->octets_received = tally->octets_received;
    result->sent_ns = tally->first_sent_ns;
    result->answered_sent_ns = op->answered_sent_ns;
    result->arrived_ns = op->arrived_ns;
    result->taken_ns = op->taken_ns;
}

/* Its one end: it is gone, and the callback is called. */
static void operation_end(struct operation *op, struct fleet_result *result, struct moment at) {
    struct operations *o = op->operations;
    struct operation_queue *q = op->queue;
    struct peer *peer = q->peer;
    const struct fleet_request_options options = op->options;
    char problem[DETAIL_BYTES] = "";
    operation_take_out(o, op);
    if (op->table != NULL) operation_end_table(op, result, problem);
    if (options.many != NULL) result->rows = op->many;
    result->operation = operation_name(op);
    result->target = q->described;
    result->time_ns = at.unix_ns;
    result->duration_ns = (int64_t)(at.now - op->began_ns);
    operation_fill_times(op, result);
    if (op->subtree != NULL) result->rows = op->subtree->rows;
    char note[TALLY_NOTE_BYTES];
    if (result->detail == op->owner.tally.note) {
        memcpy(note, op->owner.tally.note, sizeof(note));
        result->detail = note;
    }
    if (result->detail == NULL) result->detail = "";
    operation_free(o, op);
    options.done(options.context, result);
    o->freed(o->context, peer);
}

static void operation_write(const struct owner *owner, uint32_t intent, struct pdu *pdu,
                            struct ber_writer *w) {
    static const uint8_t types[] = {
        [FLEET_PDU_GET] = PDU_GET,
        [FLEET_PDU_GETNEXT] = PDU_GETNEXT,
        [FLEET_PDU_GETBULK] = PDU_GETBULK,
        [FLEET_PDU_SET] = PDU_SET,
    };
    (void)intent;
    const struct operation *op = container_of(owner, struct operation, owner);
    if (op->subtree != NULL) {
        subtree_write(op->subtree, operation_is_v1(op), pdu, w);
        return;
    }
    if (op->table != NULL) {
        table_write(op->table, pdu, w);
        return;
    }
    /* A GETBULK to v1 is a GETNEXT (RFC 3584 section 4.1.1). */
    bool is_bulk = op->pdu == FLEET_PDU_GETBULK && !operation_is_v1(op);
    bool is_next = op->pdu == FLEET_PDU_GETBULK && !is_bulk;
    *pdu = (struct pdu){ .type = is_next ? PDU_GETNEXT : types[op->pdu],
                         .error_status = is_bulk ? (int32_t)op->non_repeaters : 0,
                         .error_index = is_bulk ? (int32_t)op->max_repetitions : 0 };
    ber_write_bytes(w, span_of(op->varbinds, op->varbinds_length));
}

/* The same is asked again, or less of a walk. */
static void operation_lost(struct owner *owner, uint32_t intent, enum owner_loss cause) {
    (void)intent;
    struct operation *op = container_of(owner, struct operation, owner);
    if (op->table != NULL) table_lost(op->table, cause == OWNER_LOSS_TOO_LARGE);
    if (op->subtree != NULL) subtree_lost(op->subtree);
}

static size_t operation_read(struct operations *o, const struct pdu *pdu, bool *ret_is_garbled) {
    struct ber_reader r = BER_READER(pdu->varbinds);
    struct varbind vb;
    size_t count = 0;
    while (count < ANSWER_VARBINDS_MAX && varbind_next(&r, &vb))
        o->answer[count++] = (struct fleet_varbind){ vb.oid.bytes, vb.oid.length, vb.value };
    *ret_is_garbled = r.error != 0;
    return count;
}

/* A walk's answer: hand out what was found, and ask on. */
static void operation_walk_on(struct operation *op, const struct answer *answer, size_t count,
                              bool is_garbled, struct moment at) {
    struct operations *o = op->operations;
    struct subtree_verdict verdict;
    uint32_t name = operation_name(op);
    const struct pdu *pdu = &answer->message->pdu;
    op->subtree->is_v1 = operation_is_v1(op);
    subtree_take(op->subtree, pdu, o->answer, count, is_garbled, answer->size, o->before, &verdict);
    if (verdict.count > 0) {
        op->subtree->options.found(op->options.context, name, o->answer, verdict.count);
        if (operation_of_name(o, name) != op) return;  /* cancelled from within */
    }
    if (verdict.is_over) {
        struct fleet_result result = {
            .reason = verdict.reason, .detail = verdict.detail,
            .error_status = pdu->error_status, .error_index = pdu->error_index,
            .varbinds = verdict.about, .varbind_count = verdict.about_count,
        };
        operation_end(op, &result, at);
        return;
    }
    op->is_paused = !subtree_has_room(op->subtree);
    if (!op->is_paused) {
        list_remove(&op->link);
        operation_wait(o, op);
    }
    o->freed(o->context, op->owner.peer);
}

static void operation_cut(struct operation *op, enum fleet_reason reason, const char *why,
                          struct moment at) {
    struct fleet_result result = { .reason = reason, .detail = why };
    operation_end(op, &result, at);
}

/* A table's answer. */
static void operation_table_on(struct operation *op, const struct answer *answer,
                               struct moment at) {
    struct operations *o = op->operations;
    op->is_handing_out = true;
    bool has_next = table_take(op->table, &answer->message->pdu, answer->size,
                               answer->message->lenient, at.unix_ns);
    op->is_handing_out = false;
    if (op->is_cancelled) {
        operation_cut(op, FLEET_REASON_CANCELLED, cancelled, at);
    } else if (has_next) {
        list_remove(&op->link);
        operation_wait(o, op);
        o->freed(o->context, op->owner.peer);
    } else {
        bool is_done = table_is_done(op->table);
        operation_cut(op, is_done ? FLEET_REASON_OK : FLEET_REASON_PARTIAL, NULL, at);
    }
}

/* One of many answers. The callback may end the operation. */
static void operation_give(struct operation *op, struct fleet_result *result,
                           const struct answer *answer, struct moment at) {
    char address[ADDRESS_TEXT_MAX];
    address_format(answer->from, address);
    result->operation = operation_name(op);
    result->target = op->queue->described;
    result->address = address;
    result->time_ns = at.unix_ns;
    result->duration_ns = (int64_t)(at.now - op->began_ns);
    result->requests = op->owner.tally.sent;
    if (result->detail == NULL) result->detail = "";
    op->many++;
    op->options.many(op->options.context, result);
}

static void operation_answered(struct owner *owner, uint32_t intent, const struct answer *answer,
                               struct moment at) {
    (void)intent;
    struct operation *op = container_of(owner, struct operation, owner);
    const struct pdu *pdu = &answer->message->pdu;
    op->answered_sent_ns = answer->sent_ns;
    op->arrived_ns = answer->arrived_ns;
    op->taken_ns = at.now;
    if (op->table != NULL) {
        operation_table_on(op, answer, at);
        return;
    }
    bool is_garbled, is_error = pdu->error_status != ERROR_NO_ERROR;
    size_t count = operation_read(op->operations, pdu, &is_garbled);
    if (op->subtree != NULL) {
        operation_walk_on(op, answer, count, is_garbled, at);
        return;
    }
    struct fleet_result result = {
        .reason = pdu->error_status == ERROR_TOO_BIG ? FLEET_REASON_TOO_BIG
                  : is_error                         ? FLEET_REASON_AGENT_ERROR
                  : is_garbled                       ? FLEET_REASON_MALFORMED
                                                     : FLEET_REASON_OK,
        .detail = is_error     ? error_status_name(pdu->error_status)
                  : is_garbled ? "varbinds that do not decode"
                               : NULL,
        .error_status = pdu->error_status,
        .error_index = pdu->error_index,
        .varbinds = op->operations->answer,
        .varbind_count = count,
    };
    if (op->options.many != NULL) operation_give(op, &result, answer, at);
    else operation_end(op, &result, at);
}

static void operation_ended(struct owner *owner, uint32_t intent, enum fleet_reason reason,
                            const char *detail, struct moment at) {
    (void)intent;
    struct operation *op = container_of(owner, struct operation, owner);
    struct operations *o = op->operations;
    const struct tally *tally = &owner->tally;
    bool is_heard = tally->answers + tally->reports + tally->disbelieved > 0;
    if (!is_heard && o->silent(o->context, owner->peer, op->asked_as, &op->tried)) {
        if (op->table != NULL && table_begin(op->table, operation_is_v1(op)) != 0) {
            operation_cut(op, FLEET_REASON_PARTIAL, "out of memory", at);
            return;
        }
        list_remove(&op->link);
        operation_wait(o, op);
        return;
    }
    if (op->many > 0) {
        operation_cut(op, FLEET_REASON_OK, NULL, at);
        return;
    }
    bool is_noted = reason == FLEET_REASON_TIMEOUT && owner->tally.noted != FLEET_REASON_OK;
    struct fleet_result result = {
        .reason = is_noted ? (enum fleet_reason)owner->tally.noted : reason,
        .detail = is_noted ? owner->tally.note : detail,
    };
    operation_end(op, &result, at);
}

static const struct owner_ops operation_ops = {
    .write = operation_write,
    .answered = operation_answered,
    .lost = operation_lost,
    .ended = operation_ended,
};

int operation_walk_take(struct operations *o, uint32_t operation, uint32_t count) {
    struct operation *op = operation_of_name(o, operation);
    if (op == NULL || op->subtree == NULL) return FLEET_E_UNKNOWN;
    struct subtree *s = op->subtree;
    s->untaken -= count < s->untaken ? count : s->untaken;
    if (!op->is_paused || !subtree_has_room(s)) return 0;
    op->is_paused = false;
    list_remove(&op->link);
    operation_wait(o, op);
    return 0;
}

int operation_cancel(struct operations *o, uint32_t operation, struct moment at) {
    struct operation *op = operation_of_name(o, operation);
    if (op == NULL || op->is_cancelled) return FLEET_E_UNKNOWN;
    op->is_cancelled = true;
    if (!op->is_handing_out) operation_cut(op, FLEET_REASON_CANCELLED, cancelled, at);
    return 0;
}

void operation_queue_end(struct operation_queue *q, enum fleet_reason reason, const char *why,
                         struct moment at) {
    struct list ending = LIST_INIT(ending), *lists[] = { &q->asked, &q->waiting };
    for (int i = 0; i < 2; i++) {
        while (!list_is_empty(lists[i])) list_push(&ending, list_pop(lists[i]));
    }
    while (!list_is_empty(&ending))
        operation_cut(container_of(ending.next, struct operation, link), reason, why, at);
}

void operation_expired(struct wheel_timer *timer, struct moment at) {
    struct operation *op = container_of(timer, struct operation, timer);
    if (op->options.many != NULL && op->is_asked) {
        operation_cut(op, op->many > 0 ? FLEET_REASON_OK : FLEET_REASON_TIMEOUT, NULL, at);
        return;
    }
    bool has_note = op->owner.tally.noted != FLEET_REASON_OK;
    operation_cut(op, FLEET_REASON_DEADLINE, has_note ? op->owner.tally.note : NULL, at);
}

bool operations_may_admit(const struct operations *o) {
    return !list_is_empty(&o->exchange->requests.promised) && exchange_has_room(o->exchange);
}

bool operations_admit_one(struct operations *o) {
    if (!operations_may_admit(o)) return false;
    struct requests *requests = &o->exchange->requests;
    struct operation_queue *q =
        container_of(requests->promised.next, struct operation_queue, link);
    request_take_promise(q->peer, &q->link);
    struct operation *op = container_of(list_pop(&q->waiting), struct operation, link);
    op->asked_as = q->peer->auth;
    const struct scope *scope = op->has_scope ? &op->scope : NULL;
    bool is_asked = exchange_ask(o->exchange, &op->owner, 0, scope, op->retries);
    if (is_asked) {
        o->waiting--;
        op->is_asked = true;
        list_push(&q->asked, &op->link);
    } else {
        list_push_front(&q->waiting, &op->link);
    }
    if (!list_is_empty(&q->waiting)) request_want_place(requests, q->peer, &q->link);
    return is_asked;
}
