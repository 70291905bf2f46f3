/*
 * secret: memory that is wiped before it is given back, and where secrets come from besides the
 * text of a file: another file, or the environment.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Like realloc, with size 0 like free. What is given back or left behind is wiped. libyaml takes
 * its memory from here too: it lets a program replace yaml_malloc, yaml_realloc and yaml_free, as
 * long as it was not linked with -Bsymbolic.
 */
void *secret_realloc(void *memory, size_t size);

enum { SECRET_FILE_BYTES_MAX = 64 << 10 };

/* Which file a secret came from, and whether everybody may read it. */
struct secret_file {
    dev_t device;
    ino_t inode;
    bool is_public;
};

/*
 * All of @fd, with a NUL behind it, for secret_realloc to free. -EFBIG when there are more than
 * @max bytes, or -errno.
 */
int secret_read(int fd, size_t max, char **ret_bytes, size_t *ret_length);

/* Why there is no secret. */
enum secret_fault { SECRET_EMPTY = 1, SECRET_HAS_NUL, SECRET_IS_UTF16 };

/*
 * Where the service manager has put the credential @name (systemd.exec(5), LoadCredential=). 0;
 * -ENOENT: there are no credentials here; -ENAMETOOLONG.
 */
int secret_credential_path(const char *name, char *ret_path, size_t size);

/*
 * The first line of the file at @path, without its end and without UTF-8's byte order mark. 0; an
 * enum secret_fault; -errno, -EFBIG when there are more than SECRET_FILE_BYTES_MAX bytes.
 */
int secret_from_file(const char *path, char **ret_text, struct secret_file *ret_file);

/*
 * A copy of the variable's value, without one line break at its end and without UTF-8's byte order
 * mark. 0; SECRET_EMPTY: it is empty or not set; -ENOMEM.
 */
int secret_from_environment(const char *name, char **ret_text);
