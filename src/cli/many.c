/* many: see many.h. */
#include "cli/many.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/dump.h"
#include "cli/log.h"
#include "cli/many_print.h"
#include "cli/many_targets.h"

enum { NO_SUCH_NAME = 2 };

#define NS_PER_SECOND 1e9

enum step { STEP_QUESTION, STEP_ROOT_FIRST, STEP_WALK, STEP_ROOT_LAST };

/* A target as it is asked. */
struct agent {
    struct many *many;
    struct many_text records;   /* that wait for its turn */
    struct many_text failures;  /* text: lines for standard error, too */
    uint64_t left_out[FLEET_VARBINDS_MAX / 64];  /* varbinds that it refused, as bits */
    uint64_t found;
    int64_t duration_ns;        /* of its walk */
    uint32_t target, operation;
    uint32_t owed;              /* varbinds of its walk that were not taken yet */
    uint8_t step;               /* enum step */
    bool is_over;               /* nothing more is asked */
    bool is_stopped;            /* its walk was ended by us, in front of `end` */
};

struct many {
    struct ask *ask;
    const struct many_question *question;
    struct many_print print;
    struct many_text room;      /* of the record that is put together */
    struct agent *agents;
    size_t count, next, turn;   /* all; the next to be asked; sorted: the one whose turn it is */
    uint32_t running;
    size_t waiting;             /* bytes of records that wait for their turn */
    uint64_t waiting_max;
    char root[FLEET_OID_TEXT_MAX];
    bool is_sorted, has_failed, has_refused;
    int error;                  /* of the system: all ends */
};

/* ---- what is written, and when ---- */

static bool has_turn(const struct many *m, const struct agent *agent) {
    return !m->is_sorted || agent == &m->agents[m->turn];
}

static bool is_full(const struct many *m) {
    return m->waiting >= m->waiting_max;
}

static void write_records(const struct many_text *text) {
    if (text->length > 0) (void)fwrite(text->bytes, 1, text->length, stdout);
}

/* Lines that are in the order of those of standard output, where both are one terminal. */
static void write_failures(const struct many_text *text) {
    if (text->length == 0) return;
    (void)fflush(stdout);
    log_plain("%.*s", (int)text->length, text->bytes);
}

/* What was put together: @is_failure, of text, for standard error. */
static void put(struct agent *agent, bool is_good, bool is_failure) {
    struct many *m = agent->many;
    struct many_text *later = is_failure ? &agent->failures : &agent->records;
    if (is_good && has_turn(m, agent)) {
        if (is_failure) write_failures(&m->room);
        else write_records(&m->room);
    } else if (is_good) {
        is_good = many_text_append(later, m->room.bytes, m->room.length);
        m->waiting += m->room.length;
    }
    if (!is_good) m->error = -ENOMEM;
    m->room.length = 0;
}

static void take_owed(struct agent *agent) {
    if (agent->owed == 0) return;
    (void)fleet_walk_take(agent->many->ask->fleet, agent->operation, agent->owed);
    agent->owed = 0;
}

static void give_out(struct many *m, struct agent *agent) {
    write_records(&agent->records);
    write_failures(&agent->failures);
    m->waiting -= agent->records.length + agent->failures.length;
    many_text_free(&agent->records);
    many_text_free(&agent->failures);
}

/* The turn goes to the first that is not over, and what waits for it is written. */
static void pass_turn(struct many *m) {
    if (!m->is_sorted) return;
    bool was_full = is_full(m);
    while (m->turn < m->count) {
        struct agent *agent = &m->agents[m->turn];
        give_out(m, agent);
        take_owed(agent);
        if (!agent->is_over) break;
        m->turn++;
    }
    if (!was_full || is_full(m)) return;
    for (size_t i = m->turn; i < m->next; i++) take_owed(&m->agents[i]);
}

/* ---- what became of a question ---- */

static void print_varbinds(struct agent *agent, const struct fleet_varbind *varbinds,
                           size_t count) {
    struct many *m = agent->many;
    const struct fleet_target *target = fleet_target_get(m->ask->fleet, agent->target);
    int64_t time_ns = clock_realtime_ns();
    bool is_good = true;
    for (size_t i = 0; is_good && i < count; i++)
        is_good = many_print_varbind(&m->print, &m->room, target, time_ns, &varbinds[i]);
    put(agent, is_good, false);
}

