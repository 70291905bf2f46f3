/* snmp_conf: see snmp_conf.h. */
#include "conf/snmp_conf.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conf/input.h"
#include "conf/secret.h"

enum { DEPTH_MAX = 16, FILES_MAX = 512, PATH_BYTES = 1024, WHY_BYTES = 1400,
       NAME_BYTES = 300 };

#define FILE_BYTES_MAX ((size_t)1 << 20)
#define FOLDERS "/etc/snmp:/usr/share/snmp:/usr/lib/snmp"

/* Where a line stands, and what is left of the bounds. */
struct reading {
    struct snmp_conf *conf;
    snmp_conf_warn *warn;
    void *context;
    const char *file;
    unsigned line, depth;
    unsigned *files;
    bool is_other; /* lines of a file count only where [snmp] says so */
    bool is_bad;   /* a setting was refused */
    int error;
};

enum kind {
    TEXT, LIST, FILES, ALIAS, DOMAIN, TARGET, VERSION, LEVEL, AUTH, PRIV, PORT, TIMEOUT, RETRIES,
    HEX, OID, NUMERIC, OUTPUT, NAMES, WALK, HOSTS, DUMPS, SILENT
};

static const struct setting {
    const char *name;
    enum kind kind;
    uint32_t value;
} settings[] = {
    { "defCommunity", TEXT, SNMP_CONF_COMMUNITY }, { "defSecurityName", TEXT, SNMP_CONF_USER },
    { "defContext", TEXT, SNMP_CONF_CONTEXT }, { "defPassphrase", TEXT, SNMP_CONF_PASSPHRASE },
    { "defAuthPassphrase", TEXT, SNMP_CONF_AUTH_PASSPHRASE },
    { "defPrivPassphrase", TEXT, SNMP_CONF_PRIV_PASSPHRASE },
    { "defAuthMasterKey", TEXT, SNMP_CONF_AUTH_MASTER_KEY },
    { "defPrivMasterKey", TEXT, SNMP_CONF_PRIV_MASTER_KEY },
    { "defAuthLocalizedKey", TEXT, SNMP_CONF_AUTH_LOCALIZED_KEY },
    { "defPrivLocalizedKey", TEXT, SNMP_CONF_PRIV_LOCALIZED_KEY },
    { "transport", TEXT, SNMP_CONF_TRANSPORT },
    { "clientaddr", TEXT, SNMP_CONF_CLIENT_ADDRESS },
    { "alias", ALIAS, SNMP_CONF_ALIASES }, { "defDomain", DOMAIN, SNMP_CONF_DOMAIN },
    { "defTarget", TARGET, SNMP_CONF_TARGET },
    { "mibs", LIST, SNMP_CONF_MIBS }, { "mibdirs", LIST, SNMP_CONF_MIBDIRS },
    { "mibfile", FILES, SNMP_CONF_MIBFILES },
    { "outputPrecision", TEXT, SNMP_CONF_PRECISION }, { "defVersion", VERSION, 0 },
    { "defSecurityLevel", LEVEL, 0 }, { "defAuthType", AUTH, 0 }, { "defPrivType", PRIV, 0 },
    { "defaultPort", PORT, 0 }, { "timeout", TIMEOUT, 0 }, { "retries", RETRIES, 0 },
    { "hexOutputLength", HEX, 0 }, { "oidOutputFormat", OID, 0 }, { "suffixPrinting", OID, 0 },
    { "printNumericOids", NUMERIC, 0 }, { "printNumericEnums", OUTPUT, FLEET_TEXT_NUMERIC_ENUMS },
    { "escapeQuotes", OUTPUT, FLEET_TEXT_ESCAPE_QUOTES },
    { "dontBreakdownOids", OUTPUT, FLEET_TEXT_PLAIN_INDEX },
    { "quickPrinting", OUTPUT, FLEET_TEXT_QUICK },
    { "numericTimeticks", OUTPUT, FLEET_TEXT_NUMERIC_TICKS },
    { "extendedIndex", OUTPUT, FLEET_TEXT_BRACKETS },
    { "printHexText", OUTPUT, FLEET_TEXT_HEX_TEXT },
    { "printValueOnly", OUTPUT, FLEET_TEXT_VALUE_ONLY },
    { "dontPrintUnits", OUTPUT, FLEET_TEXT_NO_UNITS },
    { "noDisplayHint", NAMES, FLEET_NAME_NO_HINTS },
    { "noRangeCheck", NAMES, FLEET_NAME_ANY_RANGE },
    { "includeRequested", WALK, SNMP_CONF_INCLUDE_REQUESTED },
    { "excludeRequested", WALK, SNMP_CONF_EXCLUDE_REQUESTED },
    { "printStatistics", WALK, SNMP_CONF_PRINT_STATISTICS },
    { "dontCheckOrdering", WALK, SNMP_CONF_DONT_CHECK_ORDERING },
    { "timeResults", WALK, SNMP_CONF_TIME_RESULTS },
    { "timeResultsSingle", WALK, SNMP_CONF_TIME_RESULTS_SINGLE },
    { "dontLoadHostConfig", HOSTS, 0 }, { "dumpPacket", DUMPS, 0 },
    { "noTokenWarnings", SILENT, 0 },
};

