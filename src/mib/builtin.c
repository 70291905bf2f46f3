/* builtin: see builtin.h. */
#include "mib/builtin.h"

#include <errno.h>

size_t builtin_count(void) {
    return 0;
}

const char *builtin_name(size_t number) {
    (void)number;
    return "";
}

int builtin_image(size_t number, struct image *ret_image) {
    (void)number;
    (void)ret_image;
    return -EINVAL;
}
