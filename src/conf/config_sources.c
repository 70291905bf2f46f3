/* config_sources: see config_sources.h. */
#include "conf/config_sources.h"

#include <stdio.h>
#include <string.h>

enum { SOURCES_MAX = 256, NAME_MAX_BYTES = 200 };

static const struct rule every_rule = { .kind = RULE_TIME, .min = 1000000000 };
static const struct rule timeout_rule = { .kind = RULE_TIME, .min = 1000000 };

/* What a member may be; the first key of each form says which it is. */
static const struct form {
    const char *key;
    enum source_kind kind;
    const char *keys[12];
} forms[] = {
    { "file", SOURCE_FILE, { "file", "every", NULL } },
    { "folder", SOURCE_FOLDER, { "folder", "every", NULL } },
    { "file_sd", SOURCE_FILE_SD, { "file_sd", "every", NULL } },
    { "command", SOURCE_COMMAND, { "command", "timeout", "every", NULL } },
    { "http_sd", SOURCE_HTTP_SD,
      { "http_sd", "timeout", "every", "token_file", "ca_file", "user", "password_file",
        "password_env", "password_credential", NULL } },
};

/* Text without control characters: it goes into the order of a process, line by line. */
static const char *text_of(struct config_reader *r, const struct config_node *node) {
    const char *text = config_text(r, node);
    for (const char *c = text; c != NULL && *c != '\0'; c++) {
        if ((unsigned char)*c >= ' ' && *c != 0x7f) continue;
        (void)config_fault(r, node->place, "a control character");
        return NULL;
    }
    return text;
}

/* @path from the folder of the configuration on. */
static const char *in_folder(struct config_reader *r, const char *path) {
    if (path == NULL || path[0] == '/' || strcmp(path, "-") == 0 || *r->folder == '\0')
        return path;
    size_t folder = strlen(r->folder), length = strlen(path) + 1;
    char *whole = (char *)arena_get_bytes(r->arena, folder + length);
    if (whole == NULL) {
        (void)config_out_of_memory(r);
        return NULL;
    }
    memcpy(whole, r->folder, folder);
    memcpy(whole + folder, path, length);
    return whole;
}

/* "command inventory (fleet.yaml:12)" */
static const char *name_of(struct config_reader *r, const struct config_node *node,
                           const struct source *s) {
    char name[2 * NAME_MAX_BYTES];
    if (s->kind != SOURCE_COMMAND && s->kind != SOURCE_HTTP_SD) return s->path;
    /* What is behind the question mark may be a token. */
    int length = (int)strcspn(s->path, s->kind == SOURCE_HTTP_SD ? "?#" : "");
    (void)snprintf(name, sizeof(name), "%s%.*s (%.*s:%u)",
                   s->kind == SOURCE_COMMAND ? "command " : "",
                   length < NAME_MAX_BYTES ? length : NAME_MAX_BYTES, s->path, NAME_MAX_BYTES / 2,
                   r->file, node->place.line);
    const char *copy = arena_text(r->arena, name);
    if (copy == NULL) (void)config_out_of_memory(r);
    return copy;
}

static bool read_command(struct config_reader *r, const struct config_node *node,
                         struct source *s) {
    if (!config_check_list(r, node)) return false;
    if (node->count > SOURCE_ARGUMENTS_MAX)
        return config_fault(r, node->place, "command: more than %d words", SOURCE_ARGUMENTS_MAX);
    char **argv = arena_get(r->arena, (node->count + 1) * sizeof(*argv));
    if (argv == NULL) return config_out_of_memory(r);
    size_t count = 0;
    bool is_good = true;
    for (const struct config_node *n = node->first; n != NULL; n = n->next) {
        bool is_empty = n->kind == CONFIG_TEXT && n->is_quoted && *n->text == '\0' && count > 0;
        const char *word = is_empty ? "" : config_text(r, n);
        if (word == NULL) is_good = false;
        argv[count++] = (char *)(uintptr_t)word;
    }
    argv[count] = NULL;
    if (!is_good) return false;
    s->argv = argv;
    s->path = strchr(argv[0], '/') != NULL ? in_folder(r, argv[0]) : argv[0];
    return s->path != NULL;
}

static bool read_url(struct config_reader *r, const struct config_node *node, struct source *s) {
    const char *url = text_of(r, node);
    if (url == NULL) return false;
    bool is_plain = strncmp(url, "http://", 7) == 0;
    if (!is_plain && strncmp(url, "https://", 8) != 0)
        return config_fault(r, node->place, "http_sd: expected a URL that begins with http:// or "
                                            "https://");
    const char *host = strstr(url, "://") + 3;
    size_t length = strcspn(host, "/?#");
    if (memchr(host, '@', length) != NULL)
        return config_fault(r, node->place, "http_sd: a URL holds no user and no password here: "
                                            "`user` and `password_file` take them");
    if (length == 0 || strchr(url, ' ') != NULL)
        return config_fault(r, node->place, "http_sd: expected a URL such as "
                                            "https://inventory.example.com/targets");
    s->path = url;
    return true;
}

