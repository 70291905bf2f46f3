/* warmup: see warmup.h. */
#include "cli/warmup.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 11 };

extern char **environ;

/* A pipe can be read once. */
static bool is_file(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* `check` reads what poll reads, and sends nothing; what it says is said again by the reload. */
static void put_arguments(const struct settings *s, char *arguments[static ARGUMENTS_MAX]) {
    const char *words[ARGUMENTS_MAX] = { "snmpfleet", "check", "-q", "--config-only", "-f",
                                         s->config_path };
    size_t count = 6;
    if (s->mib_path != NULL) {
        words[count++] = "-M";
        words[count++] = s->mib_path;
    }
    if (s->mib_modules != NULL) {
        words[count++] = "-m";
        words[count++] = s->mib_modules;
    }
    for (size_t i = 0; i < count; i++) arguments[i] = (char *)(uintptr_t)words[i];
    arguments[count] = NULL;
}

static int spawn(char *const *arguments, pid_t *ret_pid) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    if (posix_spawn_file_actions_init(&files) != 0) return -1;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&files);
        return -1;
    }
    int error = posix_spawnattr_setsigmask(&attributes, &none);
    if (error == 0) error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    for (int fd = STDIN_FILENO; error == 0 && fd <= STDERR_FILENO; fd++)
        error = posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
    if (error == 0)
        error = posix_spawn(ret_pid, "/proc/self/exe", &files, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return error == 0 ? 0 : -1;
}

bool warmup_start(struct warmup *w, const struct settings *s) {
    char *arguments[ARGUMENTS_MAX];
    if (s->config_path == NULL || !is_file(s->config_path)) return false;
    put_arguments(s, arguments);
    if (spawn(arguments, &w->pid) != 0) {
        w->pid = 0;
        return false;
    }
    w->fd = pidfd_open(w->pid, 0);
    if (w->fd >= 0) return true;
    warmup_stop(w);
    return false;
}

bool warmup_is_over(struct warmup *w) {
    if (waitpid(w->pid, NULL, WNOHANG) == 0) return false;
    if (w->fd >= 0) close(w->fd);
    *w = WARMUP_NONE;
    return true;
}

void warmup_stop(struct warmup *w) {
    if (w->pid == 0) return;
    kill(w->pid, SIGKILL);
    (void)waitpid(w->pid, NULL, 0);
    if (w->fd >= 0) close(w->fd);
    *w = WARMUP_NONE;
}
