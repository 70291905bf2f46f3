/* source_http: see source_http.h. */
#include "conf/source_http.h"
#include "conf/input.h"
#include "conf/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ORDER_BYTES = 160 << 10 };

/* Longer than the child's own time limit, which knows more of what it waits for. */
#define SPARE_NS ((uint64_t)2 * 1000000000)

/* Prometheus' own period, for sources that have none. */
enum { REFRESH_S = 60 };

static bool read_password(const struct source *s, char **ret_text, char *why) {
    struct secret_file file;
    char path[4096];
    const char *where = s->password;
    int r = 0;
    if (s->password_form == SOURCE_IN_ENVIRONMENT) {
        r = secret_from_environment(s->password, ret_text);
    } else {
        if (s->password_form == SOURCE_IN_CREDENTIAL) {
            if (secret_credential_path(s->password, path, sizeof(path)) != 0) r = SECRET_EMPTY;
            where = path;
        }
        if (r == 0) r = secret_from_file(where, ret_text, &file);
    }
    if (r == 0 && strpbrk(*ret_text, "\r\n") == NULL) return true;
    if (r == 0) *ret_text = secret_realloc(*ret_text, 0);
    (void)snprintf(why, COMMAND_WHY_MAX, "the password cannot be read: %s",
                   r < 0 ? strerrordesc_np(-r) : "it is empty or no text of one line");
    return false;
}

static bool read_token(const struct source *s, char **ret_text, char *why) {
    struct secret_file file;
    int r = secret_from_file(s->token_file, ret_text, &file);
    if (r == 0) return true;
    (void)snprintf(why, COMMAND_WHY_MAX, "%s cannot be read: %s", s->token_file,
                   r < 0 ? strerrordesc_np(-r) : "its first line is no text");
    return false;
}

static void put(char order[static ORDER_BYTES], size_t *length, const char *key,
                const char *value) {
    if (value == NULL || *length >= ORDER_BYTES) return;
    int n = snprintf(order + *length, ORDER_BYTES - *length, "%s %s\n", key, value);
    *length += n > 0 ? (size_t)n : 0;
}

static void put_number(char order[static ORDER_BYTES], size_t *length, const char *key,
                       uint64_t number) {
    char text[24];
    (void)snprintf(text, sizeof(text), "%" PRIu64, number);
    put(order, length, key, text);
}

/* A file without a name, above the standard files; -1. */
static int place_order(const char *order, size_t length) {
    int made = memfd_create("order", MFD_CLOEXEC), fd = -1;
    if (made < 0) return -1;
    if (pwrite(made, order, length, 0) == (ssize_t)length)
        fd = fcntl(made, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    (void)close(made);
    return fd;
}

static int write_order(const struct source *s, const char *password, const char *token) {
    char *order = secret_realloc(NULL, ORDER_BYTES);
    size_t length = 0;
    if (order == NULL) return -1;
    put(order, &length, FETCH_URL, s->path);
    put_number(order, &length, FETCH_TIMEOUT, s->timeout_ns / 1000000);
    put_number(order, &length, FETCH_REFRESH,
               s->every_ns > 0 ? s->every_ns / 1000000000 : REFRESH_S);
    put_number(order, &length, FETCH_BYTES, INPUT_BYTES_MAX);
    put(order, &length, FETCH_CA_FILE, s->ca_file);
    put(order, &length, FETCH_USER, s->user);
    put(order, &length, FETCH_PASSWORD, password);
    put(order, &length, FETCH_TOKEN, token);
    int fd = length < ORDER_BYTES ? place_order(order, length) : -1;
    (void)secret_realloc(order, 0);
    return fd;
}

bool source_http_fetch(const struct source *source, const atomic_bool *is_stopping,
                       char **ret_bytes, size_t *ret_length, char why[static COMMAND_WHY_MAX]) {
    static char name[] = "snmpfleet", verb[] = FETCH_TARGETS_VERB;
    char *const argv[] = { name, verb, NULL };
    char *password = NULL, *token = NULL;
    bool is_good = source->password == NULL || read_password(source, &password, why);
    is_good = is_good && (source->token_file == NULL || read_token(source, &token, why));
    if (is_good) {
        int fd = write_order(source, password, token);
        const struct command command = {
            .path = "/proc/self/exe", .argv = argv, .input = fd,
            .timeout_ns = source->timeout_ns + SPARE_NS, .bytes_max = INPUT_BYTES_MAX,
            .is_stopping = is_stopping, .is_ours = true,
        };
        if (fd < 0) (void)snprintf(why, COMMAND_WHY_MAX, "its order cannot be written");
        is_good = fd >= 0 && command_run(&command, ret_bytes, ret_length, why);
        if (fd >= 0) (void)close(fd);
    }
    (void)secret_realloc(password, 0);
    (void)secret_realloc(token, 0);
    return is_good;
}
