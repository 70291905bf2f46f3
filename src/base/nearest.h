/*
 * nearest: the word that a misspelt one was probably meant to be.
 *
 *     struct nearest n = NEAREST_INIT("intervall");
 *     for each known word: nearest_try(&n, word);
 *     if (n.best != NULL) ... did you mean n.best?
 */
#pragma once

#include <stddef.h>

struct nearest {
    const char *text;   /* as it was written */
    const char *best;   /* the nearest so far; NULL: none is near */
    size_t distance;    /* edit distance of `best`; only words closer than this, and closer than
                           half of the word's length, are taken */
};

#define NEAREST_INIT(text_) ((struct nearest){ .text = (text_), .distance = 3 })

/* The word itself is none: where it is told that it is wrong, it would be no help. */
void nearest_try(struct nearest *n, const char *word);
