/*
 * snmpfleet/error.h: what the functions of the library return.
 *
 * Below 0: -errno of a system call, forwarded (-ENOMEM, -EMFILE, ...); the call had no effect.
 * 0: success. Above 0: one of these, documented at each function, for the caller to handle.
 */
#ifndef SNMPFLEET_ERROR_H
#define SNMPFLEET_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum fleet_error {
    FLEET_OK = 0,
    FLEET_E_INVALID,      /* an option has a value that is not allowed, or two exclude each other */
    FLEET_E_NAME,         /* a name is empty, too long or holds a control character */
    FLEET_E_DUPLICATE,    /* the name is taken */
    FLEET_E_UNKNOWN,      /* no target, module or auth of that name or number */
    FLEET_E_ADDRESS,      /* the host is neither an address nor a possible host name */
    FLEET_E_OID,          /* the text is not an OID */
    FLEET_E_UNSUPPORTED,  /* the kernel or this build lacks what was asked for */
    FLEET_E_FULL,         /* a fixed capacity is used up */
    FLEET_E_BUSY,         /* not all could be written: wait until the file takes more */
    FLEET_E_THREAD,       /* called from another thread than the one that made the fleet */
};

/*
 * One English sentence without a full stop for any value a function returned, below 0 included.
 * Static storage.
 */
const char *fleet_error_text(int error);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
