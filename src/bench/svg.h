/*
 * svg: plots for a page, drawn with the classes of html.h's style: lines over two axes, and bars.
 * All titles, names and units are escaped. A plot has at most some thousand points however many it
 * is given: of each group of neighbours the lowest and the highest are drawn.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "bench/measure.h"

enum svg_scale { SVG_LINEAR, SVG_LOG };

struct svg_axis {
    const char *title;          /* with its unit */
    enum svg_scale scale;
    /* A tick as text; NULL: measure_number. */
    const char *(*tick)(double value, char text[static MEASURE_MAX]);
    bool has_zero;              /* a linear axis begins at 0 */
    double end;                 /* at least up to here; 0: as the values need it */
};

struct svg_line {
    const char *name;           /* in the legend */
    const double *x, *y;        /* a gap: NAN, and on a log axis what is not above 0 */
    size_t count;
    unsigned style;             /* 1 to 4 */
    bool has_points;            /* a circle at each value */
};

/* A vertical line at x with a word at it. */
struct svg_mark {
    double x;                   /* NAN: none */
    const char *name;
};

struct svg_plot {
    const char *title, *description;   /* of the figure; for those who do not see it */
    struct svg_axis x, y;
    const struct svg_line *lines;
    size_t line_count;
    const struct svg_mark *marks;
    size_t mark_count;
};

/* A figure with its caption. Where no line has a value nothing is written. */
void svg_plot(FILE *file, const struct svg_plot *plot);

/* How often values fell into cells of a grid. */
struct svg_heat {
    const char *title, *description;
    struct svg_axis x, y;
    const double *bounds;       /* of the rows: rows + 1 of them, rising */
    size_t rows, columns;
    double column;              /* what a column takes of the x axis, which begins at 0 */
    const double *shares;       /* from 0 to 1: of column 0 all rows, then of column 1, ... */
};

/* Cells without a share are not drawn. Where there are none nothing is written. */
void svg_heat(FILE *file, const struct svg_heat *heat);

struct svg_bar {
    const char *name;           /* may be of others */
    double value, low, high;    /* the whisker; NAN: none */
    const char *text;           /* at the end of the bar */
    bool is_marked;
};

void svg_bars(FILE *file, const char *title, const char *description, const struct svg_bar *bars,
              size_t count);
