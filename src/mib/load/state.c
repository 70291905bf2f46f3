/* state: see state.h. */
#include "mib/load/state.h"

#include <stdarg.h>
#include <stdio.h>

void mib_warn(struct fleet_mib *mib, const char *file, const char *format, ...) {
    char text[1024];
    va_list arguments;
    if (mib->options.warn == NULL) return;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    mib->options.warn(mib->options.warn_context, file, text);
}

const char *mib_searched(struct fleet_mib *mib) {
    return mib->search.text;
}
