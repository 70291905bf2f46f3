/* config_clash: see config_clash.h. */
#include "conf/config_clash.h"
#include "conf/show.h"

#include <string.h>

static const char *role_text(enum schema_role role) {
    switch (role) {
    case SCHEMA_INDEX: return "a component of the index, and so a tag of each row";
    case SCHEMA_TAG: return "a tag of each row";
    default: return "another column";
    }
}

/* Where the name was given: @node is an object, or what its `object` or `oid` says. */
static struct config_place place_of(const struct config_node *node) {
    const struct config_node *object = node->kind == CONFIG_MAPPING ? node : NULL;
    if (node->key != NULL && (strcmp(node->key, "object") == 0 || strcmp(node->key, "oid") == 0))
        object = node->parent;
    const struct config_node *name = config_node_find(object, "name");
    return name != NULL ? name->place : node->place;
}

bool config_clash(struct config_reader *reader, const struct config_node *node,
                  const struct schema_clash *clash) {
    char name[SHOW_MAX + 4], owner[SHOW_MAX + 4];
    (void)show_text(clash->name, name);
    (void)show_text(clash->owner, owner);
    if (clash->other == SCHEMA_OWN)
        return config_fault(reader, place_of(node),
                            "'%s' is a name that rows have already: give it another `name`", name);
    if (strcmp(clash->name, clash->owner) == 0)
        return config_fault(reader, place_of(node),
                            "'%s' is %s already: leave it out, or give it another `name`", name,
                            role_text(clash->other));
    bool is_longer = strlen(clash->name) > strlen(clash->owner);
    return config_fault(reader, place_of(node),
                        "'%s' and '%s' would have one name: a value of another type than %s's is "
                        "written as '%s': give it another `name`",
                        owner, name, is_longer ? owner : name, is_longer ? name : owner);
}
