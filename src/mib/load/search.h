/*
 * search: the folders in which MIB files are looked for, in Net-SNMP's order: of modules of one
 * name that in the last folder counts.
 */
#pragma once

#include <stddef.h>

struct search {
    char **folders;
    size_t count;
    char *text;         /* all of them with ':' between, for messages */
};

#define SEARCH_NULL ((struct search){ .folders = NULL })

/*
 * The default folders, from the last to be believed: /var/lib/mibs and what is in it,
 * /usr/share/snmp/mibs and its iana, ietf and site, the paths of /etc/smi.conf, SMIPATH,
 * ~/.snmp/mibs. MIBDIRS and then @path change them as Net-SNMP's -M does: "DIR:DIR" is instead of
 * them, "+DIR" behind them, "-DIR" in front of them. NULL: nothing more. Folders need not exist.
 * 0 or -ENOMEM.
 */
int search_init(struct search *s, const char *path);

/* Only the folders of @path, "DIR:DIR"; NULL: none. */
int search_init_exactly(struct search *s, const char *path);

void search_deinit(struct search *s);
