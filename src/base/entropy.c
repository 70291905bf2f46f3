/* entropy: see entropy.h. */
#include "base/entropy.h"

#include <assert.h>
#include <errno.h>
#include <sys/random.h>

int entropy_draw(void *bytes, size_t length) {
    assert(length <= 256);  /* up to here getrandom is not cut short by a signal */
    ssize_t drawn;
    do {
        drawn = getrandom(bytes, length, 0);
    } while (drawn < 0 && errno == EINTR);
    return drawn == (ssize_t)length ? 0 : -EIO;
}
