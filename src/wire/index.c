/* index: see index.h. */
#include "wire/index.h"
#include "wire/kind.h"
#include "wire/oid.h"

/* How many sub-identifiers at @subids are the component's contents, and in front of them; -1. */
static int64_t index_extent(const struct fleet_index *index, const uint32_t *subids, size_t length,
                            size_t *ret_skip) {
    *ret_skip = 0;
    switch ((enum fleet_index_kind)index->kind) {
    case FLEET_INDEX_INTEGER: return length >= 1 ? 1 : -1;
    case FLEET_INDEX_FIXED_STRING: return length >= index->size ? index->size : -1;
    case FLEET_INDEX_IP_ADDRESS: return length >= 4 ? 4 : -1;
    case FLEET_INDEX_IMPLIED_STRING:
    case FLEET_INDEX_IMPLIED_OID: return (int64_t)length;
    case FLEET_INDEX_STRING:
    case FLEET_INDEX_OID:
        *ret_skip = 1;
        return length >= 1 && subids[0] <= length - 1 ? (int64_t)subids[0] : -1;
    case FLEET_INDEX_NETWORK_ADDRESS:
        *ret_skip = 1;
        return length >= 5 && subids[0] == 1 ? 4 : -1;
    }
    return -1;
}

static bool index_is_octets(const struct fleet_index *index) {
    return index->kind == FLEET_INDEX_STRING || index->kind == FLEET_INDEX_FIXED_STRING ||
           index->kind == FLEET_INDEX_IMPLIED_STRING || index->kind == FLEET_INDEX_IP_ADDRESS ||
           index->kind == FLEET_INDEX_NETWORK_ADDRESS;
}

static bool all_octets(const uint32_t *subids, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (subids[i] > UINT8_MAX) return false;
    }
    return true;
}

bool index_split(const struct fleet_index *index, size_t count, const uint32_t *subids,
                 size_t length, struct index_part *ret_parts) {
    size_t at = 0;
    bool is_good = true;
    for (size_t i = 0; i < count; i++) {
        struct index_part *part = &ret_parts[i];
        *part = (struct index_part){ .subids = subids + at };
        if (!is_good) continue;
        size_t skip;
        int64_t extent = index_extent(&index[i], subids + at, length - at, &skip);
        is_good = extent >= 0 && !(i + 1 == count && at + skip + (size_t)extent < length) &&
                  !(index_is_octets(&index[i]) && !all_octets(subids + at + skip, (size_t)extent));
        if (!is_good) {
            part->count = (uint32_t)(length - at);
            at = length;
            continue;
        }
        part->subids += skip;
        part->count = (uint32_t)extent;
        part->is_good = true;
        at += skip + (size_t)extent;
    }
    return is_good && at == length;
}

bool index_value(const struct fleet_index *index, const struct index_part *part,
                 uint8_t scratch[static FLEET_OID_BYTES_MAX], struct fleet_value *ret_value) {
    if (!part->is_good) return false;
    uint8_t type = index->syntax != NULL ? index->syntax->type : FLEET_ABSENT;
    if (index->kind == FLEET_INDEX_INTEGER) {
        bool is_unsigned = type != FLEET_ABSENT && type != FLEET_INTEGER32;
        *ret_value = (struct fleet_value){ .type = is_unsigned ? type : FLEET_INTEGER32 };
        if (is_unsigned) ret_value->counter = part->subids[0];
        else ret_value->integer = (int32_t)part->subids[0];
        /* Nothing negative is an index (section 7.7); what is too large was sent as it is. */
        if (!is_unsigned && part->subids[0] > INT32_MAX) ret_value->integer = part->subids[0];
        return true;
    }
    *ret_value = (struct fleet_value){ .type = FLEET_OCTET_STRING, .bytes = scratch };
    if (index->kind == FLEET_INDEX_OID || index->kind == FLEET_INDEX_IMPLIED_OID) {
        int length = part->count < 2 ? -1 : oid_from_numbers(part->subids, part->count, scratch);
        if (length < 0) return false;
        ret_value->type = FLEET_OBJECT_IDENTIFIER;
        ret_value->length = (uint32_t)length;
        return true;
    }
    if (part->count > FLEET_OID_SUBIDS_MAX) return false;
    for (uint32_t i = 0; i < part->count; i++) scratch[i] = (uint8_t)part->subids[i];
    ret_value->length = part->count;
    if (index->kind == FLEET_INDEX_IP_ADDRESS || index->kind == FLEET_INDEX_NETWORK_ADDRESS)
        ret_value->type = FLEET_IP_ADDRESS;
    return true;
}

static int index_write_integer(const struct fleet_value *value, uint32_t *subids, size_t max) {
    if (max < 1 || !value_is_number(value)) return -1;
    /* What is negative is too large as an unsigned number. */
    if (value->counter > UINT32_MAX) return -1;
    subids[0] = (uint32_t)value->counter;
    return 1;
}

static int index_write_octets(const struct fleet_index *index, const struct fleet_value *value,
                              uint32_t *subids, size_t max) {
    if (value->type != FLEET_OCTET_STRING && value->type != FLEET_IP_ADDRESS &&
        value->type != FLEET_OPAQUE) return -1;
    bool is_address = index->kind == FLEET_INDEX_IP_ADDRESS ||
                      index->kind == FLEET_INDEX_NETWORK_ADDRESS;
    if (is_address && value->length != 4) return -1;
    if (index->kind == FLEET_INDEX_FIXED_STRING && value->length != index->size) return -1;
    size_t skip = index->kind == FLEET_INDEX_STRING || index->kind == FLEET_INDEX_NETWORK_ADDRESS;
    if (value->length + skip > max) return -1;
    if (skip > 0) subids[0] = index->kind == FLEET_INDEX_STRING ? value->length : 1;
    for (uint32_t i = 0; i < value->length; i++) subids[skip + i] = value->bytes[i];
    return (int)(value->length + skip);
}

static int index_write_oid(const struct fleet_index *index, const struct fleet_value *value,
                           uint32_t *subids, size_t max) {
    if (value->type != FLEET_OBJECT_IDENTIFIER) return -1;
    size_t skip = index->kind == FLEET_INDEX_OID ? 1 : 0;
    struct span oid = span_of(value->bytes, value->length);
    if (oid_count(oid) + 1 + skip > max) return -1;
    size_t count = oid_to_numbers(oid, subids + skip, max - skip);
    if (skip > 0) subids[0] = (uint32_t)count;
    return (int)(count + skip);
}

int index_write(const struct fleet_index *index, const struct fleet_value *value, uint32_t *subids,
                size_t max) {
    switch ((enum fleet_index_kind)index->kind) {
    case FLEET_INDEX_INTEGER: return index_write_integer(value, subids, max);
    case FLEET_INDEX_OID:
    case FLEET_INDEX_IMPLIED_OID: return index_write_oid(index, value, subids, max);
    default: return index_write_octets(index, value, subids, max);
    }
}
