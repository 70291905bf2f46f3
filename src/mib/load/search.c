/* search: see search.h. */
#include "mib/load/search.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOLDERS_MAX = 256, LINE_MAX_BYTES = 4096 };

static const char smi_conf[] = "/etc/smi.conf";
static const char var_lib[] = "/var/lib/mibs";

/* Put @length bytes of @folder at @place, unless it is there already. */
static int insert(struct search *s, size_t place, const char *folder, size_t length) {
    while (length > 1 && folder[length - 1] == '/') length--;
    if (length == 0 || s->count >= FOLDERS_MAX) return 0;
    for (size_t i = 0; i < s->count; i++) {
        if (strncmp(s->folders[i], folder, length) == 0 && s->folders[i][length] == '\0') return 0;
    }
    char **folders = realloc(s->folders, (s->count + 1) * sizeof(*folders));
    if (folders == NULL) return -ENOMEM;
    s->folders = folders;
    char *copy = strndup(folder, length);
    if (copy == NULL) return -ENOMEM;
    memmove(folders + place + 1, folders + place, (s->count - place) * sizeof(*folders));
    folders[place] = copy;
    s->count++;
    return 0;
}

/* All of "DIR:DIR" from @place on. */
static int insert_all(struct search *s, size_t place, const char *text) {
    while (*text != '\0') {
        size_t length = strcspn(text, ":"), count = s->count;
        int error = insert(s, place, text, length);
        if (error != 0) return error;
        place += s->count - count;
        text += length + (text[length] == ':');
    }
    return 0;
}

/* Where the first folder is believed most, as in SMIPATH: backwards to the end. */
static int append_backwards(struct search *s, const char *text) {
    size_t place = s->count;
    while (*text != '\0') {
        size_t length = strcspn(text, ":");
        int error = insert(s, place, text, length);
        if (error != 0) return error;
        text += length + (text[length] == ':');
    }
    return 0;
}

static void clear(struct search *s) {
    for (size_t i = 0; i < s->count; i++) free(s->folders[i]);
    s->count = 0;
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_shown(const struct dirent *entry) {
    return entry->d_name[0] != '.' && (entry->d_type == DT_DIR || entry->d_type == DT_LNK);
}

static int append_children(struct search *s, const char *folder) {
    struct dirent **entries;
    int count = scandir(folder, &entries, is_shown, by_name), error = 0;
    if (count < 0) return 0;
    for (int i = 0; i < count; i++) {
        char *path;
        if (error == 0 && asprintf(&path, "%s/%s", folder, entries[i]->d_name) >= 0) {
            error = insert(s, s->count, path, strlen(path));
            free(path);
        }
        free(entries[i]);
    }
    free(entries);
    return error;
}

/*
 * Lines "path TEXT" and "PROGRAM: path TEXT" of libsmi's configuration, of which those for programs
 * are not for us. A ':' in front of the paths or behind them stands for those so far.
 */
static int append_smi_conf(struct search *s) {
    char line[LINE_MAX_BYTES];
    FILE *file = fopen(smi_conf, "re");
    int error = 0;
    if (file == NULL) return 0;
    while (error == 0 && fgets(line, sizeof(line), file) != NULL) {
        const char *at = line + strspn(line, " \t");
        line[strcspn(line, "#\r\n")] = '\0';
        if (strncmp(at, "path", 4) != 0 || strspn(at + 4, " \t") == 0) continue;
        at += 4;
        at += strspn(at, " \t");
        line[strlen(line) - strspn(line + strlen(line), " \t")] = '\0';
        error = append_backwards(s, at);
    }
    (void)fclose(file);
    return error;
}

static int append_defaults(struct search *s) {
    static const char *const usual[] = {
        "/usr/share/snmp/mibs/site", "/usr/share/snmp/mibs/ietf", "/usr/share/snmp/mibs/iana",
        "/usr/share/snmp/mibs",
    };
    const char *home = getenv("HOME"), *smi = getenv("SMIPATH");
    int error = insert(s, s->count, var_lib, sizeof(var_lib) - 1);
    if (error == 0) error = append_children(s, var_lib);
    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]) && error == 0; i++) {
        error = insert(s, s->count, usual[i], strlen(usual[i]));
    }
    if (error == 0) error = append_smi_conf(s);
    if (error == 0 && smi != NULL) error = append_backwards(s, smi);
    char *own = NULL;
    bool has_home = home != NULL && home[0] != '\0';
    if (error == 0 && has_home && asprintf(&own, "%s/.snmp/mibs", home) >= 0) {
        error = insert(s, s->count, own, strlen(own));
        free(own);
    }
    return error;
}

static int change(struct search *s, const char *text) {
    if (text == NULL || text[0] == '\0') return 0;
    if (text[0] == '+') return insert_all(s, s->count, text + 1);
    if (text[0] == '-') return insert_all(s, 0, text + 1);
    clear(s);
    return insert_all(s, 0, text);
}

static int join(struct search *s) {
    size_t length = 1;
    for (size_t i = 0; i < s->count; i++) length += strlen(s->folders[i]) + 1;
    char *at = s->text = malloc(length);
    if (at == NULL) return -ENOMEM;
    *at = '\0';
    for (size_t i = 0; i < s->count; i++) {
        if (i > 0) *at++ = ':';
        at = stpcpy(at, s->folders[i]);
    }
    return 0;
}

int search_init(struct search *s, const char *path) {
    *s = SEARCH_NULL;
    int error = append_defaults(s);
    if (error == 0) error = change(s, getenv("MIBDIRS"));
    if (error == 0) error = change(s, path);
    if (error == 0) error = join(s);
    if (error != 0) search_deinit(s);
    return error;
}

int search_init_exactly(struct search *s, const char *path) {
    *s = SEARCH_NULL;
    int error = path != NULL ? insert_all(s, 0, path) : 0;
    if (error == 0) error = join(s);
    if (error != 0) search_deinit(s);
    return error;
}

void search_deinit(struct search *s) {
    clear(s);
    free(s->folders);
    free(s->text);
    *s = SEARCH_NULL;
}
