/* log: see log.h. */
#include "cli/log.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"

enum { HOUR_S = 3600, END_WAIT_MS = 1000, COLUMNS_USUAL = 80, STEP_MS = 200 };

static const char *const level_names[] = { "error", "warning", "info", "debug" };

/* What a line of each kind is about, for the count of those left out. */
static const char *const kind_names[LOG_KINDS] = {
    [LOG_KIND_NOTICE] = "warnings of targets",
    [LOG_KIND_SILENT] = "targets that became silent",
    [LOG_KIND_HEARD] = "targets that answer again",
    [LOG_KIND_REASON] = "polls that end with another reason than before",
    [LOG_KIND_FAILED] = "failed polls",
    [LOG_KIND_OUTPUT] = "lines about outputs",
    [LOG_KIND_STATE] = "lines about the state file",
    [LOG_KIND_MIB] = "warnings of MIB modules",
};

/* The process has one standard error, so there is one of these. */
static struct {
    const char *program;
    enum log_level level;
    enum log_format format;
    bool is_timed, is_running, is_level_set;
    bool is_live;                    /* a live line is shown */
    uint64_t hour_ends_ns;
    uint32_t told[LOG_KINDS], left_out[LOG_KINDS];  /* in this hour */
    size_t waiting;                  /* octets that standard error has not taken */
    uint64_t lost;                   /* lines that did not fit behind them */
    char bytes[LOG_WAITING_MAX];
} l = { .program = "snmpfleet", .level = LEVEL_INFO };

void log_name(const char *program) {
    l.program = program;
}

/* Does standard error lead to the journal? systemd says to which file it gave it. */
static bool is_journal(void) {
    const char *text = getenv("JOURNAL_STREAM");
    struct stat st;
    char *end;
    if (text == NULL || fstat(STDERR_FILENO, &st) != 0) return false;
    unsigned long long device = strtoull(text, &end, 10);
    if (*end != ':') return false;
    return device == st.st_dev && strtoull(end + 1, NULL, 10) == st.st_ino;
}

void log_set_level(enum log_level level) {
    l.level = level;
    l.is_level_set = true;
}

void log_set_format(enum log_format format) {
    l.format = format;
}

void log_quiet(void) {
    if (!l.is_level_set) l.level = LEVEL_WARNING;
}

static enum log_format format_now(void) {
    if (l.format == LOG_FORMAT_AUTO) l.format = is_journal() ? LOG_FORMAT_JOURNAL : LOG_FORMAT_TEXT;
    return l.format;
}

bool log_is_told(enum log_level level) {
    return level <= l.level;
}

/* What was not taken yet, as far as it is taken now; @waits: for as long as it takes. */
static void write_waiting(bool waits) {
    while (l.waiting > 0) {
        struct pollfd fd = { .fd = STDERR_FILENO, .events = POLLOUT };
        if (!waits && poll(&fd, 1, 0) <= 0) return;
        /* A pipe that is writable takes this much without waiting (pipe(7)). */
        size_t part = l.waiting < LOG_LINE_MAX ? l.waiting : LOG_LINE_MAX;
        ssize_t n = write(STDERR_FILENO, l.bytes, part);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            if (!waits) return;
            (void)poll(&fd, 1, -1);
            continue;
        }
        size_t gone = n > 0 ? (size_t)n : l.waiting;  /* nobody reads it: it is nobody's loss */
        l.waiting -= gone;
        memmove(l.bytes, l.bytes + gone, l.waiting);
    }
}

/* Whole lines, or a part of one. */
static void put(const char *text, size_t length) {
    if (length > sizeof(l.bytes) - l.waiting) write_waiting(!l.is_running);
    if (length > sizeof(l.bytes) - l.waiting) {
        l.lost++;
        return;
    }
    memcpy(l.bytes + l.waiting, text, length);
    l.waiting += length;
    write_waiting(!l.is_running);
}

/*
 * Every octet that could steer a terminal, or is no UTF-8, becomes '?'; of newlines and tabs only
 * where they are @kept.
 */
static void make_printable(char *text, const char *kept) {
    size_t left = strlen(text);
    for (char *at = text; left > 0;) {
        size_t length = utf8_sequence((const uint8_t *)at, left);
        bool is_control = (unsigned char)*at < ' ' || *at == 0x7f;
        if (length == 0 || (is_control && strchr(kept, *at) == NULL)) *at = '?';
        if (length == 0) length = 1;
        at += length;
        left -= length;
    }
}

