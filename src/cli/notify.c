/* notify: see notify.h. */
#include "cli/notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

enum { MESSAGE_TEXT = 512 };

/* Not waited for, and lost where nobody listens: the service manager has time-outs of its own. */
static void send_message(const char *message) {
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    size_t length = path != NULL ? strlen(path) : 0;
    if (length < 2 || length >= sizeof(to.sun_path) || (path[0] != '/' && path[0] != '@')) return;
    memcpy(to.sun_path, path, length);
    if (path[0] == '@') to.sun_path[0] = '\0';  /* a name without a file, unix(7) */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    if (connect(fd, (struct sockaddr *)&to, size) == 0)
        (void)send(fd, message, strlen(message), MSG_NOSIGNAL);
    close(fd);
}

bool notify_is_wanted(void) {
    return getenv("NOTIFY_SOCKET") != NULL;
}

void notify_ready(void) {
    send_message("READY=1");
}

void notify_reloading(void) {
    char text[MESSAGE_TEXT];
    (void)snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%llu",
                   (unsigned long long)(clock_monotonic_ns() / 1000));
    send_message(text);
}

void notify_stopping(void) {
    send_message("STOPPING=1");
}

void notify_status(const char *text) {
    char message[MESSAGE_TEXT];
    (void)snprintf(message, sizeof(message), "STATUS=%s", text);
    send_message(message);
}
