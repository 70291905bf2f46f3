/* config_reader: see config_reader.h. */
#include "conf/config_reader.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

enum { WHAT_MAX = 320 };

static void tell(struct config_reader *r, targets_fault_fn *how, struct config_place place,
                 const char *format, va_list args) {
    char what[WHAT_MAX];
    (void)vsnprintf(what, sizeof(what), format, args);
    if (how != NULL) how(r->context.fault_context, r->file, place.line, place.column, what);
}

bool config_fault(struct config_reader *reader, struct config_place place, const char *format,
                  ...) {
    va_list args;
    va_start(args, format);
    if (reader->faults++ < CONFIG_FAULTS_MAX)
        tell(reader, reader->context.fault, place, format, args);
    va_end(args);
    return false;
}

void config_tell_more(struct config_reader *reader) {
    char what[64];
    unsigned more = reader->faults > CONFIG_FAULTS_MAX ? reader->faults - CONFIG_FAULTS_MAX : 0;
    if (more == 0 || reader->has_told_more || reader->context.fault == NULL) return;
    reader->has_told_more = true;
    (void)snprintf(what, sizeof(what), "and %u more", more);
    reader->context.fault(reader->context.fault_context, reader->file, 0, 0, what);
}

void config_warn(struct config_reader *reader, struct config_place place, const char *format,
                 ...) {
    va_list args;
    va_start(args, format);
    tell(reader, reader->context.warn, place, format, args);
    va_end(args);
}

bool config_out_of_memory(struct config_reader *reader) {
    if (reader->error == 0) reader->error = -ENOMEM;
    return false;
}

bool config_reader_is_full(const struct config_reader *reader) {
    return reader->error != 0;
}