static void live_clear(void) {
    static const char clear[] = "\r\033[K";
    if (!l.is_live) return;
    l.is_live = false;
    put(clear, sizeof(clear) - 1);
}

static void put_text(char line[static 2 * LOG_LINE_MAX], const char *text, size_t *length) {
    int n = snprintf(line + *length, 2 * LOG_LINE_MAX - *length, "%s", text);
    *length += (size_t)n < 2 * LOG_LINE_MAX - *length ? (size_t)n : 2 * LOG_LINE_MAX - 1 - *length;
}

/* A text in JSON, which is printable already. */
static void put_json(char line[static 2 * LOG_LINE_MAX], const char *text, size_t *length) {
    char escaped[2 * LOG_LINE_MAX];
    size_t n = 0;
    for (; *text != '\0' && n + 3 < sizeof(escaped); text++) {
        if (*text == '"' || *text == '\\') escaped[n++] = '\\';
        escaped[n++] = *text;
    }
    escaped[n] = '\0';
    put_text(line, escaped, length);
}

void log_time_text(int64_t unix_ns, char text[static LOG_TIME_TEXT]) {
    time_t seconds = (time_t)(unix_ns / (int64_t)CLOCK_NS_PER_S);
    struct tm tm;
    if (gmtime_r(&seconds, &tm) == NULL ||
        strftime(text, LOG_TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        text[0] = '\0';
}

static void tell_json(enum log_level level, const char *subject, const char *text) {
    char line[2 * LOG_LINE_MAX], time[LOG_TIME_TEXT];
    size_t length = 0;
    log_time_text(clock_realtime_ns(), time);
    put_text(line, "{\"time\":\"", &length);
    put_text(line, time, &length);
    put_text(line, "\",\"level\":\"", &length);
    put_text(line, level_names[level], &length);
    put_text(line, "\",\"subject\":\"", &length);
    put_json(line, subject, &length);
    put_text(line, "\",\"text\":\"", &length);
    put_json(line, text, &length);
    put_text(line, "\"}\n", &length);
    put(line, length);
}

/* A line whose subject and text are printable. */
static void tell(enum log_level level, const char *subject, const char *text) {
    static const char journal_levels[] = { '3', '4', '6', '7' };
    char line[2 * LOG_LINE_MAX], time[LOG_TIME_TEXT];
    int n;
    live_clear();
    switch (format_now()) {
    case LOG_FORMAT_JSON: tell_json(level, subject, text); return;
    case LOG_FORMAT_JOURNAL:
        n = snprintf(line, sizeof(line), "<%c>%s: %s\n", journal_levels[level], subject, text);
        break;
    default:
        if (l.is_timed) {
            log_time_text(clock_realtime_ns(), time);
            n = snprintf(line, sizeof(line), "%s %s %s: %s\n", time, level_names[level], subject,
                         text);
        } else {
            bool is_named = level == LEVEL_WARNING || level == LEVEL_DEBUG;
            n = snprintf(line, sizeof(line), "%s: %s%s%s\n", subject,
                         is_named ? level_names[level] : "", is_named ? ": " : "", text);
        }
    }
    if (n > 0) put(line, (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1);
}

__attribute__((format(printf, 3, 0)))
static void line_with(enum log_level level, const char *subject, const char *format,
                      va_list arguments) {
    char text[LOG_LINE_MAX], about[LOG_LINE_MAX / 4];
    (void)snprintf(about, sizeof(about), "%s", subject != NULL ? subject : l.program);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    make_printable(about, "");
    make_printable(text, "");
    tell(level, about, text);
}

void log_line(enum log_level level, const char *subject, const char *format, ...) {
    if (!log_is_told(level)) return;
    va_list arguments;
    va_start(arguments, format);
    line_with(level, subject, format, arguments);
    va_end(arguments);
}

void log_summary(bool is_detail, const char *format, ...) {
    char text[LOG_LINE_MAX];
    va_list arguments;
    if (!log_is_told(LEVEL_INFO)) return;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    make_printable(text, "");
    bool is_text = format_now() == LOG_FORMAT_TEXT;
    if (is_text && (is_detail || !l.is_timed)) log_plain("%s%s\n", is_detail ? "  " : "", text);
    else tell(LEVEL_INFO, l.program, text);
}

void log_bounded(enum log_kind kind, enum log_level level, const char *subject,
                 const char *format, ...) {
    if (!log_is_told(level)) return;
    if (kind != LOG_KIND_NONE && l.told[kind] >= LOG_A_KIND_AN_HOUR) {
        l.left_out[kind]++;
        return;
    }
    l.told[kind]++;
    va_list arguments;
    va_start(arguments, format);
    line_with(level, subject, format, arguments);
    va_end(arguments);
}

void log_place(enum log_level level, const char *file, size_t line, size_t column,
               const char *format, ...) {
    char subject[LOG_LINE_MAX / 4];
    if (!log_is_told(level)) return;
    if (line == 0) (void)snprintf(subject, sizeof(subject), "%s", file);
    else if (column == 0) (void)snprintf(subject, sizeof(subject), "%s:%zu", file, line);
    else (void)snprintf(subject, sizeof(subject), "%s:%zu:%zu", file, line, column);
    va_list arguments;
    va_start(arguments, format);
    line_with(level, subject, format, arguments);
    va_end(arguments);
}

void log_plain(const char *format, ...) {
    char few[LOG_LINE_MAX], *text = few;
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int n = vsnprintf(few, sizeof(few), format, arguments);
    if (n >= (int)sizeof(few)) {
        text = malloc((size_t)n + 1);
        if (text != NULL) (void)vsnprintf(text, (size_t)n + 1, format, again);
        else text = few;
    }
    va_end(again);
    va_end(arguments);
    make_printable(text, "\n\t");
    live_clear();
    for (size_t at = 0, length = strlen(text); at < length; at += LOG_LINE_MAX)
        put(text + at, length - at < LOG_LINE_MAX ? length - at : LOG_LINE_MAX);
    if (text != few) free(text);
}

/* The stream's text is in here until it is closed. */
static struct {
    char *text;
    size_t length;
} stream_text;

FILE *log_open(void) {
    return open_memstream(&stream_text.text, &stream_text.length);
}

void log_close(FILE *stream) {
    if (stream == NULL) return;
    if (fclose(stream) == 0) log_plain("%s", stream_text.text);
    free(stream_text.text);
    stream_text.text = NULL;
}

/* What the bound of each kind held back. */
static void tell_left_out(void) {
    for (int kind = 0; kind < LOG_KINDS; kind++) {
        uint32_t count = l.left_out[kind];
        l.told[kind] = l.left_out[kind] = 0;
        if (count == 0) continue;
        log_line(LEVEL_WARNING, NULL, "%u more %s were not told one by one", count,
                 kind_names[kind]);
    }
}

static void tell_lost(void) {
    uint64_t lost = l.lost;
    l.lost = 0;
    if (lost > 0)
        log_line(LEVEL_WARNING, NULL, "%llu lines were lost: standard error was not read",
                 (unsigned long long)lost);
}

void log_run_begin(bool is_timed, uint64_t now) {
    l.is_timed = is_timed;
    l.is_running = true;
    l.hour_ends_ns = now + (uint64_t)HOUR_S * CLOCK_NS_PER_S;
}

void log_step(uint64_t now) {
    write_waiting(false);
    if (l.lost > 0 && l.waiting == 0) tell_lost();
    if (now < l.hour_ends_ns) return;
    l.hour_ends_ns = now + (uint64_t)HOUR_S * CLOCK_NS_PER_S;
    tell_left_out();
}

uint64_t log_deadline_ns(void) {
    if (!l.is_running) return UINT64_MAX;
    if (l.waiting == 0) return l.hour_ends_ns;
    return clock_monotonic_ns() + (uint64_t)STEP_MS * CLOCK_NS_PER_MS;
}

void log_run_end(void) {
    tell_left_out();
    uint64_t end = clock_monotonic_ns() + (uint64_t)END_WAIT_MS * CLOCK_NS_PER_MS;
    while (l.waiting > 0 && clock_monotonic_ns() < end) {
        struct pollfd fd = { .fd = STDERR_FILENO, .events = POLLOUT };
        (void)poll(&fd, 1, STEP_MS);
        write_waiting(false);
    }
}

static size_t terminal_columns(void) {
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return COLUMNS_USUAL;
}

bool log_has_live(void) {
    return isatty(STDERR_FILENO) == 1 && format_now() == LOG_FORMAT_TEXT;
}

void log_live(const char *text) {
    char line[LOG_LINE_MAX];
    live_clear();
    if (text == NULL || !log_has_live() || l.waiting > 0) return;
    /* The last column stays free: some terminals go on in the next line once it is written. */
    int columns = (int)terminal_columns() - 1;
    if (columns > LOG_LINE_MAX - 1) columns = LOG_LINE_MAX - 1;
    int n = snprintf(line, sizeof(line), "%.*s", columns, text);
    make_printable(line, "");
    l.is_live = true;
    put(line, (size_t)n);
}
