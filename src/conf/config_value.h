/*
 * config_value: values of the parts of a configuration file that are read from the outline: each
 * function takes a node and tells a fault with its place when it is not what is expected.
 */
#pragma once

#include "conf/config_outline.h"
#include "conf/rule.h"

/* Is it a mapping with no other keys than @keys (NULL ends them)? */
bool config_check_mapping(struct config_reader *reader, const struct config_node *node,
                          const char *const *keys);

/* Is it a mapping, of whatever keys? */
bool config_check_is_mapping(struct config_reader *reader, const struct config_node *node);

/* Is it a list that is not empty? */
bool config_check_list(struct config_reader *reader, const struct config_node *node);

/* "unknown key 'colums' (did you mean 'columns'?)"; @nearest may be NULL. */
bool config_fault_key(struct config_reader *reader, const struct config_node *node,
                      const char *nearest);

/* "scalars: expected a list, not text", for what is of the wrong kind. */
bool config_fault_kind(struct config_reader *reader, const struct config_node *node,
                       const char *expected);

/* "as: expected raw or enum, not 'x'". */
bool config_fault_expected(struct config_reader *reader, const struct config_node *node,
                           const char *expected);

/* Text that is not empty; NULL: told. */
const char *config_text(struct config_reader *reader, const struct config_node *node);

/* A name of rows, fields or tags: text without control characters, at most 255 bytes. */
const char *config_name(struct config_reader *reader, const struct config_node *node);

/* true or false. */
bool config_flag(struct config_reader *reader, const struct config_node *node, bool *ret_flag);

/* A number, a size, a time or a word, as @rule has it. */
bool config_by_rule(struct config_reader *reader, const struct config_node *node,
                    const struct rule *rule, uint64_t *ret_number);
