/*
 * state: see state.h.
 *
 * While the fleet runs, the file is written without waiting for the disk: should the machine lose
 * power before the disk has it, the checksum says so at the next start, which then is a cold one.
 */
#include "conf/state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/prng.h"
#include "base/hex.h"
#include "conf/secret.h"
#include "snmpfleet/learnt.h"

enum {
    TARGETS_A_STEP = 256,
    FIELDS_MAX = 9 + 4096,       /* of a line: modules at the end */
    GROUPS_MAX = 256,
    NAME_BYTES = 3 * 256,
};

#define STATE_BYTES_MAX ((size_t)1 << 30)

static const char first_line[] = "snmpfleet-state 1\n";

struct state_saver {
    const char *path;
    char *temporary;             /* where it is written */
    FILE *file;
    uint32_t next;               /* target */
    uint64_t count, checksum;
    int error;
};

/* Over all bytes so far: a chain of hashes of lines. */
static uint64_t checksum_line(uint64_t checksum, const char *line, size_t length) {
    return prng_mix(checksum ^ prng_hash(line, length));
}

/* The temporary file would take the place of a device or a pipe. */
static int check_place(const char *path) {
    struct stat st;
    return stat(path, &st) != 0 || S_ISREG(st.st_mode) ? 0 : -ENOTSUP;
}

int state_saver_new(struct state_saver **ret_saver, const char *path) {
    int place = check_place(path);
    if (place != 0) return place;
    struct state_saver *s = calloc(1, sizeof(*s));
    if (s == NULL) return -ENOMEM;
    s->path = path;
    int fd = -1;
    if (asprintf(&s->temporary, "%s.tmp", path) < 0) s->temporary = NULL;
    else fd = open(s->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                   0600);
    int error = s->temporary == NULL ? -ENOMEM : fd < 0 ? -errno : 0;
    s->file = fd < 0 ? NULL : fdopen(fd, "w");
    if (error == 0 && s->file == NULL) error = -errno;
    if (error != 0) {
        if (fd >= 0) close(fd);
        free(s->temporary);
        free(s);
        return error;
    }
    s->checksum = checksum_line(0, first_line, sizeof(first_line) - 1);
    fputs(first_line, s->file);
    *ret_saver = s;
    return 0;
}

void state_saver_free(struct state_saver *s) {
    if (s == NULL) return;
    if (s->file != NULL) {
        fclose(s->file);
        unlink(s->temporary);
    }
    free(s->temporary);
    free(s);
}

/* @text without what would end its field; at most 255 bytes of it count. */
static const char *escape(const char *text, char escaped[static NAME_BYTES]) {
    char *to = escaped;
    for (const char *c = text; *c != '\0' && to < escaped + NAME_BYTES - 4; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte > ' ' && byte != '%' && byte != 0x7f && byte != '=') *to++ = *c;
        else to += snprintf(to, 4, "%%%02x", byte);
    }
    *to = '\0';
    return escaped;
}

static void format_engine(FILE *file, const struct fleet_learnt *l) {
    if (l->engine_id_length == 0) fputs("\t-", file);
    else fputc('\t', file);
    for (size_t i = 0; i < l->engine_id_length; i++) fprintf(file, "%02x", l->engine_id[i]);
    if (l->has_clock)
        fprintf(file, "\t%" PRIu32 "\t%" PRIu32 "\t%" PRId64, l->engine_boots, l->engine_time,
                l->unix_ns);
    else fputs("\t-\t-\t-", file);
}

static void format_module(FILE *file, const struct fleet_learnt_module *m) {
    char name[NAME_BYTES];
    bool any = false;
    for (size_t i = 0; i < m->count; i++) any |= m->repetitions[i] != 0;
    if (!any) return;
    fprintf(file, "\t%s=", escape(m->module, name));
    for (size_t i = 0; i < m->count; i++)
        fprintf(file, "%s%u", i > 0 ? "," : "", (unsigned)m->repetitions[i]);
}

