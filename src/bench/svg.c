/* svg: see svg.h. */
#include "bench/svg.h"

#include "bench/html.h"

#include <math.h>

enum {
    WIDTH = 440, HEIGHT = 280, LEFT = 54, RIGHT = 14, TOP = 30, BOTTOM = 44,
    GROUPS_MAX = 400,           /* of neighbours in a line; two points are drawn of each */
    TICKS_MAX = 12, TEXTS_MAX = 100, POINTS_MAX = 60,
    BAR_HEIGHT = 24, BAR_LEFT = 150, BAR_RIGHT = 70,
};

/* An axis with its ends found, and where they are on the page. */
struct drawn_axis {
    const struct svg_axis *axis;
    double from, to;            /* logarithms to base 10 on a logarithmic axis */
    double begin, end;          /* on the page */
};

static bool is_drawn(const struct svg_axis *axis, double value) {
    return isfinite(value) && (axis->scale == SVG_LINEAR || value > 0);
}

static double scaled(const struct svg_axis *axis, double value) {
    return axis->scale == SVG_LOG ? log10(value) : value;
}

static double place(const struct drawn_axis *d, double value) {
    double share = (scaled(d->axis, value) - d->from) / (d->to - d->from);
    return d->begin + share * (d->end - d->begin);
}

/* False: there is no value. */
static bool find_ends(const struct svg_plot *plot, bool is_x, struct drawn_axis *d) {
    d->from = INFINITY;
    d->to = -INFINITY;
    for (size_t l = 0; l < plot->line_count; l++) {
        const struct svg_line *line = &plot->lines[l];
        for (size_t i = 0; i < line->count; i++) {
            if (!is_drawn(&plot->x, line->x[i]) || !is_drawn(&plot->y, line->y[i])) continue;
            double value = scaled(d->axis, is_x ? line->x[i] : line->y[i]);
            d->from = fmin(d->from, value);
            d->to = fmax(d->to, value);
        }
    }
    if (!(d->from <= d->to)) return false;
    if (d->axis->end > 0) d->to = fmax(d->to, scaled(d->axis, d->axis->end));
    if (d->axis->scale == SVG_LINEAR && d->axis->has_zero && d->from > 0) d->from = 0;
    if (!is_x && d->axis->scale == SVG_LOG) {  /* whole steps of 1, 2, 5 look best */
        d->from = floor(d->from * 3) / 3;
        d->to = ceil(d->to * 3) / 3;
    }
    if (d->to - d->from <= fabs(d->to) * 1e-9)
        d->to = d->from + (d->axis->scale == SVG_LOG || d->from == 0 ? 1 : fabs(d->from));
    return true;
}

/* Ticks of 1, 2 or 5 times a power of ten. */
static size_t find_linear_ticks(const struct drawn_axis *d, double ticks[static TICKS_MAX]) {
    double step = pow(10, floor(log10((d->to - d->from) / 5)));
    static const double factors[] = { 1, 2, 5, 10 };
    size_t f = 0, count = 0;
    while (f < 3 && (d->to - d->from) / (step * factors[f]) > 6) f++;
    step *= factors[f];
    for (double at = ceil(d->from / step - 1e-9); count < TICKS_MAX; at++) {
        if (at * step > d->to + step * 1e-6) break;
        ticks[count++] = at * step + 0.0;  /* no "-0" */
    }
    return count;
}

static size_t find_log_ticks(const struct drawn_axis *d, double ticks[static TICKS_MAX]) {
    static const double factors[] = { 1, 2, 5 };
    double decades = d->to - d->from, step = ceil(decades / 8);
    size_t count = 0, each = decades <= 2.4 ? 3 : 1;
    if (step < 1) step = 1;
    for (double k = floor(d->from); k <= d->to + 1e-6 && count < TICKS_MAX; k += step) {
        for (size_t f = 0; f < each && count < TICKS_MAX; f++) {
            double at = k + log10(factors[f]);
            if (at < d->from - 1e-6 || at > d->to + 1e-6) continue;
            ticks[count++] = pow(10, k) * factors[f];
        }
    }
    return count;
}

