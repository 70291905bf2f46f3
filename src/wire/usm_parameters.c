/*
 * usm_parameters: what UsmSecurityParameters says (RFC 3414 section 2.4), and no judgement of it.
 * An unknown engine, a stale time or a digest of the wrong size are for usm/ to name, since each
 * has its own reason and counter.
 */
#include "wire/message.h"

int usm_parameters_decode(struct span parameters, struct usm_parameters *ret_parameters) {
    struct ber_reader r = BER_READER(parameters);
    struct ber_reader fields = ber_enter(&r, BER_SEQUENCE);
    struct usm_parameters p = { .engine_id = ber_read(&fields, BER_OCTET_STRING) };
    p.engine_boots = ber_read_int32(&fields);
    p.engine_time = ber_read_int32(&fields);
    p.user_name = ber_read(&fields, BER_OCTET_STRING);
    p.auth_parameters = ber_read(&fields, BER_OCTET_STRING);
    p.priv_parameters = ber_read(&fields, BER_OCTET_STRING);
    ber_leave(&r, &fields);
    if (r.error == 0) *ret_parameters = p;
    return r.error;
}