/* Known to Net-SNMP's programs, and nothing to us. */
static const char *const nothings[] = {
    "extraX509SubDir", "x509CRLFile", "tlsAlgorithms", "localCert", "peerCert", "trustCert",
    "doDebugging", "debugTokens", "debugLogLevel", "logTimestamp", "logOption",
    "showMibErrors", "commentToEOL", "strictCommentTerm", "mibAllowUnderline", "mibWarningLevel",
    "mibReplaceWithLatest", "reverseEncodeBER", "disableSNMPv1", "disableSNMPv2c", "disableSNMPv3",
    "persistentDir", "tempFilePattern", "16bitIDs", "clientaddrUsesPort",
    "serverSendBuf", "serverRecvBuf", "clientSendBuf", "clientRecvBuf", "sendMessageMaxSize",
    "noPersistentLoad", "noPersistentSave", "noContextEngineIDDiscovery",
    "defSecurityModel", "tsmUseTransportPrefix",
    "sshtosnmpsocket", "sshtosnmpsocketperms", "sshusername", "sshpubkey", "sshprivkey",
    "sourceFilterType", "sourceFilterAddress",
};

static void tell(struct reading *r, const char *how, const char *format, const char *what) {
    char text[WHY_BYTES], line[WHY_BYTES / 2];
    (void)snprintf(line, sizeof(line), format, what);
    for (char *at = line; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f) *at = '?';
    }
    r->is_bad = true;
    if (r->file != NULL)
        (void)snprintf(text, sizeof(text), "%.500s: line %u: %s: %s", r->file, r->line, how, line);
    else (void)snprintf(text, sizeof(text), "%s: %s", how, line);
    if (r->warn != NULL) r->warn(r->context, text);
}

/* The next word of *at, which is moved behind it and the blanks that follow; cut in place. */
static char *next_word(char **at) {
    char *from = *at + strspn(*at, " \t\r"), *to = from, *word = from;
    if (*from == '"' || *from == '\'') {
        char quote = *from++;
        while (*from != '\0' && *from != quote) {
            if (*from == '\\' && from[1] != '\0') from++;
            *to++ = *from++;
        }
        if (*from != '\0') from++;
    } else {
        while (*from != '\0' && strchr(" \t\r", *from) == NULL) {
            if (*from == '\\' && from[1] != '\0') from++;
            *to++ = *from++;
        }
    }
    *at = from + strspn(from, " \t\r");
    if (*from != '\0' || to < from) *to = '\0';
    return word;
}

static bool parse_boolean(struct reading *r, char *text, bool *ret_value) {
    const char *word = next_word(&text);
    char *end;
    long number = strtol(word, &end, 10);
    if (end != word && *end == '\0' && (number == 0 || number == 1)) *ret_value = number == 1;
    else if (strcasecmp(word, "yes") == 0 || strcasecmp(word, "true") == 0) *ret_value = true;
    else if (strcasecmp(word, "no") == 0 || strcasecmp(word, "false") == 0) *ret_value = false;
    else {
        tell(r, "Error", "%s", "Should be yes|no|true|false|0|1");
        return false;
    }
    return true;
}

