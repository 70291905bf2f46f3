/* wrap: see wrap.h. */
#include "usm/wrap.h"

bool usm_wrap(struct usm *u, const struct usm_user *user, const struct usm_keys *keys,
              const struct message_v3_header *header, struct usm_parameters usm, uint64_t salt,
              struct ber_writer *w) {
    static const uint8_t zeros[USM_MAC_MAX];
    uint8_t salt_octets[USM_SALT_LENGTH];
    bool has_auth = (header->flags & MESSAGE_FLAG_AUTH) != 0;
    bool has_priv = (header->flags & MESSAGE_FLAG_PRIV) != 0;
    if (w->error != 0) return false;
    if (has_priv) {
        struct usm_moment moment = { (uint32_t)usm.engine_boots, (uint32_t)usm.engine_time };
        size_t length = usm_encrypt(u, user->priv_protocol, &keys->priv, moment, salt, w->at,
                                    (size_t)(w->end - w->at), salt_octets);
        if (length == 0) return false;
        w->end = w->at + length;
        ber_write_header(w, BER_OCTET_STRING, w->end);
        usm.priv_parameters = span_of(salt_octets, sizeof(salt_octets));
    }
    if (has_auth)
        usm.auth_parameters = span_of(zeros, usm_auth_protocols[user->auth_protocol].mac_length);
    uint8_t *mac = message_write_v3(w, header, &usm);
    if (mac == NULL) return false;
    return !has_auth || usm_sign(u, user->auth_protocol, &keys->auth, w->at,
                                 (size_t)(w->end - w->at), (size_t)(mac - w->at));
}