static size_t find_ticks(const struct drawn_axis *d, double ticks[static TICKS_MAX]) {
    return d->axis->scale == SVG_LOG ? find_log_ticks(d, ticks) : find_linear_ticks(d, ticks);
}

static void put_tick_text(FILE *file, const struct svg_axis *axis, double value) {
    char text[MEASURE_MAX];
    html_text(file, axis->tick != NULL ? axis->tick(value, text) : measure_number(value, text),
              TEXTS_MAX);
}

static void put_x_axis(FILE *file, const struct drawn_axis *d) {
    double ticks[TICKS_MAX], before = -INFINITY;
    size_t count = find_ticks(d, ticks);
    for (size_t i = 0; i < count; i++) {
        double x = place(d, ticks[i]);
        if (x - before < 40) continue;
        before = x;
        (void)fprintf(file, "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>"
                      "<text text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">", x, x, TOP,
                      HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 15);
        put_tick_text(file, d->axis, ticks[i]);
        (void)fputs("</text>\n", file);
    }
    (void)fprintf(file, "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>"
                  "<text class=\"soft\" text-anchor=\"middle\" x=\"%d\" y=\"%d\">", LEFT,
                  WIDTH - RIGHT, HEIGHT - BOTTOM, HEIGHT - BOTTOM, (LEFT + WIDTH - RIGHT) / 2,
                  HEIGHT - 8);
    html_text(file, d->axis->title, TEXTS_MAX);
    (void)fputs("</text>\n", file);
}

static void put_y_axis(FILE *file, const struct drawn_axis *d) {
    double ticks[TICKS_MAX];
    size_t count = find_ticks(d, ticks);
    for (size_t i = 0; i < count; i++) {
        double y = place(d, ticks[i]);
        (void)fprintf(file, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                      "<text text-anchor=\"end\" x=\"%d\" y=\"%.1f\">", LEFT, WIDTH - RIGHT, y, y,
                      LEFT - 5, y + 4);
        put_tick_text(file, d->axis, ticks[i]);
        (void)fputs("</text>\n", file);
    }
}

static void put_legend(FILE *file, const struct svg_plot *plot) {
    int x = LEFT;
    for (size_t i = 0; i < plot->line_count; i++) {
        const struct svg_line *line = &plot->lines[i];
        if (line->count == 0) continue;
        (void)fprintf(file, "<line class=\"s%u\" x1=\"%d\" x2=\"%d\" y1=\"12\" y2=\"12\"/>"
                      "<text x=\"%d\" y=\"16\">", line->style, x, x + 20, x + 25);
        html_text(file, line->name, TEXTS_MAX);
        (void)fputs("</text>\n", file);
        x += 37 + (int)measure_columns(line->name) * 13 / 2;
    }
}

/* A point of a line; begins another piece behind a gap. */
static void put_point(FILE *file, const struct drawn_axis axes[2], double x, double y,
                      bool *is_open) {
    (void)fprintf(file, "%s%.1f %.1f", *is_open ? "L" : "M", place(&axes[0], x),
                  place(&axes[1], y));
    *is_open = true;
}

/* Of the values of a group the lowest and the highest, in their order. */
static void put_group(FILE *file, const struct drawn_axis axes[2], const struct svg_line *line,
                      size_t from, size_t to, bool *is_open) {
    size_t low = to, high = to;
    for (size_t i = from; i < to; i++) {
        if (!is_drawn(axes[0].axis, line->x[i]) || !is_drawn(axes[1].axis, line->y[i])) continue;
        if (low == to || line->y[i] < line->y[low]) low = i;
        if (high == to || line->y[i] > line->y[high]) high = i;
    }
    if (low == to) {
        *is_open = false;
        return;
    }
    size_t first = low < high ? low : high, last = low < high ? high : low;
    put_point(file, axes, line->x[first], line->y[first], is_open);
    if (last != first) put_point(file, axes, line->x[last], line->y[last], is_open);
}

