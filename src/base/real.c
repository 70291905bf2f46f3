/* real: see real.h. */
#include "base/real.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t real_format(double real, bool is_single, char text[static REAL_TEXT_MAX]) {
    if (isnan(real)) return (size_t)snprintf(text, REAL_TEXT_MAX, "NaN");
    if (isinf(real)) return (size_t)snprintf(text, REAL_TEXT_MAX, real < 0 ? "-Inf" : "Inf");
    int length = 0;
    int most = is_single ? 9 : 17;
    for (int digits = is_single ? 6 : 15; digits <= most; digits++) {
        length = snprintf(text, REAL_TEXT_MAX, "%.*g", digits, real);
        if (is_single ? strtof(text, NULL) == (float)real : strtod(text, NULL) == real) break;
    }
    bool is_plain = true;
    for (int i = 0; i < length; i++) {
        /* The decimal point of a host's locale is none of ours. */
        if (text[i] == ',') text[i] = '.';
        if (text[i] == '.' || text[i] == 'e') is_plain = false;
    }
    if (is_plain) {
        memcpy(text + length, ".0", 3);
        length += 2;
    }
    return (size_t)length;
}