static void fail(struct agent *agent, const struct fleet_result *result) {
    struct many *m = agent->many;
    const struct fleet_varbind *about = NULL;
    if (result->error_status != 0) m->has_refused = true;
    else m->has_failed = true;
    size_t index = (size_t)result->error_index - 1;
    if (result->error_status != 0 && agent->step == STEP_WALK && result->varbind_count > 0)
        about = &result->varbinds[0];
    else if (result->error_index > 0 && index < result->varbind_count)
        about = &result->varbinds[index];
    bool is_good = many_print_failure(&m->print, &m->room, result, about);
    put(agent, is_good, m->print.format == MANY_TEXT);
}

static void say(struct agent *agent, bool is_failure, const char *line) {
    struct many *m = agent->many;
    const struct fleet_target *target = fleet_target_get(m->ask->fleet, agent->target);
    put(agent, many_print_line(&m->print, &m->room, target, line), is_failure);
}

static void tell_of_walk(struct agent *agent) {
    const struct many *m = agent->many;
    char line[80];
    if (m->print.format != MANY_TEXT) return;
    (void)snprintf(line, sizeof(line), "Variables found: %llu", (unsigned long long)agent->found);
    if (m->question->tells_count) say(agent, false, line);
    (void)snprintf(line, sizeof(line), "Total traversal time = %f seconds",
                   (double)agent->duration_ns / NS_PER_SECOND);
    if (m->question->tells_time) say(agent, true, line);
}

static void end(struct agent *agent) {
    if (agent->many->question->is_walk) tell_of_walk(agent);
    agent->is_over = true;
}

static void ask_agent(struct agent *agent);

static bool is_left_out(const struct agent *agent, size_t i) {
    return (agent->left_out[i / 64] >> i % 64 & 1) != 0;
}

/* The object that was refused is left out of the next question. False: it is none of them. */
static bool leave_out(struct agent *agent, int32_t error_index) {
    const struct many_question *q = agent->many->question;
    int32_t left = error_index;
    for (size_t i = 0; error_index > 0 && i < q->count; i++) {
        if (is_left_out(agent, i) || --left > 0) continue;
        agent->left_out[i / 64] |= UINT64_C(1) << i % 64;
        return true;
    }
    return false;
}

static bool has_any_left(const struct agent *agent) {
    for (size_t i = 0; i < agent->many->question->count; i++) {
        if (!is_left_out(agent, i)) return true;
    }
    return false;
}

static void question_is_over(struct agent *agent, const struct fleet_result *result) {
    const struct many_question *q = agent->many->question;
    bool is_end = q->pdu == FLEET_PDU_GETBULK && result->error_status == NO_SUCH_NAME;
    if (is_end) {
        end(agent);
        return;
    }
    if (result->reason == FLEET_REASON_OK) {
        if (!q->is_quiet) print_varbinds(agent, result->varbinds, result->varbind_count);
        end(agent);
        return;
    }
    fail(agent, result);
    bool again = q->leaves_out && result->error_status != 0 &&
                 leave_out(agent, result->error_index) && has_any_left(agent);
    if (again) ask_agent(agent);
    else end(agent);
}

/* The object itself: a failure is not told, as walks of one agent do it. */
static void root_is_over(struct agent *agent, const struct fleet_result *result) {
    if (result->reason == FLEET_REASON_OK) {
        agent->found += result->varbind_count;
        print_varbinds(agent, result->varbinds, result->varbind_count);
    }
    if (agent->step == STEP_ROOT_LAST) {
        end(agent);
        return;
    }
    agent->step = STEP_WALK;
    ask_agent(agent);
}

static void walk_is_over(struct agent *agent, const struct fleet_result *result) {
    bool is_good = result->reason == FLEET_REASON_OK || agent->is_stopped;
    agent->duration_ns = result->duration_ns;
    agent->owed = 0;
    if (!is_good) {
        fail(agent, result);
    } else if (agent->found == 0 && agent->many->question->asks_root_last) {
        agent->step = STEP_ROOT_LAST;
        ask_agent(agent);
        return;
    }
    end(agent);
}

