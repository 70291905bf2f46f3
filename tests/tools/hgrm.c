/*
 * hgrm LOWEST HIGHEST DIGITS: the percentile distribution of the values on standard input, one
 * "VALUE COUNT" a line, for a test that compares it with other programs' of HdrHistogram.
 */
#include "base/histogram.h"
#include "bench/hgrm.h"

#include <inttypes.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    struct histogram h;
    if (argc != 4 || histogram_init(&h, strtoull(argv[1], NULL, 10), strtoull(argv[2], NULL, 10),
                                    (unsigned)strtoul(argv[3], NULL, 10)) != 0)
        return 2;
    uint64_t value, count;
    while (scanf("%" SCNu64 " %" SCNu64, &value, &count) == 2)
        histogram_record_many(&h, value, count);
    hgrm_write(stdout, &h);
    histogram_deinit(&h);
    return fclose(stdout) == 0 ? 0 : 1;
}