static bool read_password(struct config_reader *r, const struct config_node *n, struct source *s) {
    const char *form = n->key + strlen("password_");
    if (s->password != NULL)
        return config_fault(r, n->key_place, "there are two passwords: only one of them");
    s->password_form = strcmp(form, "file") == 0  ? SOURCE_IN_FILE
                       : strcmp(form, "env") == 0 ? SOURCE_IN_ENVIRONMENT
                                                  : SOURCE_IN_CREDENTIAL;
    s->password = text_of(r, n);
    if (s->password != NULL && s->password_form == SOURCE_IN_CREDENTIAL &&
        strchr(s->password, '/') != NULL)
        return config_fault(r, n->place, "expected the name of a credential: no path, no slash");
    if (s->password_form == SOURCE_IN_FILE) s->password = in_folder(r, s->password);
    return s->password != NULL;
}

static bool read_key(struct config_reader *r, const struct config_node *n, struct source *s) {
    if (strcmp(n->key, "every") == 0) return config_by_rule(r, n, &every_rule, &s->every_ns);
    if (strcmp(n->key, "timeout") == 0) return config_by_rule(r, n, &timeout_rule, &s->timeout_ns);
    if (strcmp(n->key, "command") == 0) return read_command(r, n, s);
    if (strcmp(n->key, "http_sd") == 0) return read_url(r, n, s);
    if (strncmp(n->key, "password_", 9) == 0) return read_password(r, n, s);
    if (strcmp(n->key, "user") == 0) {
        s->user = text_of(r, n);
        if (s->user == NULL || strchr(s->user, ':') == NULL) return s->user != NULL;
        return config_fault(r, n->place, "a name of a user holds no colon");
    }
    const char *path = in_folder(r, text_of(r, n));
    if (strcmp(n->key, "token_file") == 0) s->token_file = path;
    else if (strcmp(n->key, "ca_file") == 0) s->ca_file = path;
    else s->path = path;
    return path != NULL;
}

static bool check_http(struct config_reader *r, const struct config_node *node,
                       const struct source *s) {
    if ((s->user == NULL) != (s->password == NULL))
        return config_fault(r, node->place, "http_sd: `user` and a password (password_file, "
                                            "password_env, password_credential) go together");
    if (s->user != NULL && s->token_file != NULL)
        return config_fault(r, node->place, "http_sd: `user` and `token_file`: only one of them");
    return true;
}

static bool read_source(struct config_reader *r, const struct config_node *node,
                        struct source *s) {
    *s = (struct source){ .kind = SOURCE_ANY, .timeout_ns = SOURCE_TIMEOUT_NS };
    if (node->kind == CONFIG_TEXT) {
        s->name = s->path = in_folder(r, text_of(r, node));
        return s->path != NULL;
    }
    if (!config_check_is_mapping(r, node)) return false;
    const struct form *form = NULL;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]) && form == NULL; i++) {
        if (config_node_find(node, forms[i].key) != NULL) form = &forms[i];
    }
    if (form == NULL)
        return config_fault(r, node->place,
                            "expected a path, or a key file, folder, file_sd, command or http_sd");
    if (!config_check_mapping(r, node, form->keys)) return false;
    s->kind = form->kind;
    bool is_good = true;
    for (const struct config_node *n = node->first; n != NULL; n = n->next)
        is_good = read_key(r, n, s) && is_good;
    is_good = is_good && check_http(r, node, s);
    if (is_good) s->name = name_of(r, node, s);
    return is_good && s->name != NULL;
}

bool config_sources_read(struct config_reader *r, const struct config_node *node,
                         struct source **ret_sources, size_t *ret_count) {
    *ret_sources = NULL;
    *ret_count = 0;
    if (node == NULL || node->is_null) return true;
    if (!config_check_list(r, node)) return false;
    if (node->count > SOURCES_MAX)
        return config_fault(r, node->place, "more than %d sources of targets", SOURCES_MAX);
    struct source *sources = arena_get(r->arena, node->count * sizeof(*sources));
    if (sources == NULL) return config_out_of_memory(r);
    size_t count = 0;
    bool is_good = true;
    for (const struct config_node *n = node->first; n != NULL; n = n->next)
        is_good = read_source(r, n, &sources[count++]) && is_good;
    *ret_sources = sources;
    *ret_count = count;
    return is_good;
}