static bool parse_number(struct reading *r, char *text, long *ret_number) {
    const char *word = next_word(&text);
    char *end;
    errno = 0;
    long number = strtol(word, &end, 10);
    if (end == word || *end != '\0' || errno != 0) {
        tell(r, "Error", "%s", "Bad integer value");
        return false;
    }
    *ret_number = number;
    return true;
}

static void set_text(struct reading *r, uint32_t which, const char *text) {
    char **place = &r->conf->texts[which];
    size_t size = strlen(text) + 1;
    char *copy = secret_realloc(NULL, size);
    if (copy == NULL) {
        r->error = -ENOMEM;
        return;
    }
    memcpy(copy, text, size);
    (void)secret_realloc(*place, 0);
    *place = copy;
}

/* "+B" comes behind what was said before, "-B" in front of it. */
static void set_list(struct reading *r, uint32_t which, const char *text) {
    const char *before = r->conf->texts[which];
    if ((*text != '+' && *text != '-') || before == NULL) {
        set_text(r, which, text);
        return;
    }
    size_t size = strlen(before) + strlen(text) + 2;
    char *both = malloc(size);
    if (both == NULL) {
        r->error = -ENOMEM;
        return;
    }
    /* The sign of what was said before stays in front. */
    bool is_sign = *before == '+' || *before == '-';
    (void)snprintf(both, size, "%.*s%s:%s", is_sign ? 1 : 0, before,
                   *text == '+' ? before + is_sign : text + 1,
                   *text == '+' ? text + 1 : before + is_sign);
    set_text(r, which, both);
    free(both);
}

/* One more. */
static void add_file(struct reading *r, uint32_t which, const char *path) {
    char added[PATH_BYTES];
    const char *sign = r->conf->texts[which] != NULL ? "+" : "";
    if ((size_t)snprintf(added, sizeof(added), "%s%s", sign, path) >= sizeof(added))
        tell(r, "Error", "File name '%s' is too long", path);
    else set_list(r, which, added);
}

/* NAME and AGENT, one more line. */
static void add_alias(struct reading *r, uint32_t which, char *text) {
    const char *before = r->conf->texts[which] != NULL ? r->conf->texts[which] : "";
    const char *name = next_word(&text);
    if (*text == '\0') {
        tell(r, "Error", "%s", "No type for alias");
        return;
    }
    size_t size = strlen(before) + strlen(name) + strlen(text) + 3;
    char *all = malloc(size);
    if (all == NULL) {
        r->error = -ENOMEM;
        return;
    }
    (void)snprintf(all, size, "%s%s %s\n", before, name, text);
    set_text(r, which, all);
    free(all);
}

static void set_version(struct reading *r, const char *word) {
    if (strcmp(word, "1") == 0) r->conf->version = FLEET_V1;
    else if (strcasecmp(word, "2c") == 0 || strcmp(word, "2") == 0) r->conf->version = FLEET_V2C;
    else if (strcasecmp(word, "3") == 0) r->conf->version = FLEET_V3;
    else tell(r, "Error", "%s", "Unknown version specification");
}

static void set_level(struct reading *r, const char *word) {
    static const char *const words[][4] = {
        [FLEET_NO_AUTH_NO_PRIV] = { "noAuthNoPriv", "noauth", "nanp", "1" },
        [FLEET_AUTH_NO_PRIV] = { "authNoPriv", "auth", "anp", "2" },
        [FLEET_AUTH_PRIV] = { "authPriv", "priv", "ap", "3" },
    };
    for (int level = FLEET_NO_AUTH_NO_PRIV; level <= FLEET_AUTH_PRIV; level++) {
        for (int i = 0; i < 4; i++) {
            if (strcasecmp(word, words[level][i]) != 0) continue;
            r->conf->level = (enum fleet_level)level;
            return;
        }
    }
    tell(r, "Error", "Unknown security level: %s", word);
}

