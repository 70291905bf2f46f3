/* request: single questions to one agent, of OIDs as text or encoded. */
#include "snmpfleet/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/fleet_state.h"
#include "snmpfleet/error.h"
#include "snmpfleet/mib.h"
#include "wire/oid.h"

static int request_ask(struct fleet *f, uint32_t target, const struct operation_question *ask,
                       const struct fleet_request_options *options, uint32_t *ret_operation) {
    int error = engine_request(f->engine, target, ask, options, ret_operation, fleet_moment());
    fleet_look_ahead(f);
    return error;
}

int fleet_request(struct fleet *f, uint32_t target, enum fleet_pdu pdu,
                  const struct fleet_varbind *varbinds, size_t count, uint32_t non_repeaters,
                  uint32_t max_repetitions, const struct fleet_request_options *options,
                  uint32_t *ret_operation) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    const struct operation_question ask = { .pdu = pdu, .varbinds = varbinds, .count = count,
                                            .non_repeaters = non_repeaters,
                                            .max_repetitions = max_repetitions };
    return request_ask(f, target, &ask, options, ret_operation);
}

int fleet_set(struct fleet *f, uint32_t target, const struct fleet_varbind *varbinds, size_t count,
              const struct fleet_request_options *options, uint32_t *ret_operation) {
    return fleet_request(f, target, FLEET_PDU_SET, varbinds, count, 0, 0, options, ret_operation);
}

/* An OID as text, numeric or by @mib, as its BER contents; their length, or -1. */
static int request_parse_oid(struct fleet_mib *mib, const char *text,
                             uint8_t bytes[static FLEET_OID_BYTES_MAX]) {
    int length = oid_parse(span_text(text), bytes);
    if (length >= 0 || mib == NULL) return length;
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    size_t count;
    const struct fleet_object *object;
    char why[FLEET_MIB_WHY_MAX];
    if (fleet_mib_parse(mib, text, numbers, &count, &object, why) != 0) return -1;
    return oid_from_numbers(numbers, count, bytes);
}

/* The same as numeric text; @text itself where it is, or there is no @mib. NULL: it is none. */
static const char *request_name_oid(struct fleet_mib *mib, const char *text,
                                    char numeric[static FLEET_OID_TEXT_MAX]) {
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    size_t prefix;
    if (text == NULL || mib == NULL || oid_parse_subtree(span_text(text), bytes, &prefix) >= 0)
        return text;
    int length = request_parse_oid(mib, text, bytes);
    if (length <= 0) return NULL;
    numeric[oid_format(span_of(bytes, (size_t)length), numeric)] = '\0';
    return numeric;
}

/* Are @oids what was asked for last? Then they are encoded already. */
static bool asked_is(const struct asked *asked, const char *const *oids, size_t count) {
    if (count != asked->count) return false;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(oids[i], asked->text[i]) != 0) return false;
    }
    return true;
}

/* Keep the numeric @oids as they were encoded; what is longer than most is not kept. */
static void asked_keep(struct asked *asked, const char *const *oids,
                       const struct fleet_varbind *varbinds, size_t count) {
    asked->count = 0;
    if (count > ASKED_OIDS) return;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(oids[i]);
        if (length >= ASKED_TEXT || varbinds[i].oid_length > ASKED_BYTES) return;
        memcpy(asked->text[i], oids[i], length + 1);
        memcpy(asked->bytes[i], varbinds[i].oid, varbinds[i].oid_length);
        asked->lengths[i] = (uint8_t)varbinds[i].oid_length;
    }
    asked->count = count;
}

