/* walk_problem: see walk_problem.h. */
#include "core/walk/walk_problem.h"

#include <stdio.h>

#include "wire/oid.h"

static const char *const problem_texts[WALK_PROBLEMS] = {
    [WALK_NOT_INCREASING] = "OIDs do not increase",
    [WALK_TOO_BIG] = "tooBig for a single value",
    [WALK_MALFORMED] = "reply does not answer what was asked",
    [WALK_UNDECODABLE] = "a name or value that does not decode",
    [WALK_TOO_LONG] = "more rows wait than fit the memory that they may take",
    [WALK_NO_MEMORY] = "out of memory",
};

/* "ifInOctets.7", "1.3.6.1.4.1.9.7"; returns its length. */
static size_t write_place(const struct walk *w, uint16_t column, struct span index, char *text,
                          size_t size) {
    const struct fleet_column *c = &w->part->described.columns[column];
    char suffix[FLEET_OID_TEXT_MAX] = "";
    bool is_whole = walk_is_subtree(w) && index.length > 0;
    size_t length = index.length == 0 ? 0
                    : is_whole        ? oid_format(index, suffix)
                                      : oid_format_suffix(index, suffix);
    const char *name = is_whole ? "" : c->object[0] != '\0' ? c->object : c->oid;
    int written = snprintf(text, size, "%s%s%.*s", name, length > 0 && !is_whole ? "." : "",
                           (int)length, suffix);
    return (size_t)written < size ? (size_t)written : size - 1;
}

void walk_note(struct walk *w, enum walk_problem problem, uint16_t column, struct span index,
               struct span came) {
    w->lost_cells[problem]++;
    if ((w->problems & 1u << problem) != 0) return;
    w->problems |= 1u << problem;
    char text[2 * FLEET_OID_TEXT_MAX + 64], oid[FLEET_OID_TEXT_MAX];
    size_t length = write_place(w, column, index, text, sizeof(text));
    if (came.length > 0)
        snprintf(text + length, sizeof(text) - length, ": %.*s came", (int)oid_format(came, oid),
                 oid);
    w->problem_at[problem] = arena_text(w->arena, text);
}

void walk_end_column(struct walk *w, uint16_t column, enum walk_problem problem, struct span came) {
    struct walk_column *c = &w->columns[column];
    c->is_done = true;
    c->is_held = false;
    c->skips = 0;
    walk_note(w, problem, column, walk_last(c), came);
}

void walk_describe(const struct walk *w, enum walk_problem problem, char *text, size_t size) {
    const char *what = problem == WALK_AGENT_ERROR ? error_status_name(w->error_status)
                                                   : problem_texts[problem];
    const char *at = w->problem_at[problem] != NULL ? w->problem_at[problem] : "an OID";
    uint32_t more = w->lost_cells[problem] - 1;
    char others[32] = "";
    if (more > 0) snprintf(others, sizeof(others), ", and at %u more", more);
    snprintf(text, size, "%s at %.200s%s", what, at, others);
}

enum fleet_reason walks_problem(const struct walk *walks, uint16_t count, char *detail,
                                size_t size) {
    static const enum fleet_reason reasons[WALK_PROBLEMS] = {
        [WALK_NOT_INCREASING] = FLEET_REASON_NOT_INCREASING,
        [WALK_TOO_BIG] = FLEET_REASON_TOO_BIG,
        [WALK_AGENT_ERROR] = FLEET_REASON_AGENT_ERROR,
        [WALK_MALFORMED] = FLEET_REASON_MALFORMED,
        [WALK_UNDECODABLE] = FLEET_REASON_MALFORMED,
        [WALK_TOO_LONG] = FLEET_REASON_PARTIAL,
        [WALK_NO_MEMORY] = FLEET_REASON_PARTIAL,
    };
    uint32_t any = 0;
    for (uint16_t i = 0; i < count; i++) any |= walks[i].problems;
    for (unsigned kind = 0; any != 0 && kind < WALK_PROBLEMS; kind++) {
        for (uint16_t i = 0; i < count; i++) {
            if ((walks[i].problems & 1u << kind) == 0) continue;
            walk_describe(&walks[i], kind, detail, size);
            return reasons[kind];
        }
    }
    return FLEET_REASON_OK;
}