static void set_number(struct reading *r, enum kind kind, char *text) {
    static const enum fleet_oid_style styles[] = {
        FLEET_OID_MODULE, FLEET_OID_SUFFIX, FLEET_OID_MODULE, FLEET_OID_FULL, FLEET_OID_NUMERIC,
        FLEET_OID_UCD,    FLEET_OID_NONE,
    };
    long n;
    if (!parse_number(r, text, &n)) return;
    switch (kind) {
    case PORT:
        if (n > 0 && n <= UINT16_MAX) r->conf->port = (uint16_t)n;
        break;
    case TIMEOUT:
        if (n > 0 && n <= INT32_MAX) r->conf->timeout_ns = (uint64_t)n * 1000000000u;
        break;
    case RETRIES:
        if (n >= 0 && n <= INT32_MAX) r->conf->retries = (int32_t)n;
        break;
    case HEX: r->conf->hex_line = n > 0 && n <= INT16_MAX ? (int16_t)n : n == 0 ? -1 : 0; break;
    default:
        if (n >= 0 && (size_t)n < sizeof(styles) / sizeof(styles[0]))
            r->conf->oid_style = (int8_t)styles[n];
        break;
    }
}

static void set_flag(struct reading *r, const struct setting *s, char *text) {
    bool value;
    if (!parse_boolean(r, text, &value)) return;
    struct snmp_conf_flags *flags = s->kind == OUTPUT  ? &r->conf->output
                                    : s->kind == NAMES ? &r->conf->names
                                                       : &r->conf->walk;
    switch (s->kind) {
    case NUMERIC:
        if (value) r->conf->oid_style = FLEET_OID_NUMERIC;
        break;
    case HOSTS: r->conf->skips_hosts = value; break;
    case DUMPS: r->conf->dumps = value; break;
    case SILENT: r->conf->is_silent = value; break;
    default:
        flags->set |= s->value;
        flags->value = value ? flags->value | s->value : flags->value & ~s->value;
        break;
    }
}

static void apply(struct reading *r, const struct setting *s, char *text) {
    /* A text is all that stands there, unless it is in quotes. */
    char *rest = text;
    char *word = s->kind == LIST || (s->kind == TEXT && *text != '"') ? text : NULL;
    switch (s->kind) {
    case TEXT: set_text(r, s->value, word != NULL ? word : next_word(&rest)); break;
    case LIST: set_list(r, s->value, word); break;
    case FILES: add_file(r, s->value, next_word(&rest)); break;
    case ALIAS: add_alias(r, s->value, rest); break;
    case DOMAIN:
        if (strcmp(next_word(&rest), "snmp") == 0) set_text(r, s->value, rest);
        break;
    case TARGET:
        if (strcmp(next_word(&rest), "snmp") == 0 && strncasecmp(next_word(&rest), "udp", 3) == 0)
            set_text(r, s->value, next_word(&rest));
        break;
    case VERSION: set_version(r, next_word(&rest)); break;
    case LEVEL: set_level(r, next_word(&rest)); break;
    case AUTH:
        if (!fleet_auth_protocol_parse(next_word(&rest), &r->conf->auth_protocol))
            tell(r, "Error", "%s", "Unknown authentication type");
        break;
    case PRIV:
        if (!fleet_priv_protocol_parse(next_word(&rest), &r->conf->priv_protocol))
            tell(r, "Error", "%s", "Unknown privacy type");
        break;
    case PORT:
    case TIMEOUT:
    case RETRIES:
    case HEX:
    case OID: set_number(r, s->kind, text); break;
    default: set_flag(r, s, text); break;
    }
}

static void take_setting(struct reading *r, const char *name, char *text) {
    for (size_t i = 0; i < sizeof(nothings) / sizeof(nothings[0]); i++) {
        if (strcasecmp(name, nothings[i]) == 0) return;
    }
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        if (strcasecmp(name, settings[i].name) != 0) continue;
        if (*text == '\0') {
            tell(r, "Error", "Blank line following %s token.", settings[i].name);
            return;
        }
        apply(r, &settings[i], text);
        return;
    }
    if (!r->conf->is_silent) tell(r, "Warning", "Unknown token: %s.", name);
}

static bool read_file(struct reading *r, const char *path);

static bool has_ending(const char *name) {
    size_t length = strlen(name);
    return length > 5 && strcmp(name + length - 5, ".conf") == 0;
}

