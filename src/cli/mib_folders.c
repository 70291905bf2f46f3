/* mib_folders: see mib_folders.h. */
#include "cli/mib_folders.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/log.h"

void mib_folders_check(const char *path) {
    const char *from = path != NULL ? "-M" : "MIBDIRS", *at = path != NULL ? path : getenv(from);
    if (at == NULL) return;
    at += *at == '+' || *at == '-';
    while (*at != '\0') {
        char folder[PATH_MAX];
        struct stat st;
        size_t length = strcspn(at, ":");
        (void)snprintf(folder, sizeof(folder), "%.*s", (int)length, at);
        bool is_there = length == 0 || (stat(folder, &st) == 0 && S_ISDIR(st.st_mode));
        if (!is_there)
            log_line(LEVEL_WARNING, NULL, "%s: %s: no such folder of MIB modules", from, folder);
        at += length + (at[length] == ':');
    }
}