static void done(void *context, const struct fleet_result *result) {
    struct agent *agent = context;
    struct many *m = agent->many;
    m->running--;
    if (m->error != 0) return;
    if (agent->step == STEP_QUESTION) question_is_over(agent, result);
    else if (agent->step == STEP_WALK) walk_is_over(agent, result);
    else root_is_over(agent, result);
    if (agent->is_over && has_turn(m, agent)) pass_turn(m);
}

/* ---- walks ---- */

static bool is_behind(const struct fleet_varbind *varbind, const struct ask_oid *end) {
    uint32_t name[FLEET_OID_SUBIDS_MAX];
    size_t count = fleet_oid_numbers(varbind->oid, varbind->oid_length, name);
    for (size_t i = 0; i < count && i < end->count; i++) {
        if (name[i] != end->numbers[i]) return name[i] > end->numbers[i];
    }
    return count >= end->count;
}

static void found(void *context, uint32_t operation, const struct fleet_varbind *varbinds,
                  size_t count) {
    struct agent *agent = context;
    struct many *m = agent->many;
    const struct ask_oid *end = &m->question->end;
    size_t good = 0;
    agent->operation = operation;
    if (end->count == 0) good = count;
    while (good < count && !is_behind(&varbinds[good], end)) good++;
    agent->found += good;
    agent->owed += (uint32_t)count;
    if (good > 0) print_varbinds(agent, varbinds, good);
    agent->is_stopped = good < count;
    if (agent->is_stopped || m->error != 0) (void)fleet_cancel(m->ask->fleet, operation);
    else if (has_turn(m, agent) || !is_full(m)) take_owed(agent);
}

static int start_walk(struct agent *agent, const struct fleet_request_options *options) {
    struct many *m = agent->many;
    const struct many_question *q = m->question;
    const struct fleet_walk_options walk = {
        .found = found,
        .method = q->method,
        .end = q->end.count > 0 ? FLEET_END_MIB : FLEET_END_SUBTREE,
        /* Where it may lead round in a circle there has to be an end. */
        .max_rows = q->is_unordered ? 10000000 : 0,
        .unordered = q->is_unordered,
        .max_repetitions = q->max_repetitions,
        .non_repeaters = q->non_repeaters,
        .high_water = m->is_sorted ? 1 : 0,  /* `found` says after each answer whether to go on */
    };
    return fleet_walk(m->ask->fleet, agent->target, m->root, &walk, options, &agent->operation);
}

/* ---- asking ---- */

static int start_question(struct agent *agent, const struct fleet_request_options *options) {
    const struct many_question *q = agent->many->question;
    struct fleet_varbind varbinds[FLEET_VARBINDS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < q->count; i++) {
        if (!is_left_out(agent, i)) varbinds[count++] = q->varbinds[i];
    }
    return fleet_request(agent->many->ask->fleet, agent->target, q->pdu, varbinds, count,
                         q->non_repeaters, q->max_repetitions, options, NULL);
}

static int start_root(struct agent *agent, const struct fleet_request_options *options) {
    const struct fleet_varbind root = ask_varbind(&agent->many->question->root);
    return fleet_request(agent->many->ask->fleet, agent->target, FLEET_PDU_GET, &root, 1, 0, 0,
                         options, NULL);
}

/* Where it cannot be asked, that is what became of it. */
static void refuse(struct agent *agent, int error) {
    struct many *m = agent->many;
    bool is_version = error == FLEET_E_INVALID && m->question->pdu == FLEET_PDU_GETBULK;
    const struct fleet_result result = {
        .target = fleet_target_get(m->ask->fleet, agent->target),
        .reason = FLEET_REASON_CANCELLED,
        .detail = is_version ? "SNMPv1 has no GETBULK" : fleet_error_text(error),
        .time_ns = clock_realtime_ns(),
    };
    fail(agent, &result);
    end(agent);
}

static void ask_agent(struct agent *agent) {
    struct many *m = agent->many;
    const struct fleet_request_options options = { .done = done, .context = agent };
    int error = agent->step == STEP_QUESTION ? start_question(agent, &options)
                : agent->step == STEP_WALK   ? start_walk(agent, &options)
                                             : start_root(agent, &options);
    if (error == 0) m->running++;
    else if (error < 0) m->error = error;
    else refuse(agent, error);
}

/* As many as the fleet takes, which sends as its window allows; one place stays for what is asked
 * from a callback. */
