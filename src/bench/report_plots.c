/* report_plots: see report_plots.h. */
#include "bench/report_plots.h"

#include "bench/measure.h"
#include "bench/result.h"
#include "bench/summary.h"
#include "bench/svg.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum { CURVE_MAX = 120, BARS_MAX = 20, HEAT_SECONDS_MIN = 5, HEAT_COLUMNS_MAX = 60 };

static const char *tick_percentile(double value, char text[static MEASURE_MAX]) {
    (void)snprintf(text, MEASURE_MAX, "%.7g%%", 100 * (1 - 1 / value));
    return text;
}

static const char *tick_percent(double value, char text[static MEASURE_MAX]) {
    return measure_share(value / 100, text);
}

static const struct svg_axis latency_axis = {
    .title = "latency", .scale = SVG_LOG, .tick = measure_duration,
};

/* Ten points for each decade of 1/(1-p). */
static size_t find_curve(const struct histogram *h, double x[static CURVE_MAX],
                         double y[static CURVE_MAX]) {
    size_t count = 0;
    for (; count < CURVE_MAX && h->total > 0; count++) {
        x[count] = pow(10, (double)count / 10);
        if (x[count] > (double)h->total && count > 10) break;
        y[count] = (double)bench_percentile(h, 100 * (1 - 1 / x[count]));
    }
    return count;
}

static void plot_curves(FILE *file, const char *title, const char *description,
                        const struct histogram *const of[2], const char *const names[2]) {
    double x[2][CURVE_MAX], y[2][CURVE_MAX];
    struct svg_line lines[2];
    for (unsigned i = 0; i < 2; i++) {
        size_t count = find_curve(of[i], x[i], y[i]);
        lines[i] = (struct svg_line){ names[i], x[i], y[i], count, i + 1, false };
    }
    svg_plot(file, &(struct svg_plot){
        .title = title, .description = description,
        .x = { .title = "percentile", .scale = SVG_LOG, .tick = tick_percentile },
        .y = latency_axis, .lines = lines, .line_count = 2,
    });
}

int bench_plot_percentiles(FILE *file, const struct bench_result *r) {
    plot_curves(file, "Latency by percentile",
                "From the planned moment, and from the moment of sending. Where the first is above "
                "the second, requests waited because the agent or this machine was behind: a "
                "measurement from the sending alone would have hidden it.",
                (const struct histogram *const[]){ &r->latency, &r->service },
                (const char *const[]){ "from the plan", "from the sending" });
    return 0;
}

int bench_plot_two(FILE *file, const struct bench_result *a, const struct bench_result *b) {
    plot_curves(file, "Latency by percentile", "From the planned moment, of both whole runs.",
                (const struct histogram *const[]){ &a->latency, &b->latency },
                (const char *const[]){ "base", "new" });
    return 0;
}

/* Columns of doubles, in one block. */
struct columns {
    double *x, *y[3];
    size_t count;
};

static bool make_columns(struct columns *c, size_t room) {
    *c = (struct columns){ .x = malloc((4 * room + 1) * sizeof(double)) };
    for (size_t i = 0; i < 3; i++) c->y[i] = c->x == NULL ? NULL : c->x + (i + 1) * room;
    return c->x != NULL;
}

static void plot_latency(FILE *file, const struct bench_result *r, struct columns *c) {
    for (c->count = 0; c->count < r->second_count; c->count++) {
        const struct bench_second *s = &r->seconds[c->count];
        bool has_answers = s->answered > 0;
        c->x[c->count] = (double)c->count;
        c->y[0][c->count] = has_answers ? (double)s->p50_ns : NAN;
        c->y[1][c->count] = has_answers ? (double)s->p99_ns : NAN;
        c->y[2][c->count] = has_answers ? (double)s->max_ns : NAN;
    }
    const struct svg_line lines[] = {
        { "p50", c->x, c->y[0], c->count, 1, false }, { "p99", c->x, c->y[1], c->count, 2, false },
        { "max", c->x, c->y[2], c->count, 3, false },
    };
    svg_plot(file, &(struct svg_plot){
        .title = "Latency over time",
        .description = "Of each second, by the moments for which its requests were planned.",
        .x = { .title = "seconds", .has_zero = true }, .y = latency_axis, .lines = lines,
        .line_count = 3,
    });
}

/* Only the seconds that have one, so that a line joins them. */
static size_t find_cpu(const struct bench_result *r, double *x, double *y) {
    size_t count = 0;
    bench_cpu_by_second(r, y);
    for (size_t i = 0; i < r->second_count; i++) {
        if (isnan(y[i])) continue;
        y[count] = y[i];
        x[count++] = (double)i;
    }
    return count;
}

static const char no_cpu[] =
    "Of each second. The load of the agent's CPU is not known: the agent has no objects for it, "
    "or they did not change during the run.";

