/*
 * wrap: what a message's security level asks for (RFC 3414 section 3.1), done to a scoped PDU.
 */
#pragma once

#include "usm/user.h"
#include "wire/message.h"

/*
 * @w holds the scoped PDU. Encrypt it, put all that stands before it in front, and sign the whole,
 * as the level in @header->flags says; @user and @keys are only looked at above noAuthNoPriv. Of
 * @usm the authentication and privacy parameters are set here. Behind the writer's end there is
 * room for USM_PADDING_MAX octets; the end moves when they are used. @salt as in usm_encrypt.
 * False: it does not fit, or OpenSSL failed.
 */
bool usm_wrap(struct usm *u, const struct usm_user *user, const struct usm_keys *keys,
              const struct message_v3_header *header, struct usm_parameters usm, uint64_t salt,
              struct ber_writer *w);
