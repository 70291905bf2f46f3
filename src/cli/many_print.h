/*
 * many_print: records of many agents as text, CSV or NDJSON, put together in memory.
 *
 *     TARGET: IF-MIB::ifDescr.1 = STRING: eth0
 *     time,target,address,name,oid,type,value,reason,detail
 *     {"time":"...","target":"...","address":"...","name":"...","oid":"...","type":"...",
 *      "value":...}
 *
 * A record is a varbind, or a failure: of text a line of its own kind, otherwise a record without
 * type and value that has a reason. `value` is written as poll writes values; `name` as -O says.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "out/text.h"
#include "snmpfleet/mib.h"
#include "snmpfleet/request.h"
#include "snmpfleet/target.h"

enum many_format { MANY_TEXT = 0, MANY_CSV, MANY_JSON };

#define MANY_CSV_HEADER "time,target,address,name,oid,type,value,reason,detail\n"

/* Bytes that grow. Zero is empty. */
struct many_text {
    char *bytes;
    size_t length, capacity;
};

bool many_text_append(struct many_text *text, const void *bytes, size_t length);
void many_text_free(struct many_text *text);

struct many_print {
    enum many_format format;
    bool has_names;             /* text: lines begin with the target's name */
    struct fleet_mib *mib;
    const struct fleet_text_style *style;
    struct text_clock clock;
    char *room;                 /* for names and values */
    size_t room_size;
};

/*
 * Append a varbind, a failure (@varbind: what it is about, or NULL), or a line about a target
 * (text only). False: no memory, and nothing was appended.
 */
bool many_print_varbind(struct many_print *print, struct many_text *text,
                        const struct fleet_target *target, int64_t time_ns,
                        const struct fleet_varbind *varbind);
bool many_print_failure(struct many_print *print, struct many_text *text,
                        const struct fleet_result *result, const struct fleet_varbind *varbind);
bool many_print_line(struct many_print *print, struct many_text *text,
                     const struct fleet_target *target, const char *line);

void many_print_deinit(struct many_print *print);