static void put_line(FILE *file, const struct drawn_axis axes[2], const struct svg_line *line) {
    size_t step = line->count / (2 * GROUPS_MAX) + 1;
    bool is_open = false, is_line = line->count > 1;  /* one point alone would not be seen */
    bool has_points = line->has_points || !is_line;
    if (step > 1) step *= 2;
    if (is_line) (void)fprintf(file, "<path class=\"s%u\" d=\"", line->style);
    for (size_t i = 0; is_line && i < line->count; i += step)
        put_group(file, axes, line, i, i + step < line->count ? i + step : line->count, &is_open);
    if (is_line) (void)fputs("\"/>\n", file);
    for (size_t i = 0; has_points && i < line->count && i < POINTS_MAX; i++) {
        if (!is_drawn(axes[0].axis, line->x[i]) || !is_drawn(axes[1].axis, line->y[i])) continue;
        (void)fprintf(file, "<circle class=\"s%u\" r=\"3\" cx=\"%.1f\" cy=\"%.1f\"/>\n",
                      line->style, place(&axes[0], line->x[i]), place(&axes[1], line->y[i]));
    }
}

static void put_marks(FILE *file, const struct svg_plot *plot, const struct drawn_axis *x) {
    for (size_t i = 0; i < plot->mark_count; i++) {
        const struct svg_mark *mark = &plot->marks[i];
        if (!is_drawn(&plot->x, mark->x)) continue;
        double at = place(x, mark->x);
        if (at < LEFT || at > WIDTH - RIGHT) continue;
        bool is_right = at > WIDTH * 0.6;
        (void)fprintf(file, "<line class=\"mark\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>"
                      "<text text-anchor=\"%s\" x=\"%.1f\" y=\"%zu\">", at, at, TOP,
                      HEIGHT - BOTTOM, is_right ? "end" : "start", at + (is_right ? -4 : 4),
                      (size_t)TOP + 12 + i * 15);
        html_text(file, mark->name, TEXTS_MAX);
        (void)fputs("</text>\n", file);
    }
}

static void begin_figure(FILE *file, const char *title, const char *description, int height) {
    (void)fputs("<figure><h3>", file);
    html_text(file, title, TEXTS_MAX);
    (void)fprintf(file, "</h3>\n<svg viewBox=\"0 0 %d %d\" role=\"img\"><title>", WIDTH, height);
    html_text(file, title, TEXTS_MAX);
    (void)fputs("</title><desc>", file);
    html_text(file, description, 400);
    (void)fputs("</desc>\n", file);
}

static void end_figure(FILE *file, const char *description) {
    (void)fputs("</svg>\n<figcaption>", file);
    html_text(file, description, 400);
    (void)fputs("</figcaption></figure>\n", file);
}

void svg_plot(FILE *file, const struct svg_plot *plot) {
    struct drawn_axis axes[2] = {
        { .axis = &plot->x, .begin = LEFT, .end = WIDTH - RIGHT },
        { .axis = &plot->y, .begin = HEIGHT - BOTTOM, .end = TOP },
    };
    if (!find_ends(plot, true, &axes[0]) || !find_ends(plot, false, &axes[1])) return;
    begin_figure(file, plot->title, plot->description, HEIGHT);
    put_y_axis(file, &axes[1]);
    put_x_axis(file, &axes[0]);
    put_legend(file, plot);
    for (size_t i = 0; i < plot->line_count; i++) put_line(file, axes, &plot->lines[i]);
    put_marks(file, plot, &axes[0]);
    end_figure(file, plot->description);
}

