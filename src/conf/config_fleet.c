/* config_fleet: see config_fleet.h. */
#include "conf/config_fleet.h"

#include "conf/keys.h"

/* *ret_number stays as it is where the key is not given. */
static bool read_limit(struct config_reader *r, const struct config_node *fleet,
                       enum limit_key key, uint64_t *ret_number) {
    const struct config_node *node = config_node_find(fleet, limit_keys[key].name);
    return node == NULL || config_by_rule(r, node, &limit_keys[key].rule, ret_number);
}

bool config_fleet_read(struct config_reader *r, const struct config_node *node,
                       struct fleet_limits *ret_limits) {
    const char *names[LIMIT_KEYS + 1] = { NULL };
    uint64_t numbers[LIMIT_KEYS] = { 0 };
    *ret_limits = (struct fleet_limits){ .rate = 0 };
    if (node == NULL || node->is_null) return true;
    for (unsigned key = 0; key < LIMIT_KEYS; key++) names[key] = limit_keys[key].name;
    bool is_good = config_check_mapping(r, node, names);
    if (node->kind != CONFIG_MAPPING) return false;
    for (unsigned key = 0; key < LIMIT_KEYS; key++)
        is_good = read_limit(r, node, key, &numbers[key]) && is_good;
    if (!is_good) return false;
    *ret_limits = (struct fleet_limits){
        .rate = (uint32_t)numbers[LIMIT_RATE],
        .window = (uint32_t)numbers[LIMIT_WINDOW],
        .dns_rate = (uint32_t)numbers[LIMIT_DNS_RATE],
        .memory = numbers[LIMIT_MEMORY],
    };
    return true;
}
