/* vault: see vault.h. */
#include "core/exchange/vault.h"

int vault_init(struct vault *v, const struct secrets *secrets) {
    v->salt = secrets->salt;
    int error = usm_new(&v->usm);
    auths_init(&v->auths, v->usm, &secrets->auths);
    return error;
}

void vault_deinit(struct vault *v) {
    auths_deinit(&v->auths);
    usm_free(v->usm);
    usm_wipe(v, sizeof(*v));
}