/* Encode @oids into @bytes, and take them as names of @varbinds. 0 or FLEET_E_OID. */
static int request_encode(struct asked *asked, struct fleet_mib *mib, const char *const *oids,
                          size_t count, struct fleet_varbind *varbinds,
                          uint8_t (*bytes)[FLEET_OID_BYTES_MAX]) {
    bool is_numeric = mib == NULL;
    if (is_numeric && asked_is(asked, oids, count)) {
        for (size_t i = 0; i < count; i++)
            varbinds[i] = (struct fleet_varbind){ .oid = asked->bytes[i],
                                                  .oid_length = asked->lengths[i] };
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        int length = request_parse_oid(mib, oids[i], bytes[i]);
        if (length <= 0) return FLEET_E_OID;
        varbinds[i] = (struct fleet_varbind){ .oid = bytes[i], .oid_length = (size_t)length };
    }
    if (is_numeric) asked_keep(asked, oids, varbinds, count);
    return 0;
}

/* Of OIDs as text. */
static int request_of_text(struct fleet *f, uint32_t target, enum fleet_pdu pdu,
                           const char *const *oids, size_t count, uint32_t non_repeaters,
                           uint32_t max_repetitions, const struct fleet_request_options *options,
                           uint32_t *ret_operation) {
    struct fleet_varbind varbinds[FLEET_VARBINDS_MAX];
    uint8_t bytes[FLEET_VARBINDS_MAX][FLEET_OID_BYTES_MAX];
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    if (count > FLEET_VARBINDS_MAX) return FLEET_E_FULL;
    int error = request_encode(&f->asked, options->mib, oids, count, varbinds, bytes);
    if (error != 0) return error;
    const struct operation_question ask = { pdu, varbinds, count, non_repeaters, max_repetitions,
                                            .has_good_names = true };
    return request_ask(f, target, &ask, options, ret_operation);
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
    char root[FLEET_OID_TEXT_MAX], stop[FLEET_OID_TEXT_MAX];
    struct fleet_walk_options numeric = *walk;
    oid = request_name_oid(options->mib, oid, root);
    numeric.stop = request_name_oid(options->mib, walk->stop, stop);
    if (oid == NULL || (walk->stop != NULL && numeric.stop == NULL)) return FLEET_E_OID;
    int error =
        engine_walk(f->engine, target, oid, &numeric, options, ret_operation, fleet_moment());
    fleet_look_ahead(f);
    return error;
}

/* A copy of a table's columns, each with a numeric OID. 0, -ENOMEM, FLEET_E_OID, FLEET_E_FULL. */
static int request_name_columns(struct fleet_mib *mib, const struct fleet_table *table,
                                struct fleet_column **ret_columns) {
    if (table->column_count > ENGINE_COLUMNS_MAX) return FLEET_E_FULL;
    size_t count = table->column_count;
    struct fleet_column *columns =
        malloc((count + 1) * (sizeof(struct fleet_column) + FLEET_OID_TEXT_MAX));
    if (columns == NULL) return -ENOMEM;
    char *texts = (char *)(columns + count);
    for (size_t i = 0; i < count; i++) {
        columns[i] = table->columns[i];
        const char *name = columns[i].oid != NULL ? columns[i].oid : columns[i].object;
        columns[i].oid = request_name_oid(mib, name, texts + i * FLEET_OID_TEXT_MAX);
        if (columns[i].oid != NULL) continue;
        free(columns);
        return FLEET_E_OID;
    }
    *ret_columns = columns;
    return 0;
}

/* The next column behind @after that agents hand out; NULL: there is none in @entry. */
static const struct fleet_object *column_behind(struct fleet_mib *mib,
                                                const struct fleet_object *entry,
                                                const struct fleet_object *after) {
    const struct fleet_object *o = after;
    size_t bytes = entry->oid_length * sizeof(*entry->oid);
    while ((o = fleet_mib_next_of_module(mib, o)) != NULL) {
        if (o->oid_length <= entry->oid_length || memcmp(o->oid, entry->oid, bytes) != 0)
            return NULL;
        if (o->kind == FLEET_OBJECT_COLUMN && o->access != FLEET_NOT_ACCESSIBLE) return o;
    }
    return NULL;
}