/* One line; a target of which nothing is known has none. */
static int saver_put(struct state_saver *s, const struct fleet_learnt *l) {
    char *line = NULL, name[NAME_BYTES], host[NAME_BYTES];
    size_t length = 0;
    if (l->engine_id_length == 0 && l->srtt_us == 0) return 0;
    FILE *text = open_memstream(&line, &length);
    if (text == NULL) return -ENOMEM;
    fprintf(text, "%s\t%s\t%u", escape(l->name, name), escape(l->host, host), l->port);
    format_engine(text, l);
    fprintf(text, "\t%" PRIu32 "\t%" PRIu32, l->srtt_us, l->rttvar_us);
    for (size_t i = 0; i < l->module_count; i++) format_module(text, &l->modules[i]);
    fputc('\n', text);
    int error = fclose(text) != 0 ? -ENOMEM : 0;
    if (error == 0) {
        s->checksum = checksum_line(s->checksum, line, length);
        s->count++;
        if (fwrite(line, 1, length, s->file) != length) error = -errno;
    }
    free(line);
    return error;
}

/* The last line, and the file into its place. */
static int saver_close(struct state_saver *s, bool waits) {
    int error = 0;
    fprintf(s->file, "end\t%" PRIu64 "\t%016" PRIx64 "\n", s->count, s->checksum);
    if (fflush(s->file) != 0 || (waits && fsync(fileno(s->file)) != 0)) error = -errno;
    if (fclose(s->file) != 0 && error == 0) error = -errno;
    s->file = NULL;
    if (error == 0 && rename(s->temporary, s->path) != 0) error = -errno;
    if (error != 0) unlink(s->temporary);
    return error;
}

static bool saver_step(struct state_saver *s, struct fleet *fleet, uint32_t most, bool waits,
                       int *ret_error) {
    uint32_t bound = fleet_target_bound(fleet);
    for (; most > 0 && s->next < bound && s->error == 0; s->next++) {
        struct fleet_learnt learnt;
        if (fleet_learnt_get(fleet, s->next, &learnt) != 0) continue;
        s->error = saver_put(s, &learnt);
        most--;
    }
    if (s->next < bound && s->error == 0) return false;
    if (s->error == 0) s->error = saver_close(s, waits);
    *ret_error = s->error;
    return true;
}

bool state_saver_step(struct state_saver *s, struct fleet *fleet, int *ret_error) {
    return saver_step(s, fleet, TARGETS_A_STEP, false, ret_error);
}

int state_saver_finish(struct state_saver *s, struct fleet *fleet) {
    int error = 0;
    (void)saver_step(s, fleet, UINT32_MAX, true, &error);
    return error;
}

/* Undo escape() in place. */
static bool unescape(char *text) {
    char *to = text;
    for (const char *c = text; *c != '\0'; c++) {
        if (*c != '%') {
            *to++ = *c;
            continue;
        }
        int high = hex_digit(c[1]), low = high < 0 ? -1 : hex_digit(c[2]);
        if (low < 0 || high + low == 0) return false;
        *to++ = (char)(high << 4 | low);
        c += 2;
    }
    *to = '\0';
    return true;
}

static bool parse_u64(const char *text, uint64_t max, uint64_t *ret_number) {
    char *end;
    errno = 0;
    if (*text < '0' || *text > '9') return false;
    *ret_number = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0' && *ret_number <= max;
}

static bool parse_u32(const char *text, uint32_t *ret_number) {
    uint64_t number;
    if (!parse_u64(text, UINT32_MAX, &number)) return false;
    *ret_number = (uint32_t)number;
    return true;
}

static bool parse_engine(const char *hex, struct fleet_learnt *l) {
    if (strcmp(hex, "-") == 0) return true;
    size_t length = strlen(hex);
    if (length % 2 != 0 || length > 2 * FLEET_ENGINE_ID_MAX) return false;
    for (size_t i = 0; i < length; i += 2) {
        int high = hex_digit(hex[i]), low = hex_digit(hex[i + 1]);
        if (high < 0 || low < 0) return false;
        l->engine_id[i / 2] = (uint8_t)(high << 4 | low);
    }
    l->engine_id_length = (uint8_t)(length / 2);
    return true;
}

/* What a line is read into. */
struct state_line {
    struct fleet_learnt learnt;
    struct fleet_learnt_module modules[FIELDS_MAX];
    uint8_t repetitions[FIELDS_MAX][GROUPS_MAX];
};

