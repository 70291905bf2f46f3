/* nearest: see nearest.h. */
#include "base/nearest.h"

#include <stdbool.h>
#include <string.h>

enum { LENGTH_MAX = 32 };

static size_t lesser(size_t a, size_t b) {
    return a < b ? a : b;
}

/*
 * Of two short words: how many letters are added, left out or changed, or exchanged with their
 * neighbour, to make one of the other.
 */
static size_t distance(const char *a, const char *b) {
    size_t rows[3][LENGTH_MAX + 1], n = strlen(b), i = 0;
    for (size_t j = 0; j <= n; j++) rows[0][j] = j;
    for (; a[i] != '\0'; i++) {
        const size_t *above = rows[i % 3], *before = rows[(i + 2) % 3];
        size_t *row = rows[(i + 1) % 3];
        row[0] = i + 1;
        for (size_t j = 0; j < n; j++) {
            size_t best = above[j] + (a[i] != b[j] ? 1 : 0);
            best = lesser(best, lesser(above[j + 1], row[j]) + 1);
            bool is_exchanged = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
            if (is_exchanged) best = lesser(best, before[j - 1] + 1);
            row[j + 1] = best;
        }
    }
    return rows[i % 3][n];
}

void nearest_try(struct nearest *n, const char *word) {
    size_t length = strnlen(n->text, LENGTH_MAX + 1);
    if (length > LENGTH_MAX || strnlen(word, LENGTH_MAX + 1) > LENGTH_MAX) return;
    size_t d = distance(n->text, word);
    if (d == 0 || d >= n->distance || 2 * d >= length) return;
    n->distance = d;
    n->best = word;
}
