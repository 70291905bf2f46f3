/* config_secret: see config_secret.h. */
#include "conf/config_secret.h"
#include "conf/secret.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
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

/* "public" is what everybody tries first; it is no secret. */
static void warn_literal(struct config_reader *reader, struct config_place place,
                         enum config_secret secret, const char *text) {
    bool is_secret = secret != CONFIG_COMMUNITY || strcmp(text, "public") != 0;
    if (!is_secret || !reader->is_public) return;
    config_warn(reader, place, "everybody may read this file, and there are secrets in it (chmod "
                               "o-r, or read them from files of their own)");
    reader->is_public = false;  /* told once */
}

/* @path is taken from @folder on, which is empty or ends in a slash. */
static bool read_file(struct config_reader *reader, struct config_place place, const char *folder,
                      const char *path, char **ret_text) {
    char whole[4096];
    int length = snprintf(whole, sizeof(whole), "%s%s", folder, path);
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

/* systemd.exec(5), LoadCredential=: a file of that name, which only the service can read. */
static bool read_credential(struct config_reader *reader, struct config_place place,
                            const char *name, char **ret_text) {
    char path[4096];
    if (strchr(name, '/') != NULL || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return config_fault(reader, place, "expected the name of a credential: no path, no slash");
    int r = secret_credential_path(name, path, sizeof(path));
    if (r == -ENOENT)
        return config_fault(reader, place,
                            "there are no credentials here: the service manager sets "
                            "CREDENTIALS_DIRECTORY where the unit has LoadCredential=");
    if (r != 0) return config_fault(reader, place, "the path is too long");
    return read_file(reader, place, "", path, ret_text);
}

/* As systemd's documentation and unit files write such a path. */
static bool names_credential(const char *path) {
    static const char *const begins[] = { "$CREDENTIALS_DIRECTORY/", "${CREDENTIALS_DIRECTORY}/",
                                          "%d/" };
    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        if (strncmp(path, begins[i], strlen(begins[i])) == 0) return true;
    }
    return false;
}

static bool read_form(struct config_reader *reader, struct config_place place,
                      enum config_form form, const char *text, char **ret_text) {
    if (form == CONFIG_ENV) return read_environment(reader, place, text, ret_text);
    if (form == CONFIG_CREDENTIAL) return read_credential(reader, place, text, ret_text);
    return read_file(reader, place, text[0] != '/' ? reader->folder : "", text, ret_text);
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
        warn_literal(reader, given->place, secret, text);
        *ret_text = text;
        return true;
    }
    if (reader->context.is_alone)
        return config_fault(reader, given->place, "no other file and no variable is read here");
    char *fresh = NULL;
    if (form == CONFIG_FILE && names_credential(text))
        return config_fault(reader, given->place,
                            "a variable is not expanded here; '%s: NAME' reads the file NAME in "
                            "$CREDENTIALS_DIRECTORY",
                            config_auth_key_text(config_secret_key(secret, CONFIG_CREDENTIAL)));
    if (!read_form(reader, given->place, form, text, &fresh) || !own(reader, owned, fresh))
        return false;
    *ret_text = fresh;
    return true;
}