/* Nine shades: the first for what is rare, the last for what is half of a column or more. */
static unsigned shade_of(double share) {
    double shade = 9 + 2 * log10(share * 2);
    return shade < 1 ? 1 : shade > 9 ? 9 : (unsigned)shade;
}

static void put_cell(FILE *file, const struct drawn_axis axes[2], const struct svg_heat *heat,
                     size_t column, size_t row) {
    double share = heat->shares[column * heat->rows + row];
    if (!(share > 0)) return;
    double left = place(&axes[0], (double)column * heat->column);
    double right = place(&axes[0], (double)(column + 1) * heat->column);
    double top = place(&axes[1], heat->bounds[row + 1]);
    double bottom = place(&axes[1], heat->bounds[row]);
    (void)fprintf(file, "<rect class=\"h%u\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                  "height=\"%.1f\"/>\n", shade_of(share), left, top, right - left, bottom - top);
}

void svg_heat(FILE *file, const struct svg_heat *heat) {
    if (heat->rows == 0 || heat->columns == 0) return;
    struct drawn_axis axes[2] = {
        { .axis = &heat->x, .from = 0, .to = (double)heat->columns * heat->column, .begin = LEFT,
          .end = WIDTH - RIGHT },
        { .axis = &heat->y, .from = scaled(&heat->y, heat->bounds[0]),
          .to = scaled(&heat->y, heat->bounds[heat->rows]), .begin = HEIGHT - BOTTOM, .end = TOP },
    };
    begin_figure(file, heat->title, heat->description, HEIGHT);
    put_y_axis(file, &axes[1]);
    put_x_axis(file, &axes[0]);
    for (size_t c = 0; c < heat->columns; c++) {
        for (size_t r = 0; r < heat->rows; r++) put_cell(file, axes, heat, c, r);
    }
    end_figure(file, heat->description);
}

static void put_bar(FILE *file, const struct svg_bar *bar, double most, int y) {
    double unit = (WIDTH - BAR_LEFT - BAR_RIGHT) / most;
    double length = isfinite(bar->value) && bar->value > 0 ? fmin(bar->value, most) * unit : 0;
    (void)fprintf(file, "<text text-anchor=\"end\" x=\"%d\" y=\"%d\">", BAR_LEFT - 6, y + 16);
    html_text(file, bar->name, 22);
    (void)fprintf(file, "</text><rect class=\"bar%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" "
                  "height=\"%d\"/>", bar->is_marked ? " slow" : "", BAR_LEFT, y + 4, length,
                  BAR_HEIGHT - 8);
    double end = length;
    if (isfinite(bar->low) && isfinite(bar->high) && bar->high <= most && bar->low >= 0) {
        (void)fprintf(file, "<line class=\"whisker\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" "
                      "y2=\"%d\"/>", BAR_LEFT + bar->low * unit, BAR_LEFT + bar->high * unit,
                      y + BAR_HEIGHT / 2, y + BAR_HEIGHT / 2);
        end = fmax(end, bar->high * unit);
    }
    (void)fprintf(file, "<text x=\"%.1f\" y=\"%d\">", BAR_LEFT + end + 5, y + 16);
    html_text(file, bar->text, 16);
    (void)fputs("</text>\n", file);
}

void svg_bars(FILE *file, const char *title, const char *description, const struct svg_bar *bars,
              size_t count) {
    double most = 0;
    for (size_t i = 0; i < count; i++) {
        if (isfinite(bars[i].value)) most = fmax(most, bars[i].value);
        if (isfinite(bars[i].high)) most = fmax(most, fmin(bars[i].high, bars[i].value * 3));
    }
    if (!(most > 0)) return;
    begin_figure(file, title, description, (int)count * BAR_HEIGHT + 8);
    for (size_t i = 0; i < count; i++) put_bar(file, &bars[i], most, 4 + (int)i * BAR_HEIGHT);
    end_figure(file, description);
}