static void feed(struct many *m) {
    while (m->next < m->count && m->running < FLEET_OPERATIONS_MAX - 1 && m->error == 0) {
        struct agent *agent = &m->agents[m->next];
        if (is_full(m) && !has_turn(m, agent)) return;
        m->next++;
        if (m->question->is_walk)
            agent->step = m->question->asks_root_first ? STEP_ROOT_FIRST : STEP_WALK;
        ask_agent(agent);
        if (agent->is_over && has_turn(m, agent)) pass_turn(m);
    }
}

static bool is_done(const struct many *m) {
    return m->error != 0 || ferror(stdout) != 0 || (m->next == m->count && m->running == 0);
}

static void ask_all(struct many *m) {
    struct fleet *fleet = m->ask->fleet;
    struct pollfd wait = { .fd = fleet_fd(fleet), .events = POLLIN };
    for (feed(m); !is_done(m); feed(m)) {
        int error = fleet_step(fleet, 0);
        if (error != 0 && m->error == 0) m->error = error;
        if (is_done(m) || poll(&wait, 1, 0) != 0) continue;
        /* Nothing is to be done now: what was found is seen. */
        (void)fflush(stdout);
        if (poll(&wait, 1, -1) < 0 && errno != EINTR) m->error = -errno;
    }
}

/* ---- the fleet ---- */

static void ignore_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void ignore_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void show(void *context, const struct fleet_trace *trace) {
    struct ask *a = context;
    (void)fflush(stdout);
    dump_datagram(trace, ask_mib(a), &a->options.style);
}

static int open_fleet(struct many *m, struct many_targets *targets) {
    struct ask *a = m->ask;
    const struct fleet_options options = {
        .sink = { .context = a, .rows = ignore_rows, .report = ignore_report },
        .trace = a->options.dumps ? show : NULL,
    };
    int error = fleet_new(&a->fleet, &options);
    if (error != 0) {
        log_plain("%s: %s\n", a->options.program, fleet_error_text(error));
        return error;
    }
    error = many_targets_read(a, targets);
    if (error != 0) return error;
    m->agents = calloc(targets->count + 1, sizeof(*m->agents));
    if (m->agents == NULL) return -ENOMEM;
    struct fleet_limits limits;
    fleet_limits_get(a->fleet, &limits);
    m->waiting_max = limits.memory;
    m->count = targets->count;
    for (size_t i = 0; i < m->count; i++)
        m->agents[i] = (struct agent){ .many = m, .target = targets->numbers[i] };
    return 0;
}

static void oid_text(const struct ask_oid *oid, char text[static FLEET_OID_TEXT_MAX]) {
    char *at = text;
    for (size_t i = 0; i < oid->count; i++) {
        if (i > 0) *at++ = '.';
        at = text_put_u64(at, oid->numbers[i]);
    }
    *at = '\0';
}

static int code_of(const struct many *m) {
    if (m->error != 0) {
        log_plain("%s: %s\n", m->ask->options.program, fleet_error_text(m->error));
        return ASK_EXIT_FAILED;
    }
    return m->has_refused ? ASK_EXIT_REFUSED : m->has_failed ? ASK_EXIT_FAILED : ASK_EXIT_GOOD;
}

int many_run(struct ask *a, const struct many_question *question) {
    const struct many_options *o = &a->options.many;
    struct many m = {
        .ask = a, .question = question, .is_sorted = o->is_sorted,
        .print = { .format = o->format, .mib = ask_mib(a),
                   .style = &a->options.style, .has_names = o->has_names },
    };
    struct many_targets targets = { .count = 0 };
    int code = ASK_EXIT_FAILED;
    if (m.print.mib == NULL) return code;
    oid_text(&question->root, m.root);
    if (open_fleet(&m, &targets) == 0) {
        if (o->format == MANY_CSV) (void)fputs(MANY_CSV_HEADER, stdout);
        ask_all(&m);
        code = code_of(&m);
    }
    if (m.error == 0) m.error = -ECANCELED;  /* what the end of the fleet takes back is not told */
    fleet_free(a->fleet);
    a->fleet = NULL;
    for (size_t i = 0; i < m.count; i++) {
        many_text_free(&m.agents[i].records);
        many_text_free(&m.agents[i].failures);
    }
    free(m.agents);
    many_text_free(&m.room);
    many_print_deinit(&m.print);
    many_targets_free(&targets);
    return code;
}
