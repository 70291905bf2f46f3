/*
 * agent_set: SET (RFC 3416 section 4.2.5). All varbinds are checked before the first one is stored.
 *
 * On a recording every object can be set to another value of its type; on the switch only the few
 * that its tables say, within their ranges.
 */
#include "sim/answer.h"

/* RFC 2576 section 4.3: what v1 has instead. */
static int32_t error_for_v1(int32_t status) {
    switch (status) {
    case ERROR_WRONG_TYPE:
    case ERROR_WRONG_LENGTH:
    case ERROR_WRONG_ENCODING:
    case ERROR_WRONG_VALUE:
        return ERROR_BAD_VALUE;
    case ERROR_NO_ACCESS:
    case ERROR_NOT_WRITABLE:
    case ERROR_NO_CREATION:
        return ERROR_NO_SUCH_NAME;
    case ERROR_RESOURCE_UNAVAILABLE:
    case ERROR_COMMIT_FAILED:
        return ERROR_GEN_ERR;
    default:
        return status;
    }
}

static int32_t set_check_switch(const struct recording_mark *mark,
                                const struct fleet_value *value) {
    switch (mark->writable) {
    case SWITCH_WRITABLE_TEXT:
        return value->length <= 255 ? ERROR_NO_ERROR : ERROR_WRONG_LENGTH;
    case SWITCH_WRITABLE_ALIAS:
        return value->length <= 64 ? ERROR_NO_ERROR : ERROR_WRONG_LENGTH;
    case SWITCH_WRITABLE_STATUS:
        return value->integer >= 1 && value->integer <= 3 ? ERROR_NO_ERROR : ERROR_WRONG_VALUE;
    default:
        return ERROR_NOT_WRITABLE;
    }
}

/* The tag of the value as it came: Opaque-wrapped numbers are unwrapped by the decoder. */
static uint8_t set_type(const struct asked *a) {
    struct ber_reader whole = BER_READER(a->whole), fields = ber_enter(&whole, BER_SEQUENCE);
    ber_read(&fields, BER_OBJECT_IDENTIFIER);
    return ber_peek(&fields);
}

static int32_t set_check(struct answer *r, struct asked *a) {
    const struct recording *recording = r->recording;
    if (!r->may_write) return ERROR_NO_ACCESS;
    a->next = recording_find(recording, a->oid);
    if (a->next == recording->count) return ERROR_NO_CREATION;
    const struct recording_mark *mark =
        recording->marks == NULL ? NULL : &recording->marks[a->next];
    if (mark != NULL && mark->writable == SWITCH_READ_ONLY) return ERROR_NOT_WRITABLE;
    if (set_type(a) != recording_type(recording, a->next)) return ERROR_WRONG_TYPE;
    if (a->whole.length > OVERLAY_VARBIND_MAX) return ERROR_WRONG_LENGTH;
    return mark == NULL ? ERROR_NO_ERROR : set_check_switch(mark, &a->value);
}

void answer_set(struct answer *r) {
    for (uint32_t i = 0; i < r->count && r->error_status == 0; i++) {
        r->error_status = set_check(r, &r->asked[i]);
        r->error_index = (int32_t)i + 1;
    }
    if (r->error_status == 0) r->error_index = 0;
    if (r->error_status == 0 && !overlay_has_room(&r->agents->overlay, r->count)) {
        r->error_status = ERROR_RESOURCE_UNAVAILABLE;
        r->error_index = 1;
    }
    for (uint32_t i = 0; i < r->count && r->error_status == 0; i++) {
        const struct asked *a = &r->asked[i];
        struct overlay_key key = { r->request->agent, r->recording->id, a->next };
        if (overlay_put(&r->agents->overlay, key, a->whole) == 0) continue;
        r->error_status = ERROR_COMMIT_FAILED;
        r->error_index = (int32_t)i + 1;
    }
    if (r->is_v1) r->error_status = error_for_v1(r->error_status);
}
