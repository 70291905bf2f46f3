/* text: what the numbers of the public interface say in words. */
#include <stdlib.h>
#include <string.h>

#include "snmpfleet/error.h"
#include "snmpfleet/fleet.h"
#include "snmpfleet/sink.h"
#include "wire/ber.h"

const char *fleet_error_text(int error) {
    static const char *const texts[] = {
        [FLEET_OK] = "success",
        [FLEET_E_INVALID] =
            "an option has a value that is not allowed, or two options exclude each other",
        [FLEET_E_NAME] = "a name is empty, too long or holds a control character",
        [FLEET_E_DUPLICATE] = "the name is taken",
        [FLEET_E_UNKNOWN] = "no such target, module or auth",
        [FLEET_E_ADDRESS] = "neither an address nor a possible host name",
        [FLEET_E_OID] = "not an object identifier",
        [FLEET_E_UNSUPPORTED] = "not supported by this kernel or build",
        [FLEET_E_FULL] = "a fixed capacity is used up",
        [FLEET_E_BUSY] = "the output takes no more for now",
        [FLEET_E_THREAD] = "called from another thread than the one that made the fleet",
    };
    if (error < 0) {
        const char *text = strerrordesc_np(-error);
        return text != NULL ? text : "unknown system error";
    }
    return (size_t)error < sizeof(texts) / sizeof(texts[0]) ? texts[error] : "unknown error";
}

const char *fleet_reason_text(enum fleet_reason reason) {
    static const char *const texts[FLEET_REASONS] = {
        [FLEET_REASON_OK] = "ok",
        [FLEET_REASON_PARTIAL] = "partial",
        [FLEET_REASON_TIMEOUT] = "timeout",
        [FLEET_REASON_UNREACHABLE] = "unreachable",
        [FLEET_REASON_UNKNOWN_USER] = "unknown-user",
        [FLEET_REASON_WRONG_DIGEST] = "wrong-digest",
        [FLEET_REASON_DECRYPT_ERROR] = "decrypt-error",
        [FLEET_REASON_NOT_IN_WINDOW] = "not-in-window",
        [FLEET_REASON_UNSUPPORTED_LEVEL] = "unsupported-level",
        [FLEET_REASON_AGENT_ERROR] = "agent-error",
        [FLEET_REASON_TOO_BIG] = "too-big",
        [FLEET_REASON_NOT_INCREASING] = "not-increasing",
        [FLEET_REASON_MALFORMED] = "malformed",
        [FLEET_REASON_DEADLINE] = "deadline",
        [FLEET_REASON_BACKOFF] = "backoff",
        [FLEET_REASON_CANCELLED] = "cancelled",
    };
    return reason < FLEET_REASONS ? texts[reason] : "unknown";
}

const char *fleet_lenient_text(size_t kind) {
    static const char *const texts[BER_LENIENT_KINDS] = {
        "lengths in more octets than needed",
        "integers with redundant octets or too wide for their type",
        "octets behind the end",
        "exceptions or NULLs that carry something",
        "empty integers or OIDs",
        "unsigned values encoded as negative",
        "padded sub-identifiers",
        "IpAddresses that are not four octets",
        "BIT STRINGs instead of OCTET STRINGs",
    };
    return kind < BER_LENIENT_KINDS ? texts[kind] : "";
}