/* The row of the table, or of its row, that @name is; NULL: it is none of them. */
static const struct fleet_object *entry_of(struct fleet_mib *mib, const char *name) {
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    size_t length;
    const struct fleet_object *object;
    char why[FLEET_MIB_WHY_MAX];
    if (name == NULL || fleet_mib_parse(mib, name, numbers, &length, &object, why) != 0)
        return NULL;
    if (object == NULL || object->oid_length != length) return NULL;
    if (object->kind == FLEET_OBJECT_TABLE) object = fleet_mib_next_of_module(mib, object);
    return object != NULL && object->kind == FLEET_OBJECT_ROW ? object : NULL;
}

/* All columns of the table that @named->name is, and its index. As request_name_columns. */
static int request_expand_table(struct fleet_mib *mib, struct fleet_table *named,
                                struct fleet_column **ret_columns) {
    const struct fleet_object *entry = entry_of(mib, named->name), *column;
    if (entry == NULL) return FLEET_E_OID;
    size_t count = 0;
    for (column = entry; (column = column_behind(mib, entry, column)) != NULL;) count++;
    if (count == 0 || count > ENGINE_COLUMNS_MAX) return count == 0 ? FLEET_E_OID : FLEET_E_FULL;
    struct fleet_column *columns =
        malloc(count * (sizeof(struct fleet_column) + FLEET_OID_TEXT_MAX));
    if (columns == NULL) return -ENOMEM;
    char *text = (char *)(columns + count);
    column = entry;
    for (size_t i = 0; i < count; i++, text += FLEET_OID_TEXT_MAX) {
        uint8_t bytes[FLEET_OID_BYTES_MAX];
        column = column_behind(mib, entry, column);
        size_t length = fleet_oid_bytes(column->oid, column->oid_length, bytes);
        text[oid_format(span_of(bytes, length), text)] = '\0';
        columns[i] = (struct fleet_column){ .object = column->name, .oid = text,
                                            .syntax = column->syntax };
    }
    named->columns = *ret_columns = columns;
    named->column_count = count;
    if (named->index_count > 0) return 0;
    named->index = entry->index;
    named->index_count = entry->index_count;
    return 0;
}

int fleet_table(struct fleet *f, uint32_t target, const struct fleet_table *table,
                void (*rows)(void *context, const struct fleet_row *rows, size_t count),
                const struct fleet_request_options *options, uint32_t *ret_operation) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    struct fleet_table named = *table;
    struct fleet_column *columns = NULL;
    int error = 0;
    if (options->mib != NULL && table->column_count == 0)
        error = request_expand_table(options->mib, &named, &columns);
    else if (options->mib != NULL) error = request_name_columns(options->mib, table, &columns);
    if (error != 0) return error;
    if (columns != NULL) named.columns = columns;
    error = engine_table(f->engine, target, &named, rows, options, ret_operation, fleet_moment());
    free(columns);
    fleet_look_ahead(f);
    return error;
}

int fleet_refresh(struct fleet *f, uint32_t target, const struct fleet_request_options *options,
                  uint32_t *ret_operation) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    int error = engine_refresh(f->engine, target, options, ret_operation, fleet_moment());
    fleet_look_ahead(f);
    return error;
}

int fleet_target_version(const struct fleet *f, uint32_t target,
                         enum fleet_version *ret_version) {
    return engine_version_of(f->engine, target, ret_version);
}

int fleet_target_engine(const struct fleet *f, uint32_t target, struct fleet_engine *ret_engine) {
    return engine_engine_of(f->engine, target, ret_engine, fleet_moment().now);
}

int fleet_walk_take(struct fleet *f, uint32_t operation, uint32_t count) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    int error = engine_walk_take(f->engine, operation, count);
    fleet_look_ahead(f);
    return error;
}

int fleet_target_cancel(struct fleet *f, uint32_t target) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    int error = engine_target_cancel(f->engine, target, fleet_moment());
    fleet_look_ahead(f);
    return error;
}

int fleet_cancel(struct fleet *f, uint32_t operation) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    int error = engine_cancel(f->engine, operation, fleet_moment());
    fleet_look_ahead(f);
    return error;
}
