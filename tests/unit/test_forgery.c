/* SNMPv3 in the engine: what must not be believed, and what each refusal is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "secure_world.h"

static struct world world;

/* Whatever is forged comes before the true answer, in every exchange. */
static void what_is_forged_is_counted_and_the_poll_goes_on(void **state) {
    (void)state;
    static const struct {
        struct habits habits;
        size_t counter;                          /* in struct fleet_stats */
    } cases[] = {
        { { .forges_window = true }, offsetof(struct fleet_stats, unauthenticated) },
        { { .strips_auth = true }, offsetof(struct fleet_stats, unauthenticated) },
        { { .other_engine = true }, offsetof(struct fleet_stats, wrong_engine) },
        { { .forges_digest = true }, offsetof(struct fleet_stats, reports) },
        { { .is_stale = true }, offsetof(struct fleet_stats, not_in_window) },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world *w = &world;
        first_poll(w, FLEET_AUTH_PRIV, (struct habits){ 0 });
        w->habits = cases[i].habits;
        run_until(w, 4, 60 * CLOCK_NS_PER_S);
        for (int k = 0; k < 4; k++) assert_int_equal(w->reasons[k], FLEET_REASON_OK);
        const char *counters = (const char *)stats(w);
        uint64_t count;
        memcpy(&count, counters + cases[i].counter, sizeof(count));
        assert_true(count >= 3);
        assert_int_equal(w->sent, 5);            /* no retry, no resync, nothing */
        assert_int_equal(stats(w)->resyncs, 0);
        world_deinit(w);
    }
}

/* RFC 3412 section 7.2 step 12: rows of another context are not those that were asked for. */
static void an_answer_is_held_against_the_context_that_was_asked(void **state) {
    (void)state;
    static const struct {
        struct habits habits;
        bool is_taken;
    } cases[] = {
        { { .other_context = false }, true },
        { { .leaves_contexts = true }, true },
        { { .other_context = true }, false },
        { { .other_context_engine = true }, false },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world *w = &world;
        world_init(w, FLEET_AUTH_PRIV);
        w->context = "vlan7";
        w->habits = cases[i].habits;
        add_target(w, "10.0.0.1", NULL);
        run_until(w, 1, 60 * CLOCK_NS_PER_S);
        bool is_taken = cases[i].is_taken;
        assert_int_equal(w->reasons[0], is_taken ? FLEET_REASON_OK : FLEET_REASON_MALFORMED);
        assert_string_equal(w->details[0], is_taken ? "" : "answers for another context");
        assert_int_equal(w->rows, is_taken ? 1 : 0);
        assert_int_equal(stats(w)->wrong_context > 0, !is_taken);
        assert_int_equal(stats(w)->lacks_context, cases[i].habits.leaves_contexts ? 1 : 0);
        world_deinit(w);
    }
}

/* The time of a message without authentication is nobody's business: no agent says that. */
static void a_forged_window_does_not_end_a_poll_without_authentication(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_NO_AUTH_NO_PRIV, (struct habits){ .forges_window = true });
    assert_int_equal(w->reasons[0], FLEET_REASON_OK);
    assert_int_equal(w->rows, 1);
    assert_int_equal(stats(w)->unauthenticated, 1);
    world_deinit(w);
}

/* It is worth a question which engine it is, whose answer is that nothing has changed. */
static void a_forged_unknown_engine_changes_nothing(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ 0 });
    w->habits.forges_engine = true;
    run_until(w, 2, 20 * CLOCK_NS_PER_S);
    assert_int_equal(stats(w)->resyncs, 0);
    w->habits.forges_engine = false;
    run_until(w, 4, 40 * CLOCK_NS_PER_S);
    assert_int_equal(w->reasons[2], FLEET_REASON_OK);
    assert_int_equal(w->reasons[3], FLEET_REASON_OK);
    world_deinit(w);
}

