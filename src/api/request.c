/* request: single questions to one agent, of OIDs as text or encoded. */
#include "snmpfleet/request.h"

#include "api/fleet_state.h"
#include "snmpfleet/error.h"
#include "wire/oid.h"

int fleet_request(struct fleet *f, uint32_t target, enum fleet_pdu pdu,
                  const struct fleet_varbind *varbinds, size_t count, uint32_t non_repeaters,
                  uint32_t max_repetitions, const struct fleet_request_options *options,
                  uint32_t *ret_operation) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    const struct operation_question ask = { pdu, varbinds, count, non_repeaters, max_repetitions };
    int error = engine_request(f->engine, target, &ask, options, ret_operation, fleet_moment());
    fleet_look_ahead(f);
    return error;
}

int fleet_set(struct fleet *f, uint32_t target, const struct fleet_varbind *varbinds, size_t count,
              const struct fleet_request_options *options, uint32_t *ret_operation) {
    return fleet_request(f, target, FLEET_PDU_SET, varbinds, count, 0, 0, options, ret_operation);
}

/* Names as text: numeric. */
static int request_of_text(struct fleet *f, uint32_t target, enum fleet_pdu pdu,
                           const char *const *oids, size_t count, uint32_t non_repeaters,
                           uint32_t max_repetitions, const struct fleet_request_options *options,
                           uint32_t *ret_operation) {
    struct fleet_varbind varbinds[FLEET_VARBINDS_MAX];
    uint8_t bytes[FLEET_VARBINDS_MAX][FLEET_OID_BYTES_MAX];
    if (count > FLEET_VARBINDS_MAX) return FLEET_E_FULL;
    for (size_t i = 0; i < count; i++) {
        int length = oid_parse(span_text(oids[i]), bytes[i]);
        if (length < 0) return FLEET_E_OID;
        varbinds[i] = (struct fleet_varbind){ .oid = bytes[i], .oid_length = (size_t)length };
    }
    return fleet_request(f, target, pdu, varbinds, count, non_repeaters, max_repetitions, options,
                         ret_operation);
}

int fleet_get(struct fleet *f, uint32_t target, const char *const *oids, size_t count,
              const struct fleet_request_options *options, uint32_t *ret_operation) {
    return request_of_text(f, target, FLEET_PDU_GET, oids, count, 0, 0, options, ret_operation);
}

int fleet_getnext(struct fleet *f, uint32_t target, const char *const *oids, size_t count,
                  const struct fleet_request_options *options, uint32_t *ret_operation) {
    return request_of_text(f, target, FLEET_PDU_GETNEXT, oids, count, 0, 0, options,
                           ret_operation);
}

int fleet_getbulk(struct fleet *f, uint32_t target, const char *const *oids, size_t count,
                  uint32_t non_repeaters, uint32_t max_repetitions,
                  const struct fleet_request_options *options, uint32_t *ret_operation) {
    return request_of_text(f, target, FLEET_PDU_GETBULK, oids, count, non_repeaters,
                           max_repetitions, options, ret_operation);
}

int fleet_walk(struct fleet *f, uint32_t target, const char *oid,
               const struct fleet_walk_options *walk,
               const struct fleet_request_options *options, uint32_t *ret_operation) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    int error = engine_walk(f->engine, target, oid, walk, options, ret_operation, fleet_moment());
    fleet_look_ahead(f);
    return error;
}

int fleet_table(struct fleet *f, uint32_t target, const struct fleet_table *table,
                void (*rows)(void *context, const struct fleet_row *rows, size_t count),
                const struct fleet_request_options *options, uint32_t *ret_operation) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    int error =
        engine_table(f->engine, target, table, rows, options, ret_operation, fleet_moment());
    fleet_look_ahead(f);
    return error;
}

int fleet_walk_take(struct fleet *f, uint32_t operation, uint32_t count) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    int error = engine_walk_take(f->engine, operation, count);
    fleet_look_ahead(f);
    return error;
}

int fleet_cancel(struct fleet *f, uint32_t operation) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    int error = engine_cancel(f->engine, operation, fleet_moment());
    fleet_look_ahead(f);
    return error;
}
