/*
 * config_secret: a secret in one of its three forms. Neither its text nor the name of its file or
 * variable is ever part of a message: who mistakes the form writes the secret there.
 */
#include "conf/config_auth.h"
#include "conf/secret.h"

#include <errno.h>
#include <string.h>

/* Files that were warned of, so that one is told once. */
struct config_public {
    struct config_public *next;
    dev_t device;
    ino_t inode;
};

void config_owned_free(struct config_owned *owned) {
    for (; owned != NULL; owned = owned->next) owned->text = secret_realloc(owned->text, 0);
}

/* The configuration owns @text from here on. */
static bool own(struct config_reader *reader, struct config_owned **owned, char *text) {
    struct config_owned *o = arena_get(reader->arena, sizeof(*o));
    if (o == NULL) {
        (void)secret_realloc(text, 0);
        return config_out_of_memory(reader);
    }
    *o = (struct config_owned){ .next = *owned, .text = text };
    *owned = o;
    return true;
}

static void warn_public(struct config_reader *reader, struct config_place place,
                        const struct secret_file *file) {
    for (struct config_public *p = reader->public_files; p != NULL; p = p->next) {
        if (p->device == file->device && p->inode == file->inode) return;
    }
    config_warn(reader, place, "everybody may read the file of this secret");
    struct config_public *p = arena_get(reader->arena, sizeof(*p));
    if (p == NULL) return;
    *p = (struct config_public){ reader->public_files, file->device, file->inode };
    reader->public_files = p;
}

static bool read_file(struct config_reader *reader, struct config_place place, const char *path,
                      char **ret_text) {
    char whole[4096];
    bool is_relative = path[0] != '/';
    int length = snprintf(whole, sizeof(whole), "%s%s", is_relative ? reader->folder : "", path);
    if (length < 0 || (size_t)length >= sizeof(whole))
        return config_fault(reader, place, "the path is too long");
    struct secret_file file;
    int r = secret_from_file(whole, ret_text, &file);
    if (r == -ENOMEM) return config_out_of_memory(reader);
    if (r == -EFBIG)
        return config_fault(reader, place, "the file has more than %d bytes",
                            SECRET_FILE_BYTES_MAX);
    if (r < 0) return config_fault(reader, place, "the file cannot be read: %s", strerror(-r));
    if (file.is_public) warn_public(reader, place, &file);
    if (r == SECRET_EMPTY)
        return config_fault(reader, place, "the first line of the file is empty");
    if (r == SECRET_HAS_NUL) return config_fault(reader, place, "the file holds a NUL character");
    if (r == SECRET_IS_UTF16)
        return config_fault(reader, place, "the file is UTF-16 text: save it as UTF-8");
    return true;
}

static bool read_environment(struct config_reader *reader, struct config_place place,
                             const char *name, char **ret_text) {
    int r = secret_from_environment(name, ret_text);
    if (r < 0) return config_out_of_memory(reader);
    return r == 0 || config_fault(reader, place, "there is no such environment variable, or it is "
                                                 "empty");
}

bool config_secret_read(struct config_reader *reader, struct config_owned **owned,
                        const struct config_node *node, enum config_secret secret,
                        char *const texts[static CONFIG_FORMS], const char **ret_text,
                        struct config_place *ret_place) {
    const struct config_node *given = NULL;
    unsigned form = 0;
    for (unsigned f = 0; f < CONFIG_FORMS; f++) {
        if (texts[f] == NULL) continue;
        const char *key = config_auth_key_text(config_secret_key(secret, f));
        const struct config_node *member = config_node_find(node, key);
        if (given != NULL)
            return config_fault(reader, member->key_place, "'%s' and '%s': only one of them",
                                given->key, key);
        given = member;
        form = f;
    }
    *ret_text = NULL;
    if (given == NULL) return true;
    *ret_place = given->place;
    const char *text = texts[form];
    if (*text == '\0') return config_fault(reader, given->place, "'%s' has no value", given->key);
    if (form == CONFIG_LITERAL) {
        if (strncmp(text, "${", 2) == 0 && text[strlen(text) - 1] == '}')
            return config_fault(reader, given->place,
                                "a variable was not expanded; '%s_env: NAME' takes one",
                                given->key);
        *ret_text = text;
        return true;
    }
    if (reader->context.is_alone)
        return config_fault(reader, given->place, "no other file and no variable is read here");
    char *fresh = NULL;
    bool is_good = form == CONFIG_FILE ? read_file(reader, given->place, text, &fresh)
                                       : read_environment(reader, given->place, text, &fresh);
    if (!is_good || !own(reader, owned, fresh)) return false;
    *ret_text = fresh;
    return true;
}
