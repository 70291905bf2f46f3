/*
 * fetch_targets: see fetch_targets.h.
 *
 * libcurl is optional: built without it the verb says so. It is loaded when it is needed and not
 * linked, since it brings thirty libraries along, which no other verb is to wait for.
 */
#include "cli/fetch_targets.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/log.h"
#include "conf/secret.h"
#include "conf/source_http.h"

#ifndef SNMPFLEET_CURL

int fetch_targets_main(void) {
    log_plain("this snmpfleet was built without libcurl, which http_sd needs (Debian: "
              "libcurl4-openssl-dev, then build again)\n");
    return 1;
}

#else

#include <dlfcn.h>

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

enum { REDIRECTS_MAX = 5, ORDER_BYTES_MAX = 256 << 10 };

/* What is used of libcurl. */
struct curl {
    __typeof__(curl_global_init) *global_init;
    __typeof__(curl_easy_init) *easy_init;
    __typeof__(curl_easy_setopt) *easy_setopt;
    __typeof__(curl_easy_perform) *easy_perform;
    __typeof__(curl_easy_getinfo) *easy_getinfo;
    __typeof__(curl_easy_strerror) *easy_strerror;
    __typeof__(curl_easy_cleanup) *easy_cleanup;
    __typeof__(curl_slist_append) *slist_append;
    __typeof__(curl_slist_free_all) *slist_free_all;
};

struct order {
    const char *url, *ca_file, *user, *password, *token;
    long timeout_ms;
    const char *refresh;
    size_t bytes_max;
};

struct answer {
    char *bytes;      /* wiped */
    size_t length, capacity, max;
    bool is_large;
};

static bool load(struct curl *c) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return false;
    const struct {
        const char *name;
        void *place;
    } symbols[] = {
        { "curl_global_init", &c->global_init },       { "curl_easy_init", &c->easy_init },
        { "curl_easy_setopt", &c->easy_setopt },       { "curl_easy_perform", &c->easy_perform },
        { "curl_easy_getinfo", &c->easy_getinfo },     { "curl_easy_strerror", &c->easy_strerror },
        { "curl_easy_cleanup", &c->easy_cleanup },     { "curl_slist_append", &c->slist_append },
        { "curl_slist_free_all", &c->slist_free_all },
    };
    for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (symbol == NULL) return false;
        memcpy(symbols[i].place, &symbol, sizeof(symbol));
    }
    return c->global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

/* Cut the order up in place. */
static bool read_order(char *text, struct order *o) {
    for (char *line = text, *next; line != NULL && *line != '\0'; line = next) {
        next = strchr(line, '\n');
        if (next != NULL) *next++ = '\0';
        char *value = strchr(line, ' ');
        if (value == NULL) return false;
        *value++ = '\0';
        if (strcmp(line, FETCH_URL) == 0) o->url = value;
        else if (strcmp(line, FETCH_CA_FILE) == 0) o->ca_file = value;
        else if (strcmp(line, FETCH_USER) == 0) o->user = value;
        else if (strcmp(line, FETCH_PASSWORD) == 0) o->password = value;
        else if (strcmp(line, FETCH_TOKEN) == 0) o->token = value;
        else if (strcmp(line, FETCH_REFRESH) == 0) o->refresh = value;
        else if (strcmp(line, FETCH_TIMEOUT) == 0) o->timeout_ms = strtol(value, NULL, 10);
        else if (strcmp(line, FETCH_BYTES) == 0) o->bytes_max = strtoul(value, NULL, 10);
        else return false;
    }
    return o->url != NULL && o->refresh != NULL && o->timeout_ms > 0 && o->bytes_max > 0;
}

static size_t take(char *bytes, size_t size, size_t count, void *context) {
    struct answer *a = context;
    size_t length = size * count;
    if (length > a->max - a->length) {
        a->is_large = true;
        return 0;
    }
    if (a->capacity - a->length < length) {
        size_t capacity = a->length + length + a->length / 2 + 4096;
        char *larger = secret_realloc(a->bytes, capacity);
        if (larger == NULL) return 0;
        a->bytes = larger;
        a->capacity = capacity;
    }
    memcpy(a->bytes + a->length, bytes, length);
    a->length += length;
    return length;
}

/* The way that redirects lead: once it was https it stays so. */
struct way {
    bool is_secure, is_refused;
};

