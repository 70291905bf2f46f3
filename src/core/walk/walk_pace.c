/* walk_pace: see walk_pace.h. */
#include "core/walk/walk_pace.h"

enum {
    VARBIND_BYTES_GUESS = 24,     /* of a counter with its OID, to begin with */
    REPLY_BYTES_AIM = WALK_REPLY_BYTES - 72,  /* leaves room for values that grow and for IPv6 and
                                                 tunnels */
};

static uint16_t first_repetitions(const struct plan_group *planned, uint8_t learnt, uint32_t max) {
    if (learnt >= WALK_LEARNT_DOUBT) return 0;
    uint32_t fit = (uint32_t)(REPLY_BYTES_AIM / VARBIND_BYTES_GUESS) / planned->count;
    uint32_t first = learnt != 0                    ? learnt
                     : fit < WALK_REPETITIONS_START ? fit
                                                    : WALK_REPETITIONS_START;
    if (first == 0) first = 1;
    return (uint16_t)(first < max ? first : max);
}

void walk_pace_init(struct walk_group *group, const struct plan_group *planned,
                    const struct walk_terms *terms) {
    uint32_t max = terms->repetitions_max != 0 && terms->repetitions_max < WALK_REPETITIONS_MAX
                       ? terms->repetitions_max
                       : WALK_REPETITIONS_MAX;
    uint8_t learnt = terms->learnt[planned->number];
    *group = (struct walk_group){
        .ask_max = planned->count,
        .ask_limit = planned->count,
        .repetitions = terms->is_v1 ? 0 : first_repetitions(planned, learnt, max),
        .repetitions_max = (uint16_t)max,
        .repetitions_limit = (uint16_t)max,
        .repetitions_whole = (uint16_t)max,
        .patience = learnt == WALK_LEARNT_DOUBT ? 1 : WALK_PATIENCE_MIN,
        .trials = terms->is_v1 || learnt == WALK_LEARNT_GETNEXT ? WALK_TRIALS : 0,
        .bulk_works = learnt != 0 && learnt < WALK_LEARNT_DOUBT,
    };
    if (group->repetitions == 0) group->repetitions_max = 0;
}

bool walk_pace_shrink(struct walk_group *group, bool is_get) {
    if (!is_get && group->repetitions > 0) {
        group->repetitions /= 2;
        group->repetitions_max = group->repetitions_limit = group->repetitions;
        return true;
    }
    if (group->asked_count <= 1) return false;
    group->ask_max = group->ask_limit = (uint16_t)((group->asked_count + 1) / 2);
    return true;
}

void walk_pace_leave_bulk(struct walk_group *group, bool is_error) {
    group->repetitions = group->repetitions_max = 0;
    group->good = 0;
    if (group->bulk_works && group->patience < WALK_PATIENCE_MAX) group->patience *= 2;
    if (!group->bulk_works && is_error) group->repetitions_limit = 0;
}

bool walk_pace_narrow(struct walk_group *group) {
    if (group->asked_count <= 1) return false;
    group->asked_count = (uint16_t)((group->asked_count + 1) / 2);
    group->asked_bytes = (uint16_t)(group->asked_bytes / 2);
    group->ask_max = group->asked_count;
    group->is_narrowed = true;
    group->good = 0;
    return true;
}

void walk_pace_lost(struct walk_group *group, bool is_get) {
    if (group->lost++ == 0) group->repetitions_first = group->repetitions;
    if (group->strikes < UINT8_MAX) group->strikes++;
    if (group->strikes >= WALK_STRIKES && group->asked_bytes > WALK_REQUEST_SMALL)
        (void)walk_pace_narrow(group);
    if (is_get || group->repetitions == 0) return;
    group->repetitions = (uint16_t)(group->repetitions / (group->is_answered ? 2 : 4));
}

/* Chance, or too much was asked for. */
void walk_pace_answered(struct walk_group *group) {
    if (group->lost == 0) {
        group->strikes = 0;
    } else if (group->strikes < WALK_STRIKES && group->bulk_works) {
        group->repetitions = group->repetitions_first;
    } else {
        group->repetitions_max = group->repetitions;
        group->strikes = group->good = 0;
        if (group->bulk_works && group->patience < WALK_PATIENCE_MAX) group->patience *= 2;
    }
}

/*
 * Another good reply: after enough of them what losses shrank may grow again. Where GETBULK has not
 * worked yet it is tried WALK_TRIALS times: what was lost may have been lost by chance.
 */
static void recover(struct walk_group *group) {
    bool may_try = group->bulk_works || group->repetitions > 0 || group->trials < WALK_TRIALS;
    bool may_repeat = may_try && group->repetitions_max < group->repetitions_limit;
    if (!may_repeat && group->ask_max >= group->ask_limit) return;
    if (++group->good < group->patience) return;
    group->good = 0;
    group->ask_max = group->ask_limit;
    if (!may_repeat) return;
    group->repetitions_max = group->repetitions_limit;
    if (group->repetitions > 0) return;
    group->repetitions = 1;
    if (!group->bulk_works) group->trials++;
}

/*
 * At most double what was asked, and only when the agent gave all of it. An answer with more than
 * is asked for now is one to an earlier attempt: it was late, not lost, and what was asked for less
 * on its account is taken back.
 */
void walk_pace_learn(struct walk_group *group, size_t varbinds, size_t size) {
    size_t rounds = varbinds / group->asked_count;
    uint16_t limit = group->repetitions_limit;
    if (rounds > 1 && rounds > group->repetitions) {
        group->repetitions = group->repetitions_max = rounds < limit ? (uint16_t)rounds : limit;
    }
    bool was_bulk = group->repetitions > 0;
    recover(group);
    if (!was_bulk || rounds == 0) return;
    size_t fit = REPLY_BYTES_AIM * rounds / size;
    if (fit == 0) fit = 1;
    size_t next = group->repetitions;
    if (fit < next) next = fit;
    else if (rounds >= next) next = next * 2 < fit ? next * 2 : fit;
    group->repetitions = (uint16_t)(next < group->repetitions_max ? next : group->repetitions_max);
}

void walk_pace_restore(struct walk_group *group, const struct plan_group *planned, bool is_v1) {
    if (group->restores == WALK_RESTORES) return;
    group->restores++;
    group->ask_max = group->ask_limit = planned->count;
    if (is_v1) return;
    group->repetitions_max = group->repetitions_limit = group->repetitions_whole;
    if (group->repetitions == 0) group->repetitions = 1;
}

uint8_t walk_pace_learnt(const struct walk_group *group) {
    if (group->repetitions > 0 && (group->bulk_works || group->trials == 0))
        return (uint8_t)group->repetitions;
    if (group->bulk_works) return 1;  /* one bad moment is no reason to give GETBULK up */
    bool is_sure = group->repetitions_limit == 0 || group->trials >= WALK_TRIALS;
    return is_sure ? WALK_LEARNT_GETNEXT : WALK_LEARNT_DOUBT;
}
