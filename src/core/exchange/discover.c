/*
 * discover: see discover.h.
 *
 * How agents differ: HP's tell boots and time only to an authenticated request (zeros are sent,
 * which asks for them); MikroTik's want the empty user first (always sent first; the second attempt
 * names the user, for agents that are silent to nobody); some put request-id 0 or 2^31-1 into
 * Reports (they are matched by msgID alone), or set no reportable flag (it is not looked at).
 */
#include "core/exchange/discover.h"

#include <stdio.h>

bool discover_write(const struct usm_user *user, int32_t id, struct ber_writer *w) {
    struct pdu pdu = { .type = PDU_GET, .request_id = id };
    message_write_scoped(w, SPAN_NULL, SPAN_NULL, &pdu);
    struct message_v3_header header = {
        .id = id,
        .max_size = SECURITY_RECEIVE_MAX,
        .flags = MESSAGE_FLAG_REPORTABLE,
    };
    struct usm_parameters usm = { .engine_boots = 0 };
    if (user != NULL) usm.user_name = span_of(user->name, user->name_length);
    return message_write_v3(w, &header, &usm) != NULL;
}

enum report_kind {
    REPORT_NOT_IN_WINDOW,
    REPORT_UNKNOWN_ENGINE,
    REPORT_CLAIM,
};

/* RFC 3414 section 5, RFC 3412 section 5, RFC 3413 section 4.1.2. */
static const struct report {
    uint8_t oid[9];
    uint8_t length;
    uint8_t kind;   /* enum report_kind */
    uint8_t reason; /* enum fleet_reason */
    const char *text;
} reports[] = {
    { { 0x2b, 6, 1, 6, 3, 15, 1, 1, 1 },
      9,
      REPORT_CLAIM,
      FLEET_REASON_UNSUPPORTED_LEVEL,
      "the agent says: usmStatsUnsupportedSecLevels" },
    { { 0x2b, 6, 1, 6, 3, 15, 1, 1, 2 },
      9,
      REPORT_NOT_IN_WINDOW,
      FLEET_REASON_NOT_IN_WINDOW,
      "the agent says: usmStatsNotInTimeWindows" },
    { { 0x2b, 6, 1, 6, 3, 15, 1, 1, 3 },
      9,
      REPORT_CLAIM,
      FLEET_REASON_UNKNOWN_USER,
      "the agent says: usmStatsUnknownUserNames" },
    { { 0x2b, 6, 1, 6, 3, 15, 1, 1, 4 },
      9,
      REPORT_UNKNOWN_ENGINE,
      FLEET_REASON_AGENT_ERROR,
      "the agent says: usmStatsUnknownEngineIDs" },
    { { 0x2b, 6, 1, 6, 3, 15, 1, 1, 5 },
      9,
      REPORT_CLAIM,
      FLEET_REASON_WRONG_DIGEST,
      "the agent says: usmStatsWrongDigests" },
    { { 0x2b, 6, 1, 6, 3, 15, 1, 1, 6 },
      9,
      REPORT_CLAIM,
      FLEET_REASON_DECRYPT_ERROR,
      "the agent says: usmStatsDecryptionErrors" },
    { { 0x2b, 6, 1, 6, 3, 11, 2, 1, 1 },
      9,
      REPORT_CLAIM,
      FLEET_REASON_AGENT_ERROR,
      "the agent says: snmpUnknownSecurityModels" },
    { { 0x2b, 6, 1, 6, 3, 11, 2, 1, 2 },
      9,
      REPORT_CLAIM,
      FLEET_REASON_AGENT_ERROR,
      "the agent says: snmpInvalidMsgs" },
    { { 0x2b, 6, 1, 6, 3, 11, 2, 1, 3 },
      9,
      REPORT_CLAIM,
      FLEET_REASON_AGENT_ERROR,
      "the agent says: snmpUnknownPDUHandlers (context engine ID)" },
    { { 0x2b, 6, 1, 6, 3, 12, 1, 4 },
      8,
      REPORT_CLAIM,
      FLEET_REASON_AGENT_ERROR,
      "the agent says: snmpUnavailableContexts" },
    { { 0x2b, 6, 1, 6, 3, 12, 1, 5 },
      8,
      REPORT_CLAIM,
      FLEET_REASON_AGENT_ERROR,
      "the agent says: snmpUnknownContexts" },
};

static const struct report report_other = {
    .kind = REPORT_CLAIM,
    .reason = FLEET_REASON_AGENT_ERROR,
    .text = "a Report of no known kind",
};

static const struct report *report_of(const struct message *m) {
    struct ber_reader r = BER_READER(m->pdu.varbinds);
    struct varbind varbind;
    if (!varbind_next(&r, &varbind)) return &report_other;
    for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
        if (span_starts_with(varbind.oid, span_of(reports[i].oid, reports[i].length)))
            return &reports[i];
    }
    return &report_other;
}

void discover_format_engine_id(struct span engine_id, char text[static DISCOVER_HEX_BYTES]) {
    text[0] = '\0';
    for (size_t i = 0; i < engine_id.length && i < FLEET_ENGINE_ID_MAX; i++)
        snprintf(text + 2 * i, 3, "%02x", engine_id.bytes[i]);
}

/*
 * The agent says that the engine ID which it was asked under is not its own. By what is known of
 * it:
 *
 * 1. An ID is pinned and the Report names another one: refuse.
 * 2. It names the very ID that it denies, and that is pinned or was asked for just now: the Report
 *    contradicts itself. The true answer is waited for.
 * 3. The ID was a guess, or only named by a Report: take the other one, and ask again.
 * 4. The engine has proved itself: keep it, but ask who is there.
 */
static enum discover_step discover_other_engine(const struct security *s, struct span engine_id,
                                                struct discover_question q) {
    bool is_same = span_equal(engine_id, security_engine_id(s));
    if (s->is_pinned && !is_same) return DISCOVER_REFUSE;
    if (is_same && (s->is_pinned || q.was_asked_anew)) return DISCOVER_CONTRADICTED;
    if (!security_is_confirmed(s) && usm_is_engine_id(engine_id) && q.may_adopt)
        return DISCOVER_ADOPT;
    return DISCOVER_SUSPECT;
}

static enum discover_step discover_step_of(const struct security *s, const struct report *report,
                                           const struct security_claim *claim,
                                           struct discover_question q) {
    bool is_believed = claim->is_authentic || !q.has_auth;
    if (q.is_discovery && !claim->is_authentic) /* any Report will do: it names the engine */
        return usm_is_engine_id(claim->usm.engine_id) ? DISCOVER_ADOPT : DISCOVER_MALFORMED;
    if (report->kind == REPORT_UNKNOWN_ENGINE)
        return discover_other_engine(s, claim->usm.engine_id, q);
    /* Of a message without authentication the time is not looked at (section 3.2 step 7). */
    if (report->kind == REPORT_NOT_IN_WINDOW)
        return claim->is_authentic ? DISCOVER_RESYNC : DISCOVER_UNPROVEN_TIME;
    return is_believed ? DISCOVER_GIVE_UP : DISCOVER_DOUBT;
}

struct discover_verdict discover_judge(const struct security *s, const struct message *m,
                                       const struct security_claim *claim,
                                       struct discover_question question) {
    const struct report *report = report_of(m);
    return (struct discover_verdict){
        .step = discover_step_of(s, report, claim, question),
        .reason = (enum fleet_reason)report->reason,
        .text = report->text,
    };
}
