/* nearest: see nearest.h. */
#include "base/nearest.h"

#include <string.h>

enum { LENGTH_MAX = 32 };

/* Levenshtein's distance of two short words. */
static size_t distance(const char *a, const char *b) {
    size_t rows[2][LENGTH_MAX + 1], n = strlen(b);
    for (size_t j = 0; j <= n; j++) rows[0][j] = j;
    for (size_t i = 0; a[i] != '\0'; i++) {
        const size_t *above = rows[i & 1];
        size_t *row = rows[(i + 1) & 1];
        row[0] = i + 1;
        for (size_t j = 0; j < n; j++) {
            size_t best = above[j] + (a[i] != b[j] ? 1 : 0);
            if (above[j + 1] + 1 < best) best = above[j + 1] + 1;
            if (row[j] + 1 < best) best = row[j] + 1;
            row[j + 1] = best;
        }
    }
    return rows[strlen(a) & 1][n];
}

void nearest_try(struct nearest *n, const char *word) {
    size_t length = strnlen(n->text, LENGTH_MAX + 1);
    if (length > LENGTH_MAX || strnlen(word, LENGTH_MAX + 1) > LENGTH_MAX) return;
    size_t d = distance(n->text, word);
    if (d == 0 || d >= n->distance || 2 * d >= length) return;
    n->distance = d;
    n->best = word;
}
