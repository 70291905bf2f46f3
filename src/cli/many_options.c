/* many_options: see many_options.h. */
#include "cli/many_options.h"
#include "cli/arguments.h"

#include <string.h>

static bool take_file(struct many_options *o, struct option_mistake *m, char *file) {
    m->what = *file == '\0' ? "is empty" : "given too often";
    m->right = *file == '\0' ? "a file, a block or a range" : "at most 64 times";
    if (*file == '\0' || o->file_count == MANY_FILES_MAX) {
        option_tell(m);
        return false;
    }
    /* A target's line may have a community in it. */
    if (!arguments_hide_targets(1, &file)) return false;
    o->files[o->file_count++] = file;
    return true;
}

static bool take_format(struct many_options *o, struct option_mistake *m, const struct rule *rule,
                        const char *value) {
    uint64_t word;
    char expected[RULE_TEXT_MAX];
    enum rule_fault fault = rule_read(rule, value, &word);
    if (fault != RULE_GOOD) {
        m->what = rule_wrong(rule, fault);
        m->value = value;
        m->right = rule_expected(rule, fault, expected);
        option_tell(m);
        return false;
    }
    o->format = (enum many_format)word;
    o->has_format = true;
    return true;
}

bool many_options_take(struct many_options *o, const char *program, const struct option_row *row,
                       const char *option, char *value, bool *ret_is_good) {
    struct option_mistake m = { program, option, NULL, NULL, NULL };
    *ret_is_good = true;
    switch (row->id) {
    case OPT_CONFIG: o->config = value; return true;
    case OPT_TARGETS: *ret_is_good = take_file(o, &m, value); return *ret_is_good;
    case OPT_FORMAT:
        *ret_is_good = take_format(o, &m, option_rule(row), value);
        return *ret_is_good;
    case OPT_SORTED: o->is_sorted = true; return true;
    default: return false;
    }
}

void many_options_settle(struct many_options *o, const char *agent) {
    o->has_names = agent == NULL || strchr(agent, ',') != NULL;
    o->is_many = o->has_names || o->config != NULL || o->has_format || o->is_sorted;
}