static void plot_loss(FILE *file, const struct bench_result *r, struct columns *loss,
                      struct columns *cpu) {
    for (loss->count = 0; loss->count < r->second_count; loss->count++) {
        const struct bench_second *s = &r->seconds[loss->count];
        loss->x[loss->count] = (double)loss->count;
        loss->y[0][loss->count] = s->sent == 0 ? (double)NAN : 100.0 * s->lost / s->sent;
        loss->y[1][loss->count] = s->planned == 0 ? (double)NAN : 100.0 * s->unsent / s->planned;
    }
    cpu->count = find_cpu(r, cpu->x, cpu->y[0]);
    const struct svg_line lines[] = {
        { "lost", loss->x, loss->y[0], loss->count, 4, false },
        { "not sent by us", loss->x, loss->y[1], loss->count, 3, false },
        { "agent's CPU", cpu->x, cpu->y[0], cpu->count, 1, false },
    };
    svg_plot(file, &(struct svg_plot){
        .title = "Loss and the agent's CPU over time",
        .description = cpu->count == 0 ? no_cpu
                                       : "Of each second, in percent.",
        .x = { .title = "seconds", .has_zero = true },
        .y = { .title = "percent", .has_zero = true, .tick = tick_percent, .end = 1 },
        .lines = lines, .line_count = cpu->count > 0 ? 3 : 2,
    });
}

int bench_plot_seconds(FILE *file, const struct bench_result *r) {
    struct columns loss, cpu;
    bool has_loss = make_columns(&loss, r->second_count);
    bool has_cpu = make_columns(&cpu, r->second_count), has_room = has_loss && has_cpu;
    if (has_room) {
        plot_latency(file, r, &loss);
        plot_loss(file, r, &loss, &cpu);
    }
    free(loss.x);
    free(cpu.x);
    return has_room ? 0 : -ENOMEM;
}

/* A column for each second, or for several where there are many. */
static void fill_heat(const struct bench_result *r, size_t group, unsigned first, size_t rows,
                      double *shares) {
    for (size_t i = 0; i < r->second_count; i += group) {
        double *column = shares + i / group * rows, all = 0;
        for (size_t k = i; k < i + group && k < r->second_count; k++) {
            for (size_t row = 0; row < rows; row++) {
                column[row] += r->seconds[k].heat[first + row];
                all += r->seconds[k].heat[first + row];
            }
        }
        for (size_t row = 0; row < rows && all > 0; row++) column[row] /= all;
    }
}

int bench_plot_heat(FILE *file, const struct bench_result *r) {
    unsigned first = BENCH_HEATS, last = 0;
    double bounds[BENCH_HEATS + 1];
    for (size_t i = 0; i < r->second_count; i++) {
        for (unsigned n = 0; n < BENCH_HEATS; n++) {
            if (r->seconds[i].heat[n] == 0) continue;
            if (n < first) first = n;
            if (n > last) last = n;
        }
    }
    if (first > last || r->second_count < HEAT_SECONDS_MIN) return 0;
    size_t rows = last - first + 1, group = (r->second_count - 1) / HEAT_COLUMNS_MAX + 1;
    size_t columns = (r->second_count + group - 1) / group;
    double *shares = calloc(columns * rows, sizeof(*shares));
    if (shares == NULL) return -ENOMEM;
    fill_heat(r, group, first, rows, shares);
    for (size_t i = 0; i <= rows; i++) {
        unsigned n = first + (unsigned)i;
        bounds[i] = n == 0 ? (double)BENCH_LOWEST_NS / 2 : (double)bench_heat_bound(n - 1);
    }
    svg_heat(file, &(struct svg_heat){
        .title = "Latency second by second",
        .description = "How many of the answers of each moment had which latency, from the "
                       "planned moment: the darker, the more. A stall is a slope that falls from "
                       "high latency; two ways through the agent are two bands.",
        .x = { .title = "time, seconds" }, .y = latency_axis, .bounds = bounds, .rows = rows,
        .columns = columns, .column = (double)group, .shares = shares,
    });
    free(shares);
    return 0;
}

struct point {
    double x, y;
};

static int by_x(const void *a, const void *b) {
    double x = ((const struct point *)a)->x, y = ((const struct point *)b)->x;
    return x < y ? -1 : x > y;
}

enum over { P99_OVER_RATE, ANSWERS_OVER_RATE, YIELD_OVER_REPETITIONS, LATENCY_OVER_BURST };

/* The first step with its repetitions? The later ones are of the search for the knee. */
static bool is_first(const struct bench_result *r, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (r->points[i].repetitions == r->points[at].repetitions) return false;
    return true;
}

/* A step as a point of a plot; x is 0 where it belongs to another one. */
static struct point point_of(const struct bench_result *r, size_t at, enum over over) {
    const struct bench_point *p = &r->points[at];
    bool is_burst = p->burst > 1;
    /* All steps of the search for the knee have the repetitions that were found. */
    bool is_rate = !is_burst && p->repetitions == r->points[r->point_count - 1].repetitions;
    double varbinds = measure_part(p->varbind_rate, p->answered_rate);
    switch (over) {
    case P99_OVER_RATE: return (struct point){ is_rate ? p->rate : 0, (double)p->p99_ns };
    case ANSWERS_OVER_RATE: return (struct point){ is_rate ? p->rate : 0, p->answered_rate };
    case YIELD_OVER_REPETITIONS:
        return (struct point){ !is_burst && is_first(r, at) ? p->repetitions : 0,
                               measure_part(varbinds, p->mean_ns / 1e6) };
    case LATENCY_OVER_BURST: return (struct point){ is_burst ? p->burst : 0, p->mean_ns };
    }
    return (struct point){ 0, 0 };
}

