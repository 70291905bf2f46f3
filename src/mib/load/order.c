/* order: see order.h. */
#include "mib/load/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char mark[32] = "snmpfleet order " SNMPFLEET_VERSION;

/* Without bytes it only counts them. */
struct order_writer {
    uint8_t *bytes;
    size_t length;
};

static void put(struct order_writer *w, const void *bytes, size_t size) {
    if (w->bytes != NULL) memcpy(w->bytes + w->length, bytes, size);
    w->length += size;
}

static void put_number(struct order_writer *w, uint64_t number) {
    put(w, &number, sizeof(number));
}

/* With its NUL; NULL is an empty one without. */
static void put_text(struct order_writer *w, const char *text) {
    size_t size = text != NULL ? strlen(text) + 1 : 0;
    put_number(w, size);
    put(w, text != NULL ? text : "", size);
}

static void order_put(const struct order *order, struct order_writer *w) {
    put(w, mark, sizeof(mark));
    put_number(w, order->timeout_ns);
    put_number(w, order->job_count);
    for (uint32_t i = 0; i < order->job_count; i++) {
        const struct order_job *job = &order->jobs[i];
        put_number(w, job->number);
        put_number(w, job->is_wanted);
        put_text(w, job->path);
        put_text(w, job->text);
        put_number(w, job->module_count);
        for (uint32_t k = 0; k < job->module_count; k++) {
            put_text(w, job->modules[k].name);
            put_number(w, job->modules[k].key);
        }
    }
}

int order_write(const struct order *order, void **ret_bytes, size_t *ret_size) {
    struct order_writer w = { .bytes = NULL };
    order_put(order, &w);
    void *bytes = malloc(w.length);
    if (bytes == NULL) return -ENOMEM;
    w = (struct order_writer){ .bytes = bytes };
    order_put(order, &w);
    *ret_bytes = bytes;
    *ret_size = w.length;
    return 0;
}

/* The first thing that does not fit makes all that follow zero. */
struct order_reader {
    const uint8_t *at;
    size_t left;
    bool is_bad;
};

static const void *take(struct order_reader *r, size_t size) {
    if (size > r->left) r->is_bad = true;
    if (r->is_bad) return NULL;
    const void *taken = r->at;
    r->at += size;
    r->left -= size;
    return taken;
}

static uint64_t take_number(struct order_reader *r, uint64_t max) {
    uint64_t number = 0;
    const void *taken = take(r, sizeof(number));
    if (taken != NULL) memcpy(&number, taken, sizeof(number));
    if (number > max) r->is_bad = true;
    return r->is_bad ? 0 : number;
}

static const char *take_text(struct order_reader *r) {
    size_t size = take_number(r, r->left);
    const char *text = size > 0 ? take(r, size) : NULL;
    if (text == NULL) return NULL;
    if (text[size - 1] != '\0') r->is_bad = true;
    return r->is_bad ? NULL : text;
}

/* As many as there are bytes for, so that no number makes much memory. */
static uint32_t take_count(struct order_reader *r) {
    return (uint32_t)take_number(r, r->left < UINT32_MAX ? r->left : UINT32_MAX);
}

static int order_take_job(struct order_reader *r, struct order_job *job) {
    job->number = (uint32_t)take_number(r, UINT32_MAX);
    job->is_wanted = take_number(r, 1) != 0;
    job->path = take_text(r);
    job->text = take_text(r);
    uint32_t count = take_count(r);
    if (r->is_bad || job->path == NULL) return 1;
    job->modules = calloc((size_t)count + 1, sizeof(*job->modules));
    if (job->modules == NULL) return -ENOMEM;
    job->module_count = count;
    for (uint32_t k = 0; k < count; k++) {
        job->modules[k].name = take_text(r);
        job->modules[k].key = take_number(r, UINT64_MAX);
        if (job->modules[k].name == NULL) return 1;
    }
    return r->is_bad ? 1 : 0;
}

int order_read(const void *bytes, size_t size, struct order *ret_order) {
    struct order_reader r = { .at = bytes, .left = size };
    const void *begin = take(&r, sizeof(mark));
    if (begin == NULL || memcmp(begin, mark, sizeof(mark)) != 0) return 1;
    struct order order = { .timeout_ns = take_number(&r, UINT64_MAX) };
    uint32_t count = take_count(&r);
    order.jobs = calloc((size_t)count + 1, sizeof(*order.jobs));
    if (order.jobs == NULL) return -ENOMEM;
    int error = 0;
    while (error == 0 && order.job_count < count)
        error = order_take_job(&r, &order.jobs[order.job_count++]);
    if (error == 0 && (r.is_bad || r.left > 0)) error = 1;
    if (error != 0) order_deinit(&order);
    else *ret_order = order;
    return error;
}

void order_deinit(struct order *order) {
    for (uint32_t i = 0; i < order->job_count; i++) free(order->jobs[i].modules);
    free(order->jobs);
    *order = (struct order){ .jobs = NULL };
}