static bool parse_module(char *field, struct fleet_learnt_module *m,
                         uint8_t repetitions[static GROUPS_MAX]) {
    char *list = strchr(field, '=');
    if (list == NULL) return false;
    *list++ = '\0';
    *m = (struct fleet_learnt_module){ .module = field, .repetitions = repetitions };
    for (char *item; (item = strsep(&list, ",")) != NULL;) {
        uint64_t number;
        if (m->count == GROUPS_MAX || !parse_u64(item, UINT8_MAX, &number)) return false;
        repetitions[m->count++] = (uint8_t)number;
    }
    return unescape(field);
}

static bool parse_line(char *text, struct state_line *line) {
    struct fleet_learnt *l = &line->learnt;
    char *fields[FIELDS_MAX];
    size_t count = 0;
    uint64_t port, unix_ns;
    for (char *field; (field = strsep(&text, "\t")) != NULL; fields[count++] = field) {
        if (count == FIELDS_MAX) return false;
    }
    *l = (struct fleet_learnt){ .modules = line->modules };
    if (count < 9 || !unescape(fields[0]) || !unescape(fields[1])) return false;
    if (!parse_u64(fields[2], UINT16_MAX, &port) || !parse_engine(fields[3], l)) return false;
    if (!parse_u32(fields[7], &l->srtt_us) || !parse_u32(fields[8], &l->rttvar_us)) return false;
    l->name = fields[0];
    l->host = fields[1];
    l->port = (uint16_t)port;
    l->has_clock = strcmp(fields[4], "-") != 0;
    if (l->has_clock) {
        if (!parse_u32(fields[4], &l->engine_boots) || !parse_u32(fields[5], &l->engine_time) ||
            !parse_u64(fields[6], INT64_MAX, &unix_ns))
            return false;
        l->unix_ns = (int64_t)unix_ns;
    }
    for (size_t i = 9; i < count; i++) {
        size_t m = l->module_count++;
        if (!parse_module(fields[i], &line->modules[m], line->repetitions[m])) return false;
    }
    return true;
}

/* Is the text whole: first line, last line, number of lines, checksum? */
static bool state_is_whole(const char *text, size_t length, size_t *ret_end) {
    size_t head = sizeof(first_line) - 1;
    if (length < head || memcmp(text, first_line, head) != 0) return false;
    uint64_t checksum = checksum_line(0, text, head), lines = 0;
    for (size_t at = head; at < length;) {
        const char *newline = memchr(text + at, '\n', length - at);
        if (newline == NULL) return false;
        size_t next = (size_t)(newline - text) + 1;
        if (next == length) {
            char expected[64];
            int size = snprintf(expected, sizeof(expected), "end\t%" PRIu64 "\t%016" PRIx64 "\n",
                                lines, checksum);
            *ret_end = at;
            return next - at == (size_t)size &&
                   memcmp(text + at, expected, (size_t)size) == 0;
        }
        checksum = checksum_line(checksum, text + at, next - at);
        lines++;
        at = next;
    }
    return false;
}

/* The file with a NUL behind it, for secret_realloc to free. */
static int state_read(const char *path, char **ret_text, size_t *ret_length) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), error = 0;
    if (fd < 0) return -errno;
    if (fstat(fd, &st) != 0) error = -errno;
    else if (!S_ISREG(st.st_mode)) error = -ENOTSUP;
    else if ((size_t)st.st_size > STATE_BYTES_MAX) error = FLEET_E_INVALID;
    if (error == 0) error = secret_read(fd, STATE_BYTES_MAX, ret_text, ret_length);
    close(fd);
    return error;
}

int state_load(struct fleet *fleet, const char *path, size_t *ret_taken) {
    char *text = NULL;
    size_t length = 0, end = 0, taken = 0;
    int error = state_read(path, &text, &length);
    if (error != 0) return error;
    struct state_line *line = malloc(sizeof(*line));
    if (line == NULL) error = -ENOMEM;
    else if (!state_is_whole(text, length, &end)) error = FLEET_E_INVALID;
    for (char *at = text + sizeof(first_line) - 1; error == 0 && at < text + end;) {
        char *newline = memchr(at, '\n', (size_t)(text + end - at));
        *newline = '\0';
        if (!parse_line(at, line)) error = FLEET_E_INVALID;
        else if (fleet_learnt_set(fleet, &line->learnt) == 0) taken++;
        at = newline + 1;
    }
    free(line);
    (void)secret_realloc(text, 0);
    if (error == 0) *ret_taken = taken;
    return error;
}
