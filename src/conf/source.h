/*
 * source: where targets come from: a file, a pipe or standard input, a folder of files, files of
 * Prometheus' file_sd, a command, an http_sd server.
 *
 * Reading one has two steps: its texts are fetched (source_fetch.h), and read as targets or kept
 * (source_keep.h).
 */
#pragma once

#include "conf/targets.h"

enum source_kind {
    SOURCE_ANY,          /* a path: a file, a pipe, "-" or a folder, whatever is there */
    SOURCE_FILE,
    SOURCE_FOLDER,       /* its files in the order of their names */
    SOURCE_FILE_SD,      /* a path or a pattern as of a shell */
    SOURCE_COMMAND,
    SOURCE_HTTP_SD,
};

/* Where the password for an http_sd server is. */
enum source_password { SOURCE_NO_PASSWORD, SOURCE_IN_FILE, SOURCE_IN_ENVIRONMENT,
                       SOURCE_IN_CREDENTIAL };

enum { SOURCE_ARGUMENTS_MAX = 64, SOURCE_FILES_MAX = 1 << 16 };

struct source {
    enum source_kind kind;
    const char *name;              /* in messages */
    const char *path;              /* or pattern, or URL, or the program of a command */
    char *const *argv;             /* of a command */
    uint64_t timeout_ns;           /* of a command or server */
    uint64_t every_ns;             /* it is read again so often; 0: only at a reload */
    const char *token_file, *ca_file, *user, *password;   /* NULL: none */
    enum source_password password_form;
};

/* Longest wait for a command or server that does not say. */
#define SOURCE_TIMEOUT_NS ((uint64_t)30 * 1000000000)

/* What a file of a source said, or the whole source. */
struct source_text {
    struct source_text *next;
    char *name;              /* in messages */
    char *bytes;             /* wiped; NULL: it was read */
    size_t length;
    enum targets_form form;
};

/* @bytes, from secret_realloc, are the text's. NULL: memory is out, and they are given back. */
struct source_text *source_text_new(const char *name, char *bytes, size_t length,
                                    enum targets_form form);

/* A copy, or NULL when memory is out. */
struct source_text *source_texts_copy(const struct source_text *texts);
bool source_texts_are_equal(const struct source_text *a, const struct source_text *b);
void source_texts_free(struct source_text *texts);
