/* config_value: see config_value.h. */
#include "conf/config_value.h"
#include "base/name.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "conf/duration.h"
#include "conf/show.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *kind_text(const struct config_node *node) {
    return node->is_null                   ? "nothing"
           : node->kind == CONFIG_MAPPING  ? "a mapping (KEY: VALUE)"
           : node->kind == CONFIG_SEQUENCE ? "a list"
           : node->text != NULL && *node->text == '\0' ? "empty text"
                                           : "text";
}

bool config_fault_kind(struct config_reader *reader, const struct config_node *node,
                       const char *expected) {
    char shown[SHOW_MAX + 4];
    return config_fault(reader, node->place, "%s%sexpected %s, not %s",
                        node->key != NULL ? show_text(node->key, shown) : "",
                        node->key != NULL ? ": " : "", expected, kind_text(node));
}

bool config_fault_key(struct config_reader *reader, const struct config_node *node,
                      const char *nearest) {
    char shown[SHOW_MAX + 4];
    (void)show_text(node->key, shown);
    if (nearest == NULL) return config_fault(reader, node->key_place, "unknown key '%s'", shown);
    return config_fault(reader, node->key_place, "unknown key '%s' (did you mean '%s'?)", shown,
                        nearest);
}

bool config_fault_expected(struct config_reader *reader, const struct config_node *node,
                           const char *expected) {
    char key[SHOW_MAX + 4], shown[SHOW_MAX + 4];
    if (node->text == NULL || node->is_null) return config_fault_kind(reader, node, expected);
    return config_fault(reader, node->place, "%s%sexpected %s, not '%s'",
                        node->key != NULL ? show_text(node->key, key) : "",
                        node->key != NULL ? ": " : "", expected, show_text(node->text, shown));
}

bool config_check_is_mapping(struct config_reader *reader, const struct config_node *node) {
    return node->kind == CONFIG_MAPPING ||
           config_fault_kind(reader, node, "a mapping (KEY: VALUE)");
}

bool config_check_mapping(struct config_reader *reader, const struct config_node *node,
                          const char *const *keys) {
    if (!config_check_is_mapping(reader, node)) return false;
    bool is_good = true;
    for (const struct config_node *child = node->first; child != NULL; child = child->next) {
        struct nearest nearest = NEAREST_INIT(child->key);
        const char *const *key = keys;
        for (; *key != NULL && strcmp(*key, child->key) != 0; key++) nearest_try(&nearest, *key);
        if (*key != NULL) continue;
        for (; *key != NULL; key++) nearest_try(&nearest, *key);
        is_good = config_fault_key(reader, child, nearest.best);
    }
    return is_good;
}

bool config_check_list(struct config_reader *reader, const struct config_node *node) {
    if (node->kind != CONFIG_SEQUENCE) return config_fault_kind(reader, node, "a list");
    if (node->count == 0) return config_fault(reader, node->place, "the list is empty");
    return true;
}

const char *config_text(struct config_reader *reader, const struct config_node *node) {
    if (node->kind == CONFIG_TEXT && node->text != NULL && *node->text != '\0') {
        if (strncmp(node->text, "${", 2) != 0) return node->text;
        (void)config_fault(reader, node->place, "a variable was not expanded");
        return NULL;
    }
    (void)config_fault_kind(reader, node, "text");
    return NULL;
}

const char *config_name(struct config_reader *reader, const struct config_node *node) {
    const char *text = config_text(reader, node);
    if (text == NULL) return NULL;
    if (name_is_good(text, NAME_BYTES_MAX) &&
        utf8_is_valid((const uint8_t *)text, strlen(text))) return text;
    (void)config_fault(reader, node->place,
                       "expected a name of at most %d bytes without control characters",
                       NAME_BYTES_MAX);
    return NULL;
}

bool config_flag(struct config_reader *reader, const struct config_node *node, bool *ret_flag) {
    if (node->text != NULL && strcmp(node->text, "true") == 0) *ret_flag = true;
    else if (node->text != NULL && strcmp(node->text, "false") == 0) *ret_flag = false;
    else return config_fault_expected(reader, node, "true or false");
    return true;
}

bool config_by_rule(struct config_reader *reader, const struct config_node *node,
                    const struct rule *rule, uint64_t *ret_number) {
    enum rule_fault fault = node->text != NULL ? rule_read(rule, node->text, ret_number)
                                               : RULE_FORM;
    char expected[RULE_TEXT_MAX];
    return fault == RULE_GOOD ||
           config_fault_expected(reader, node, rule_expected(rule, fault, expected));
}
