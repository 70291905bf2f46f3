/* show: see show.h. */
#include "conf/show.h"
#include "base/utf8.h"

#include <string.h>

const char *show_text(const char *text, char shown[static SHOW_MAX + 4]) {
    size_t length = strlen(text), n = 0;
    const uint8_t *bytes = (const uint8_t *)text;
    for (size_t i = 0; i < length;) {
        size_t sequence = utf8_sequence(bytes + i, length - i);
        if (n + (sequence > 0 ? sequence : 1) > SHOW_MAX) {
            memcpy(shown + n, "...", 4);
            return shown;
        }
        if (sequence == 0 || bytes[i] < 0x20 || bytes[i] == 0x7f) {
            shown[n++] = '?';
            i++;
            continue;
        }
        memcpy(shown + n, bytes + i, sequence);
        n += sequence;
        i += sequence;
    }
    shown[n] = '\0';
    return shown;
}