/* A line of a head. Libcurl knows which schemes a redirect may lead to, but not where it was. */
static size_t take_header(char *bytes, size_t size, size_t count, void *context) {
    static const char location[] = "location:";
    struct way *way = context;
    size_t length = size * count, at = sizeof(location) - 1;
    if (length < at || strncasecmp(bytes, location, at) != 0) return length;
    while (at < length && (bytes[at] == ' ' || bytes[at] == '\t')) at++;
    if (length - at >= 8 && strncasecmp(bytes + at, "https://", 8) == 0) way->is_secure = true;
    if (length - at >= 7 && strncasecmp(bytes + at, "http://", 7) == 0)
        way->is_refused = way->is_secure;
    return way->is_refused ? 0 : length;
}

/*
 * From https there is no way to http. libcurl sends a password or a token to the first host only,
 * wherever that sends it to.
 */
static bool set_options(const struct curl *c, CURL *easy, const struct order *o,
                        struct curl_slist *headers, struct answer *answer, struct way *way) {
    way->is_secure = strncmp(o->url, "https://", 8) == 0;
    CURLcode r = c->easy_setopt(easy, CURLOPT_URL, o->url);
    r |= c->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    r |= c->easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, way->is_secure ? "https" : "http,https");
    r |= c->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    r |= c->easy_setopt(easy, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
    r |= c->easy_setopt(easy, CURLOPT_TIMEOUT_MS, o->timeout_ms);
    r |= c->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    r |= c->easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    r |= c->easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    r |= c->easy_setopt(easy, CURLOPT_USERAGENT, "snmpfleet/" SNMPFLEET_VERSION);
    r |= c->easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    r |= c->easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    r |= c->easy_setopt(easy, CURLOPT_WRITEDATA, answer);
    r |= c->easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    r |= c->easy_setopt(easy, CURLOPT_HEADERDATA, way);
    if (o->ca_file != NULL) r |= c->easy_setopt(easy, CURLOPT_CAINFO, o->ca_file);
    if (o->user != NULL) {
        r |= c->easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        r |= c->easy_setopt(easy, CURLOPT_USERNAME, o->user);
        r |= c->easy_setopt(easy, CURLOPT_PASSWORD, o->password);
    }
    if (o->token != NULL) {
        r |= c->easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
        r |= c->easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, o->token);
    }
    return r == CURLE_OK;
}

static bool judge(const struct curl *c, CURL *easy, CURLcode result, const struct answer *a,
                  const struct way *way) {
    long status = 0;
    if (a->is_large) {
        log_plain("the server sends more than %zu MiB\n", a->max >> 20);
    } else if (way->is_refused) {
        log_plain("the server leads from https to http, which is not followed\n");
    } else if (result != CURLE_OK) {
        log_plain("the server cannot be asked: %s\n", c->easy_strerror(result));
    } else if (c->easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
               status != 200) {
        log_plain("the server answers with status %ld: expected 200\n", status);
    } else {
        return true;
    }
    return false;
}

static bool write_all(const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, length);
        if (n <= 0) return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

static bool fetch(const struct curl *c, const struct order *o) {
    struct answer answer = { .max = o->bytes_max };
    struct way way = { .is_secure = false };
    char refresh[96];
    (void)snprintf(refresh, sizeof(refresh), "X-Prometheus-Refresh-Interval-Seconds: %.24s",
                   o->refresh);
    struct curl_slist *headers = c->slist_append(NULL, "Accept: application/json");
    if (headers != NULL) (void)c->slist_append(headers, refresh);
    CURL *easy = c->easy_init();
    bool is_good = headers != NULL && easy != NULL &&
                   set_options(c, easy, o, headers, &answer, &way);
    if (!is_good) log_plain("libcurl does not take what is asked of it\n");
    is_good = is_good && judge(c, easy, c->easy_perform(easy), &answer, &way) &&
              write_all(answer.bytes, answer.length);
    c->easy_cleanup(easy);
    c->slist_free_all(headers);
    (void)secret_realloc(answer.bytes, 0);
    return is_good;
}

int fetch_targets_main(void) {
    struct curl curl;
    struct order order = { .url = NULL };
    char *text = NULL;
    size_t length;
    bool is_good = secret_read(STDIN_FILENO, ORDER_BYTES_MAX, &text, &length) == 0 &&
                   read_order(text, &order);
    if (!is_good) {
        log_plain("this verb is for snmpfleet itself: its order comes on standard input\n");
    } else if (!load(&curl)) {
        log_plain("libcurl cannot be loaded, which http_sd needs (Debian: libcurl4)\n");
        is_good = false;
    } else {
        is_good = fetch(&curl, &order);
    }
    (void)secret_realloc(text, 0);
    return is_good ? 0 : 1;
}

#endif
