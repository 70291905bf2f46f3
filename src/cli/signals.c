/* signals: see signals.h. */
#include "cli/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

static volatile sig_atomic_t exit_code;

static void end(int number) {
    static const char said[] = "snmpfleet: ended during the start\n";
    (void)number;
    if (write(STDERR_FILENO, said, sizeof(said) - 1) < 0) _exit(exit_code);
    _exit(exit_code);
}

void signals_start(int code) {
    struct sigaction action = { .sa_handler = end };
    sigset_t later;
    exit_code = code;
    sigemptyset(&later);
    sigaddset(&later, SIGHUP);
    sigaddset(&later, SIGUSR1);
    sigprocmask(SIG_BLOCK, &later, NULL);
    sigfillset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

int signals_open(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd >= 0 ? fd : -errno;
}
