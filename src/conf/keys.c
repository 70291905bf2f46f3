/* keys: see keys.h. */
#include "conf/keys.h"

#include <string.h>

#include "base/nearest.h"
#include "snmpfleet/fleet.h"

#define MILLISECOND_NS UINT64_C(1000000)

enum { EVERYWHERE = KEY_ON_LINE | KEY_IN_DEFAULTS };

static const char *const versions[] = { "1", "2c", "3", NULL };
static const char *const strictness[] = { [KEY_STRICT] = "strict", [KEY_ANY] = "any", NULL };
static const char *const families[] = { "4", "6", NULL };

const struct key target_keys[TARGET_KEYS] = {
    [TARGET_NAME] = {
        "name", "TEXT", { .kind = RULE_TEXT }, NULL,
        "name of the target in rows and reports; the address as it is written when not given",
        KEY_ON_LINE },
    [TARGET_AUTH] = {
        "auth", "NAME", { .kind = RULE_TEXT }, NULL,
        "credentials: an entry of auths in the configuration", EVERYWHERE },
    [TARGET_MODULES] = {
        "modules", "LIST", { .kind = RULE_TEXT }, "system,interfaces",
        "modules to poll, separated by commas", EVERYWHERE },
    [TARGET_INTERVAL] = {
        "interval", "DUR", { .kind = RULE_TIME, .min = 100 * MILLISECOND_NS },
        "the module's, 60s", "time between two polls of a target", EVERYWHERE },
    [TARGET_TIMEOUT] = {
        "timeout", "DUR", { .kind = RULE_TIME, .min = MILLISECOND_NS }, "1s",
        "longest wait for the answer to one attempt", EVERYWHERE },
    [TARGET_RETRIES] = {
        "retries", "N", { .kind = RULE_NUMBER, .min = 0, .max = 100 }, "3",
        "attempts after the first", EVERYWHERE },
    [TARGET_WINDOW] = {
        "window", "N", { .kind = RULE_NUMBER, .min = 1, .max = 65535 }, "2",
        "requests in flight to one target", EVERYWHERE },
    [TARGET_RATE] = {
        "rate", "N", { .kind = RULE_NUMBER, .min = 1, .max = 10000000 }, "no limit",
        "requests a second to one target", EVERYWHERE },
    [TARGET_GAP] = {
        "gap", "DUR", { .kind = RULE_TIME, .min = 0 }, "none",
        "least time between two requests to one target", EVERYWHERE },
    [TARGET_MAX_REPETITIONS] = {
        "max_repetitions", "N", { .kind = RULE_NUMBER, .min = 1, .max = 127 },
        "learnt, at most 127", "most repetitions of a GETBULK", EVERYWHERE },
    [TARGET_VARBINDS_MAX] = {
        "varbinds_max", "N", { .kind = RULE_NUMBER, .min = 1, .max = 1000000000 }, "10000000",
        "most varbinds of one poll, which then ends as partial", EVERYWHERE },
    [TARGET_DEADLINE] = {
        "deadline", "DUR", { .kind = RULE_TIME, .min = MILLISECOND_NS }, "its interval",
        "longest time that a poll may take", EVERYWHERE },
    [TARGET_VERSION] = {
        "version", "1|2c|3", { .kind = RULE_WORDS, .words = versions }, "2c",
        "SNMP version; version 3 needs auth", EVERYWHERE },
    [TARGET_COMMUNITY] = {
        "community", "TEXT", { .kind = RULE_TEXT }, "public",
        "community of versions 1 and 2c", EVERYWHERE },
    [TARGET_CONTEXT] = {
        "context", "TEXT", { .kind = RULE_TEXT }, "the auth's", "SNMPv3 context", EVERYWHERE },
    [TARGET_ENGINE_ID] = {
        "engine_id", "HEX", { .kind = RULE_TEXT }, "discovered",
        "SNMPv3 engine ID of the agent, in hexadecimal", EVERYWHERE },
    [TARGET_REPLY_FROM] = {
        "reply_from", "strict|any", { .kind = RULE_WORDS, .words = strictness }, "strict",
        "strict: take answers only from the address that was asked", EVERYWHERE },
    [TARGET_REPLY_COMMUNITY] = {
        "reply_community", "strict|any", { .kind = RULE_WORDS, .words = strictness }, "strict",
        "strict: take answers only with the community that was sent", EVERYWHERE },
    [TARGET_FAMILY] = {
        "family", "4|6", { .kind = RULE_WORDS, .words = families }, "either",
        "use only IPv4 or only IPv6 addresses of host names", EVERYWHERE },
};

const struct key limit_keys[LIMIT_KEYS] = {
    [LIMIT_RATE] = {
        "rate", "N", { .kind = RULE_NUMBER, .min = 1, .max = FLEET_RATE_MAX }, "no limit",
        "requests a second, all targets together", 0 },
    [LIMIT_WINDOW] = {
        "window", "N", { .kind = RULE_NUMBER, .min = 1, .max = FLEET_WINDOW_MAX },
        "as many as the receive buffer holds answers for",
        "requests in flight, all targets together", 0 },
    [LIMIT_MEMORY] = {
        "memory", "SIZE", { .kind = RULE_SIZE, .min = FLEET_MEMORY_MIN, .max = FLEET_MEMORY_MAX },
        "256M",
        "memory for rows that wait for other columns and look-ups, all polls together; one poll "
        "has at most an eighth", 0 },
    [LIMIT_DNS_RATE] = {
        "dns_rate", "N", { .kind = RULE_NUMBER, .min = 1, .max = FLEET_DNS_RATE_MAX }, "500",
        "most look-ups of host names a second", 0 },
};

const char *target_key_text(enum target_key key) {
    return target_keys[key].name;
}

enum target_key target_key_find(const char *name) {
    for (unsigned i = 0; i < TARGET_KEYS; i++) {
        const char *known = target_keys[i].name;
        if (known[0] == name[0] && strcmp(known, name) == 0) return i;
    }
    return TARGET_KEYS;
}

const char *target_key_nearest(const char *name) {
    struct nearest nearest = NEAREST_INIT(name);
    for (unsigned i = 0; i < TARGET_KEYS; i++) nearest_try(&nearest, target_keys[i].name);
    return nearest.best;
}