/* Who can forge one Report must not part a target from an agent that answers no discovery. */
static void an_agent_that_cannot_be_discovered_is_polled_in_spite_of_forgeries(void **state) {
    (void)state;
    struct world *w = &world;
    world_init(w, FLEET_AUTH_PRIV);
    w->habits = (struct habits){ .needs_nobody = true, .needs_user = true };
    add_target(w, "10.0.0.1", engine_a);
    run_until(w, 1, 60 * CLOCK_NS_PER_S);
    w->habits.forges_engine = true;
    run_until(w, 2, 60 * CLOCK_NS_PER_S);
    w->habits.forges_engine = false;
    run_until(w, 4, 60 * CLOCK_NS_PER_S);
    for (int i = 0; i < 4; i++) assert_int_equal(w->reasons[i], FLEET_REASON_OK);
    world_deinit(w);
}

static void each_refusal_has_its_own_reason(void **state) {
    (void)state;
    static const struct {
        struct habits habits;
        enum fleet_reason reason;
    } cases[] = {
        { { .claims = UNSUPPORTED_LEVEL }, FLEET_REASON_UNSUPPORTED_LEVEL },
        { { .claims = UNKNOWN_USER }, FLEET_REASON_UNKNOWN_USER },
        { { .claims = WRONG_DIGEST }, FLEET_REASON_WRONG_DIGEST },
        { { .claims = DECRYPTION }, FLEET_REASON_DECRYPT_ERROR },
        { { .claims = NOT_IN_WINDOW }, FLEET_REASON_NOT_IN_WINDOW },
        { { .claims = UNKNOWN_ENGINE }, FLEET_REASON_AGENT_ERROR },
        { { .spoils_digest = true }, FLEET_REASON_WRONG_DIGEST },
        { { .spoils_privacy = true }, FLEET_REASON_DECRYPT_ERROR },
        { { .is_mute = true }, FLEET_REASON_TIMEOUT },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world *w = &world;
        first_poll(w, FLEET_AUTH_PRIV, cases[i].habits);
        assert_int_equal(w->reasons[0], cases[i].reason);
        assert_true(w->details[0][0] != '\0');
        assert_int_equal(w->rows, 0);
        world_deinit(w);
    }
}

/* Two attempts that are answered by it are enough: no time-out is waited for. */
static void a_report_ends_the_poll_early(void **state) {
    (void)state;
    struct world *w = &world;
    uint64_t start = 5000 * CLOCK_NS_PER_S;
    world_init(w, FLEET_AUTH_NO_PRIV);
    w->habits.claims = UNKNOWN_USER;
    add_target(w, "10.0.0.1", NULL);
    run_until(w, 1, 60 * CLOCK_NS_PER_S);
    assert_int_equal(w->data, 2);
    assert_true(w->now - start < 11 * CLOCK_NS_PER_S);  /* its turn is within 10 s */
    world_deinit(w);
}

/* A reply that was true once does not match any request that is out. */
static void a_replayed_answer_is_a_duplicate(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ 0 });
    struct message m = { .v3.id = 0 };
    assert_int_equal(message_decode(span_of(w->bytes[0], w->slots[0].length), &m), 0);
    agent_respond(w, &w->slots[0].to, &m);
    assert_int_equal(stats(w)->duplicates, 1);
    assert_int_equal(w->rows, 1);
    world_deinit(w);
}

/* Somebody is always faster than the agent; the time is learnt behind that. */
static void forged_engines_and_hidden_boots_together_lose_no_poll(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ .finds_other = true, .hides_boots = true });
    assert_int_equal(w->reasons[0], FLEET_REASON_OK);
    assert_int_equal(stats(w)->resyncs, 1);
    world_deinit(w);
}

/* Send the agent's good answer with one bit flipped; the counter that it was refused under. */
static size_t flip_bit(struct world *w, struct span message, size_t bit) {
    static const size_t refusals[] = {
        offsetof(struct fleet_stats, malformed),    offsetof(struct fleet_stats, unmatched),
        offsetof(struct fleet_stats, wrong_auth),   offsetof(struct fleet_stats, wrong_digest),
        offsetof(struct fleet_stats, wrong_engine), offsetof(struct fleet_stats, unauthenticated),
        offsetof(struct fleet_stats, late),         offsetof(struct fleet_stats, duplicates),
    };
    uint8_t bad[ROOM];
    struct fleet_stats before = *stats(w);
    memcpy(bad, message.bytes, message.length);
    bad[bit / 8] ^= (uint8_t)(1 << bit % 8);
    engine_datagram(w->engine, &w->slots[0].to, span_of(bad, message.length), w->now, (struct moment){ w->now, 0 });
    assert_int_equal(w->rows, 0);
    assert_int_equal(w->reports, 0);
    const struct fleet_stats *after = stats(w);
    assert_int_equal(after->responses, before.responses + 1);
    size_t counter = SIZE_MAX;
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        uint64_t a, b;
        memcpy(&a, (const char *)after + refusals[i], sizeof(a));
        memcpy(&b, (const char *)&before + refusals[i], sizeof(b));
        if (a == b) continue;
        assert_int_equal(a, b + 1);
        assert_int_equal(counter, SIZE_MAX);  /* under one reason only */
        counter = refusals[i];
    }
    assert_int_not_equal(counter, SIZE_MAX);
    return counter;
}