static void include_folder(struct reading *r, const char *folder) {
    char path[PATH_BYTES];
    DIR *listing = opendir(folder);
    if (listing == NULL) {
        tell(r, "Error", "Can't open include dir '%s'.", folder);
        return;
    }
    for (struct dirent *entry; r->error == 0 && (entry = readdir(listing)) != NULL;) {
        if (entry->d_name[0] == '.' || !has_ending(entry->d_name)) continue;
        int length = snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        if ((size_t)length < sizeof(path)) (void)read_file(r, path);
    }
    (void)closedir(listing);
}

static const char *folders(char path[static PATH_BYTES]) {
    const char *told = getenv("SNMPCONFPATH"), *home = getenv("HOME");
    if (told != NULL) return told;
    (void)snprintf(path, PATH_BYTES, FOLDERS "%s%s%s", home != NULL ? ":" : "",
                   home != NULL ? home : "", home != NULL ? "/.snmp" : "");
    return path;
}

/* NAME.conf and NAME.local.conf of all folders. */
static bool search(struct reading *r, const char *name) {
    char all[PATH_BYTES], path[PATH_BYTES];
    bool is_found = false;
    int stem = (int)(strlen(name) - (has_ending(name) ? 5 : 0));
    for (const char *at = folders(all); r->error == 0; at++) {
        int length = (int)strcspn(at, ":");
        for (int i = 0; i < 2 && length > 0; i++) {
            int bytes = snprintf(path, sizeof(path), "%.*s/%.*s%s.conf", length, at, stem, name,
                                 i == 0 ? "" : ".local");
            if ((size_t)bytes < sizeof(path)) is_found |= read_file(r, path);
        }
        at += length;
        if (*at == '\0') break;
    }
    return is_found;
}

static void include_file(struct reading *r, const char *name) {
    char path[PATH_BYTES];
    const char *slash = r->file != NULL ? strrchr(r->file, '/') : NULL;
    int length = *name == '/' || slash == NULL ? 0 : (int)(slash + 1 - r->file);
    int bytes = snprintf(path, sizeof(path), "%.*s%s", length, length > 0 ? r->file : "", name);
    if ((size_t)bytes >= sizeof(path)) {
        tell(r, "Error", "File name '%s' is too long", name);
        return;
    }
    if (!read_file(r, path)) tell(r, "Error", "Included file '%s' not found.", path);
}

/* False: this is no line that includes. */
static bool take_include(struct reading *r, const char *name, char *text) {
    static const char *const words[] = { "include", "includeDir", "includeFile", "includeSearch" };
    size_t which = 0;
    while (which < 4 && strcasecmp(name, words[which]) != 0) which++;
    if (which == 4) return false;
    if (which == 0)
        tell(r, "Warning",
             "Ambiguous token '%s' - use 'includeSearch' (or 'includeFile') instead.", name);
    else if (*text == '\0') tell(r, "Error", "Blank line following %s token.", words[which]);
    else if (which == 1) include_folder(r, text);
    else if (which == 2) include_file(r, text);
    else if (!search(r, text)) tell(r, "Error", "Can't find include file '%s'.", text);
    return true;
}

/*
 * "[snmp]": do lines count behind it? Of words that nobody knows Net-SNMP tells, and goes on as if
 * they were not there; and so does the line that they stand on, which is left out. -1: such a word.
 */
static int section_of(struct reading *r, char *word) {
    size_t length = strlen(word);
    if (word[length - 1] != ']' || length < 2) {
        tell(r, "Error", "no matching ']' for type %s.", word + 1);
        return -1;
    }
    word[length - 1] = '\0';
    if (strcasecmp(word + 1, "snmp") == 0 || strcasecmp(word + 1, "snmpwalk") == 0) return 1;
    if (strcasecmp(word + 1, "snmpapp") == 0) return 0;
    tell(r, "Error", "No handlers regestered for type %s.", word + 1);
    return -1;
}

/* @counts: of the lines behind, too, where a line says nothing else. */
static void take_line(struct reading *r, char *line, bool *counts) {
    bool is_for_us = *counts;
    char *end = line + strlen(line);
    while (end > line && strchr(" \t\r", end[-1]) != NULL) *--end = '\0';
    line += strspn(line, " \t\r");
    if (*line == '\0' || *line == '#') return;
    char *name = next_word(&line);
    if (*name == '[') {
        int section = section_of(r, name);
        if (section < 0) return;
        is_for_us = section > 0;
        if (*line == '\0') {
            *counts = is_for_us;
            return;
        }
        name = next_word(&line);
    }
    if (is_for_us && !take_include(r, name, line)) take_setting(r, name, line);
}

