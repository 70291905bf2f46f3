/* ask_log: see ask_log.h. */
#include "cli/ask_log.h"
#include "cli/log.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <syslog.h>

enum { MESSAGE_BYTES = 4096 };

/* "err", "3", "!": the priority at *text, which is moved behind it; -1: none. */
static int priority(const char **text) {
    static const char *const letters[] = { "0!", "1aA", "2cC", "3eE", "4wW", "5nN", "6iI", "7dD" };
    for (int i = 0; i < 8; i++) {
        if (**text == '\0' || strchr(letters[i], **text) == NULL) continue;
        ++*text;
        while (isalpha((unsigned char)**text)) ++*text;
        return i;
    }
    return -1;
}

/* "3", "0-3": from the most important on, or both. */
static bool take_range(struct ask_log *log, const char *text) {
    int first = priority(&text);
    log->lowest = 0;
    log->highest = first;
    if (first >= 0 && *text == '-') {
        text++;
        int second = priority(&text);
        if (second < 0) return false;
        log->lowest = first < second ? first : second;
        log->highest = first < second ? second : first;
    }
    return first >= 0 && *text == '\0';
}

/* What is left of @text, or the next of argv. NULL: nothing. */
static char *next_text(char *text, int argc, char **argv) {
    while (isspace((unsigned char)*text)) text++;
    if (*text != '\0') return text;
    return optind < argc ? argv[optind++] : NULL;
}

static bool open_file(struct ask_log *log, const char *path) {
    log->file = fopen(path, "we");
    if (log->file != NULL) return true;
    log_plain("%s: %s\n", path, strerror(errno));
    return false;
}

static bool open_syslog(struct ask_log *log, const char *text) {
    static const int local[] = { LOG_LOCAL0, LOG_LOCAL1, LOG_LOCAL2, LOG_LOCAL3,
                                 LOG_LOCAL4, LOG_LOCAL5, LOG_LOCAL6, LOG_LOCAL7 };
    int facility;
    if (*text == 'd' || *text == 'D') facility = LOG_DAEMON;
    else if (*text == 'u' || *text == 'U') facility = LOG_USER;
    else if (*text >= '0' && *text <= '7') facility = local[*text - '0'];
    else {
        log_plain("invalid syslog facility: %s\n", text);
        return false;
    }
    openlog(NULL, LOG_PID, facility);
    log->is_open = true;
    return true;
}

bool ask_log_option(struct ask_log *log, char *text, int argc, char **argv) {
    static const char letters[] = "eofsn";
    static const enum ask_log_to places[] = { ASK_LOG_STDERR, ASK_LOG_STDOUT, ASK_LOG_FILE,
                                              ASK_LOG_SYSLOG, ASK_LOG_NOWHERE };
    const char *place = *text != '\0' ? strchr(letters, tolower((unsigned char)*text)) : NULL;
    if (place == NULL) {
        log_plain("Unknown logging option passed to -L: %c.\n", *text);
        return false;
    }
    bool has_range = isupper((unsigned char)*text++);
    ask_log_close(log);
    *log = ASK_LOG_INIT;
    log->to = places[place - letters];
    if (has_range) {
        const char *range = next_text(text, argc, argv);
        if (range == NULL || !take_range(log, range)) {
            log_plain("invalid priority: %s\n", range != NULL ? range : "");
            return false;
        }
        text += strlen(text);
    }
    if (log->to != ASK_LOG_FILE && log->to != ASK_LOG_SYSLOG) return true;
    const char *name = next_text(text, argc, argv);
    if (name == NULL) {
        log_plain("Missing %s\n",
                  log->to == ASK_LOG_FILE ? "log file" : "syslog facility");
        return false;
    }
    return log->to == ASK_LOG_FILE ? open_file(log, name) : open_syslog(log, name);
}

void ask_log_error(struct ask_log *log, const char *format, ...) {
    char text[MESSAGE_BYTES];
    va_list arguments;
    if (log->lowest > LOG_ERR || log->highest < LOG_ERR) return;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    switch (log->to) {
    case ASK_LOG_STDERR: log_plain("%s\n", text); break;
    case ASK_LOG_STDOUT: (void)printf("%s\n", text); break;
    case ASK_LOG_FILE:
        (void)fprintf(log->file, "%s\n", text);
        (void)fflush(log->file);
        break;
    case ASK_LOG_SYSLOG: syslog(LOG_ERR, "%s", text); break;
    case ASK_LOG_NOWHERE: break;
    }
}

void ask_log_close(struct ask_log *log) {
    if (log->file != NULL) (void)fclose(log->file);
    if (log->is_open) closelog();
    *log = ASK_LOG_INIT;
}