/* In the order of x. Less than two different ones are none. */
static size_t find_points(const struct bench_result *r, enum over over,
                          struct point points[static BENCH_POINTS_MAX]) {
    size_t count = 0;
    for (size_t i = 0; i < r->point_count && count < BENCH_POINTS_MAX; i++) {
        points[count] = point_of(r, i, over);
        if (points[count].x > 0) count++;
    }
    if (count > 0) qsort(points, count, sizeof(points[0]), by_x);
    return count < 2 || points[0].x == points[count - 1].x ? 0 : count;
}

static void plot_points(FILE *file, const struct bench_result *r, enum over over,
                        const struct svg_plot *plot, const char *name) {
    struct point points[BENCH_POINTS_MAX];
    double x[BENCH_POINTS_MAX], y[BENCH_POINTS_MAX];
    size_t count = find_points(r, over, points);
    for (size_t i = 0; i < count; i++) {
        x[i] = points[i].x;
        y[i] = points[i].y;
    }
    struct svg_line lines[] = { { name, x, y, count, 1, true },
                                { "as much as was offered", x, x, count, 3, false } };
    struct svg_plot whole = *plot;
    whole.lines = lines;
    whole.line_count = over == ANSWERS_OVER_RATE ? 2 : 1;
    if (count > 0) svg_plot(file, &whole);
}

static void plot_rates(FILE *file, const struct bench_result *r) {
    const struct bench_verdict *v = &r->verdict;
    bool has_knee = r->has_verdict && v->knee_rate > 0 && !v->is_knee_beyond;
    const struct svg_mark marks[] = {
        { r->has_verdict && v->safe_rate > 0 ? v->safe_rate : (double)NAN, "safe" },
        { has_knee ? v->knee_rate : (double)NAN, "knee" },
    };
    struct svg_plot plot = {
        .title = "Sweep: p99 over the rate",
        .description = "The 99th percentile of latency at each rate that was offered.",
        .x = { .title = "requests/s offered", .has_zero = true }, .y = latency_axis,
        .marks = marks, .mark_count = 2,
    };
    plot_points(file, r, P99_OVER_RATE, &plot, "p99");
    plot.title = "Sweep: answers over the rate";
    plot.description = "Where the answers fall behind what was offered, the agent is at its end.";
    plot.y = (struct svg_axis){ .title = "answers/s", .has_zero = true };
    plot_points(file, r, ANSWERS_OVER_RATE, &plot, "answered");
}

int bench_plot_sweep(FILE *file, const struct bench_result *r) {
    if (r->point_count == 0) return 0;
    plot_rates(file, r);
    struct svg_mark mark = { r->has_verdict && r->verdict.repetitions > 0
                                 ? r->verdict.repetitions : (double)NAN, "best" };
    struct svg_plot plot = {
        .title = "Sweep: max-repetitions",
        .description = "How many varbinds the agent gives for each millisecond of latency.",
        .x = { .title = "max-repetitions", .scale = SVG_LOG },
        .y = { .title = "varbinds", .has_zero = true }, .marks = &mark, .mark_count = 1,
    };
    plot_points(file, r, YIELD_OVER_REPETITIONS, &plot, "varbinds by latency");
    mark = (struct svg_mark){ r->has_verdict && r->verdict.served_at_once > 0
                                  ? r->verdict.served_at_once : (double)NAN, "served at once" };
    plot.title = "Sweep: requests at one moment";
    plot.description = "Mean latency of bursts. While the agent works on all of a burst at once, "
                       "it stays as it is; beyond, each further request waits.";
    plot.x = (struct svg_axis){ .title = "requests in a burst", .scale = SVG_LOG };
    plot.y = latency_axis;
    plot_points(file, r, LATENCY_OVER_BURST, &plot, "mean latency");
    return 0;
}

int bench_plot_costs(FILE *file, const struct bench_result *r) {
    struct svg_bar bars[BARS_MAX];
    char texts[BARS_MAX][MEASURE_MAX], names[BARS_MAX][64];
    size_t count = r->cost_count < BARS_MAX ? r->cost_count : BARS_MAX;
    for (size_t i = 0; i < count; i++) {
        const struct bench_cost *c = &r->costs[i];
        bars[i] = (struct svg_bar){
            .name = measure_text(c->name != NULL ? c->name : c->oid, names[i], sizeof(names[i])),
            .value = c->mean_ns, .low = c->low_ns, .high = c->high_ns,
            .text = measure_duration(c->mean_ns, texts[i]), .is_marked = c->is_slow,
        };
    }
    if (count > 0)
        svg_bars(file, "Cost of each column or object",
                 "The agent's time for one instance, the dearest first; the line is its 95 % "
                 "interval. Those that stand out are red.", bars, count);
    return 0;
}
