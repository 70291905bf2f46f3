/*
 * vault: what the exchange keeps that must be unguessable, and what must be wiped: credentials, the
 * salt of encryption, decrypted messages. vault_deinit wipes all of it; no other file of the
 * exchange keeps a secret beyond a call.
 */
#pragma once

#include "core/exchange/auth.h"

enum { VAULT_SCRATCH = 65536 };

/*
 * What was drawn from the kernel for one fleet: each of its own, so that one that becomes known
 * (the salt goes out in clear with each encrypted message) says nothing of the others.
 */
struct secrets {
    struct siphash_key ids;       /* of request-ids and msgIDs */
    struct siphash_key engines;   /* of the table by engine ID */
    struct siphash_key auths;     /* of the table of credentials */
    uint64_t salt;                /* where the salts of encryption begin */
};

struct vault {
    struct usm *usm;
    struct auths auths;
    uint64_t salt;                /* the next message's; never the same again */
    uint8_t scratch[VAULT_SCRATCH];  /* the message that is being decrypted */
};

/* 0, -ENOMEM or -EIO; after a failure it is to be deinitialised, too. */
int vault_init(struct vault *v, const struct secrets *secrets);
void vault_deinit(struct vault *v);