static void take_lines(struct reading *r, char *text) {
    bool counts = !r->is_other;
    for (char *next; text != NULL && r->error == 0; text = next) {
        next = strchr(text, '\n');
        if (next != NULL) *next++ = '\0';
        r->line++;
        take_line(r, text, &counts);
    }
}

/* False: it is not there, or a bound was reached. */
static bool read_file(struct reading *r, const char *path) {
    char *text = NULL;
    size_t length;
    bool is_input = strcmp(path, "-") == 0;  /* a file of that name is nothing to read */
    if (is_input || r->depth >= DEPTH_MAX || *r->files >= FILES_MAX) return false;
    int error = input_read(NULL, path, FILE_BYTES_MAX, &text, &length);
    if (error == -ENOMEM) r->error = error;
    if (error != 0) return false;
    ++*r->files;
    struct reading inner = *r;
    inner.file = path;
    inner.line = 0;
    inner.depth++;
    take_lines(&inner, text);
    r->error = inner.error;
    (void)secret_realloc(text, 0);
    return true;
}

int snmp_conf_text(struct snmp_conf *conf, const char *file, char *text, snmp_conf_warn *warn,
                   void *context) {
    unsigned files = 0;
    struct reading r = { .conf = conf, .warn = warn, .context = context, .file = file,
                         .files = &files };
    take_lines(&r, text);
    return r.error;
}

bool snmp_conf_option(struct snmp_conf *conf, const char *text, snmp_conf_warn *warn,
                      void *context) {
    unsigned files = FILES_MAX;
    bool counts = true;
    struct reading r = { .conf = conf, .warn = warn, .context = context, .files = &files };
    size_t size = strlen(text) + 3;
    char *line = secret_realloc(NULL, size);
    if (line == NULL) return false;
    const char *equals = strchr(text, '=');
    /* What says no more than its name is switched on. */
    bool is_bare = equals == NULL && strchr(text, ' ') == NULL;
    (void)snprintf(line, size, "%s%s", text, is_bare ? " 1" : "");
    if (equals != NULL) line[equals - text] = ' ';
    take_line(&r, line, &counts);
    (void)secret_realloc(line, 0);
    return r.error == 0 && !r.is_bad;
}

int snmp_conf_load(struct snmp_conf *conf, snmp_conf_warn *warn, void *context) {
    unsigned files = 0;
    struct reading r = { .conf = conf, .warn = warn, .context = context, .files = &files };
    (void)search(&r, "snmp");
    (void)search(&r, "snmpwalk");
    r.is_other = true;
    (void)search(&r, "snmpapp");
    return r.error;
}

int snmp_conf_load_host(struct snmp_conf *conf, const char *host, snmp_conf_warn *warn,
                        void *context) {
    static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    char name[NAME_BYTES];
    unsigned files = 0;
    struct reading r = { .conf = conf, .warn = warn, .context = context, .files = &files };
    int length = snprintf(name, sizeof(name), "hosts/%s", host);
    if (conf->skips_hosts) return 0;
    if (host[strspn(host, good)] != '\0' || (size_t)length >= sizeof(name)) return 0;
    (void)search(&r, name);
    return r.error;
}

const char *snmp_conf_alias(const struct snmp_conf *conf, const char *name, size_t *ret_length) {
    size_t length = strlen(name);
    for (const char *at = conf->texts[SNMP_CONF_ALIASES]; at != NULL && *at != '\0';) {
        size_t line = strcspn(at, "\n");
        if (line > length && strncmp(at, name, length) == 0 && at[length] == ' ') {
            *ret_length = line - length - 1;
            return at + length + 1;
        }
        at += line + (at[line] == '\n');
    }
    return NULL;
}

void snmp_conf_list(FILE *to) {
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
        (void)fprintf(to, "  %s\n", settings[i].name);
}

void snmp_conf_deinit(struct snmp_conf *conf) {
    for (int i = 0; i < SNMP_CONF_TEXTS; i++)
        conf->texts[i] = secret_realloc(conf->texts[i], 0);
}
