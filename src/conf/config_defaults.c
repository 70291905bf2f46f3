/* config_defaults: see config_defaults.h. */
#include "conf/config_defaults.h"

#include <string.h>

struct defaults_reading {
    struct config_reader *reader;
    struct target_keys *keys;
    const struct config_node *node;
    const struct config_defaults_texts *texts;
    struct target_draft *draft;
};

/* The key of the part that is at fault, be it one that takes its value from elsewhere. */
static const struct config_node *member(const struct defaults_reading *d, enum target_key key) {
    const struct config_node *found = config_node_find(d->node, target_key_text(key));
    for (unsigned form = CONFIG_FILE; found == NULL && form < CONFIG_FORMS; form++) {
        found = config_node_find(d->node,
                                 config_auth_key_text(config_secret_key(CONFIG_COMMUNITY, form)));
    }
    return found;
}

static bool fault(const struct defaults_reading *d, const struct target_fault *f) {
    if (d->keys->error != 0) return config_out_of_memory(d->reader);
    const struct config_node *node = member(d, f->key);
    struct config_place place = f->in_value ? node->place : node->key_place;
    bool is_inside = f->in_value && f->offset > 0 && node->kind == CONFIG_TEXT;
    if (is_inside) place.column += (uint32_t)f->offset + node->is_quoted;
    return config_fault(d->reader, place, "%s", f->what);
}

static bool read_value(const struct defaults_reading *d, enum target_key key, char *value) {
    const struct config_node *node = member(d, key);
    if (node->is_null && key != TARGET_CONTEXT)
        return config_fault(d->reader, node->place, "'%s' has no value", target_key_text(key));
    if (strstr(value, "${") != NULL)
        return config_fault(d->reader, node->place, "%s: a variable was not expanded",
                            target_key_text(key));
    struct target_fault f;
    return target_key_read(d->keys, d->draft, key, value, &f) || fault(d, &f);
}

/* A list of modules is read as the text that it stands for. */
static bool read_module_list(const struct defaults_reading *d) {
    const struct config_node *node = member(d, TARGET_MODULES), *item = node->first;
    size_t length = 0;
    for (size_t i = 0; i < d->texts->module_count; i++, item = item->next) {
        length += strlen(d->texts->modules[i]) + 1;
        if (strchr(d->texts->modules[i], ',') != NULL)
            return config_fault(d->reader, item->place, "one name is expected here");
    }
    if (length == 0) return config_fault(d->reader, node->place, "the list is empty");
    char *text = (char *)arena_get_bytes(d->reader->arena, length), *at = text;
    if (text == NULL) return config_out_of_memory(d->reader);
    for (size_t i = 0; i < d->texts->module_count; i++) {
        at = stpcpy(at, d->texts->modules[i]);
        *at++ = ',';
    }
    at[-1] = '\0';
    struct target_fault f;
    if (target_key_read(d->keys, d->draft, TARGET_MODULES, text, &f)) return true;
    if (d->keys->error != 0) return fault(d, &f);
    item = node->first;
    for (size_t end = 0, i = 0; i + 1 < d->texts->module_count; i++, item = item->next) {
        end += strlen(d->texts->modules[i]) + 1;
        if (f.offset < end) break;
    }
    return config_fault(d->reader, item->place, "%s", f.what);
}

static bool read_tags(const struct defaults_reading *d) {
    const struct config_node *node = config_node_find(d->node, "tags");
    if (node == NULL || node->count == 0) return true;
    if (node->count > TARGET_TAGS_MAX)
        return config_fault(d->reader, node->place, "more than %d tags", TARGET_TAGS_MAX);
    struct fleet_tag *tags = arena_get(d->reader->arena, node->count * sizeof(*tags));
    if (tags == NULL) return config_out_of_memory(d->reader);
    const struct config_node *tag = node->first;
    bool is_good = true;
    for (size_t i = 0; i < node->count; i++, tag = tag->next) {
        struct target_fault f;
        tags[i] = (struct fleet_tag){ .name = tag->key, .value = d->texts->tags[i] };
        if (target_tag_check(tags[i].name, tags[i].value, &f)) continue;
        is_good = config_fault(d->reader, f.in_value ? tag->place : tag->key_place, "%s", f.what);
    }
    d->draft->options.tags = tags;
    d->draft->options.tag_count = node->count;
    return is_good;
}

static bool read_community(const struct defaults_reading *d, struct config_owned **owned) {
    char *const texts[CONFIG_FORMS] = { d->texts->texts[TARGET_COMMUNITY],
                                        d->texts->community_from[CONFIG_FILE],
                                        d->texts->community_from[CONFIG_ENV],
                                        d->texts->community_from[CONFIG_CREDENTIAL] };
    const char *text;
    struct config_place place;
    if (!config_secret_read(d->reader, owned, d->node, CONFIG_COMMUNITY, texts, &text, &place))
        return false;
    if (text == NULL) return true;
    struct target_fault f;
    /* target_key_read takes it as it is and writes nothing. */
    return target_key_read(d->keys, d->draft, TARGET_COMMUNITY, (char *)text, &f) || fault(d, &f);
}

bool config_defaults_read(struct config_reader *reader, struct config_owned **owned,
                          struct target_keys *keys, const struct config_node *node,
                          const struct config_defaults_texts *texts,
                          struct target_draft *ret_draft) {
    *ret_draft = (struct target_draft){ 0 };
    if (texts == NULL) return true;
    struct defaults_reading d = { reader, keys, node, texts, ret_draft };
    bool is_good = read_community(&d, owned);
    for (unsigned key = 0; key < TARGET_KEYS; key++) {
        char *text = texts->texts[key];
        if (text == NULL || key == TARGET_COMMUNITY) continue;
        is_good = read_value(&d, key, text) && is_good;
    }
    if (texts->modules != NULL || texts->module_count > 0 ||
        (texts->texts[TARGET_MODULES] == NULL && config_node_find(node, "modules") != NULL))
        is_good = read_module_list(&d) && is_good;
    is_good = read_tags(&d) && is_good;
    struct target_fault f;
    if (!is_good) return false;
    return target_draft_settle(ret_draft, &f) || fault(&d, &f);
}
