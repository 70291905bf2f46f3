/* config_fleet: see config_fleet.h. */
#include "conf/config_fleet.h"

static const char *const fleet_keys[] = { "rate", "window", "memory", "dns_rate", NULL };

static bool read_count(struct config_reader *r, const struct config_node *node, uint32_t max,
                       uint32_t *ret_count) {
    uint64_t number;
    if (node == NULL) return true;
    if (!config_number(r, node, 1, max, &number)) return false;
    *ret_count = (uint32_t)number;
    return true;
}

bool config_fleet_read(struct config_reader *r, const struct config_node *node,
                       struct fleet_limits *ret_limits) {
    struct fleet_limits limits = { .rate = 0 };
    *ret_limits = limits;
    if (node == NULL || node->is_null) return true;
    bool is_good = config_check_mapping(r, node, fleet_keys);
    if (node->kind != CONFIG_MAPPING) return false;
    const struct config_node *memory = config_node_find(node, "memory");
    is_good = read_count(r, config_node_find(node, "rate"), FLEET_RATE_MAX, &limits.rate) &&
              is_good;
    is_good = read_count(r, config_node_find(node, "window"), FLEET_WINDOW_MAX, &limits.window) &&
              is_good;
    is_good = read_count(r, config_node_find(node, "dns_rate"), FLEET_DNS_RATE_MAX,
                         &limits.dns_rate) && is_good;
    if (memory != NULL)
        is_good = config_size(r, memory, FLEET_MEMORY_MIN, FLEET_MEMORY_MAX, &limits.memory) &&
                  is_good;
    if (is_good) *ret_limits = limits;
    return is_good;
}