/* Every bit within @field is refused under @counter. */
static void flip_field(struct world *w, struct span message, struct span field, size_t counter) {
    size_t first = (size_t)(field.bytes - message.bytes);
    assert_true(field.length > 0);
    for (size_t bit = 8 * first; bit < 8 * (first + field.length); bit++)
        assert_int_equal(flip_bit(w, message, bit), counter);
}

/*
 * Every bit of an answer, one at a time: nothing is believed and nothing breaks; and what is wrong
 * is called by its name, in the order of RFC 3414 section 3.2: request, engine, user, digest.
 */
static void an_answer_with_any_bit_flipped_is_refused_for_the_right_reason(void **state) {
    (void)state;
    struct world *w = &world;
    world_init(w, FLEET_AUTH_PRIV);
    w->habits.is_mute = true;
    add_target(w, "10.0.0.1", NULL);
    while (w->data == 0) run_until(w, 1, STEP_NS);
    struct message asked, m;
    struct usm_parameters usm;
    uint8_t good[ROOM];
    assert_int_equal(message_decode(span_of(w->bytes[0], w->slots[0].length), &asked), 0);
    struct span message = agent_wrap(w, agent_good_reply(w, &asked), good);
    for (size_t bit = 0; bit < 8 * message.length; bit++) (void)flip_bit(w, message, bit);

    assert_int_equal(message_decode(message, &m), 0);
    assert_int_equal(usm_parameters_decode(m.v3.security_parameters, &usm), 0);
    const uint8_t id[4] = { (uint8_t)(m.v3.id >> 24), (uint8_t)(m.v3.id >> 16),
                            (uint8_t)(m.v3.id >> 8), (uint8_t)m.v3.id };
    const uint8_t *at = memmem(message.bytes, message.length, id, sizeof(id));
    flip_field(w, message, span_of(at, 4), offsetof(struct fleet_stats, unmatched));
    flip_field(w, message, usm.engine_id, offsetof(struct fleet_stats, wrong_engine));
    flip_field(w, message, usm.user_name, offsetof(struct fleet_stats, wrong_auth));
    flip_field(w, message, usm.auth_parameters, offsetof(struct fleet_stats, wrong_digest));
    flip_field(w, message, usm.priv_parameters, offsetof(struct fleet_stats, wrong_digest));
    flip_field(w, message, m.v3.encrypted, offsetof(struct fleet_stats, wrong_digest));
    engine_datagram(w->engine, &w->slots[0].to, message, w->now, (struct moment){ w->now, 0 });
    assert_int_equal(w->rows, 1);
    world_deinit(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_forged_is_counted_and_the_poll_goes_on),
        cmocka_unit_test(an_answer_is_held_against_the_context_that_was_asked),
        cmocka_unit_test(a_forged_window_does_not_end_a_poll_without_authentication),
        cmocka_unit_test(a_forged_unknown_engine_changes_nothing),
        cmocka_unit_test(an_agent_that_cannot_be_discovered_is_polled_in_spite_of_forgeries),
        cmocka_unit_test(each_refusal_has_its_own_reason),
        cmocka_unit_test(a_report_ends_the_poll_early),
        cmocka_unit_test(a_replayed_answer_is_a_duplicate),
        cmocka_unit_test(forged_engines_and_hidden_boots_together_lose_no_poll),
        cmocka_unit_test(an_answer_with_any_bit_flipped_is_refused_for_the_right_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
