/* option_completion: see option_completion.h. */
#include "cli/option_completion.h"

#include "cli/option.h"

/* "poll/--io|poll/...": the patterns that name @row behind @verb. */
static void put_patterns(FILE *to, const struct verb *verb, const struct option_row *row) {
    const char *before = "    ";
    if (row->name != NULL) {
        (void)fprintf(to, "%s%s/--%s", before, verb->name, row->name);
        before = "|";
    }
    if (row->letter != '\0') (void)fprintf(to, "%s%s/-%c", before, verb->name, row->letter);
    (void)fputs(") ", to);
}

/* What stands behind the options of @verb that take a value. */
static void put_values(FILE *to, const struct verb *verb) {
    const struct option_row *row = NULL;
    while ((row = option_next_row(row, verb->bit)) != NULL) {
        const struct rule *rule = option_rule(row);
        if (!option_has_value(row) || row->is_hidden) continue;
        put_patterns(to, verb, row);
        if (rule->kind == RULE_WORDS) {
            (void)fputs("words='", to);
            for (size_t i = 0; rule->words[i] != NULL; i++)
                (void)fprintf(to, "%s%s", i > 0 ? " " : "", rule->words[i]);
            (void)fputs("' ;;\n", to);
        } else {
            (void)fputs(row->is_file ? "kind=file ;;\n" : "kind=text ;;\n", to);
        }
    }
}

static void put_names(FILE *to, const struct verb *verb) {
    const struct option_row *row = NULL;
    (void)fprintf(to, "    %s) words='", verb->name);
    while ((row = option_next_row(row, verb->bit)) != NULL) {
        if (row->is_hidden) continue;
        if (row->name != NULL) (void)fprintf(to, "--%s ", row->name);
        else (void)fprintf(to, "-%c ", row->letter);
    }
    (void)fputs("' ;;\n", to);
}

void option_completion(FILE *to) {
    (void)fputs("# bash completion of snmpfleet; made by `snmpfleet options completion`\n"
                "_snmpfleet() {\n"
                "    local current=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} kind= words=\n"
                "    local before=${COMP_WORDS[COMP_CWORD - 1]}\n"
                "    COMPREPLY=()\n"
                "    if ((COMP_CWORD == 1)) || { ((COMP_CWORD == 2)) && [[ $verb == help ]]; }; "
                "then\n"
                "        words='", to);
    for (const struct verb *v = verb_table; v->name != NULL; v++)
        (void)fprintf(to, "%s ", v->name);
    (void)fputs("'\n"
                "        ((COMP_CWORD == 1)) && words+=' help --help --version'\n"
                "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
                "        return\n"
                "    fi\n"
                "    case $verb/$before in\n", to);
    for (const struct verb *v = verb_table; v->name != NULL; v++) put_values(to, v);
    (void)fputs("    esac\n"
                "    if [[ -z $kind && -z $words && $current == -* ]]; then\n"
                "    case $verb in\n", to);
    for (const struct verb *v = verb_table; v->name != NULL; v++) put_names(to, v);
    (void)fputs("    esac\n"
                "    fi\n"
                "    if [[ -n $words ]]; then\n"
                "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
                "    elif [[ $kind != text ]]; then\n"
                "        mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
                "        compopt -o filenames 2>/dev/null\n"
                "    fi\n"
                "} && complete -F _snmpfleet snmpfleet\n", to);
}
