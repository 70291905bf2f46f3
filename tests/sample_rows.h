/*
 * sample_rows: a small fleet's rows as the writers get them, with what agents and people put into
 * names and values. The golden files of tests/golden are made of them.
 */
#pragma once

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snmpfleet/writer.h"

#define SAMPLE_TIME 1795212000123456789  /* 2026-11-20T22:00:00.123456789Z */

static inline struct fleet_value sample_bytes(uint8_t type, const void *bytes, size_t length) {
    return (struct fleet_value){ .type = type, .length = (uint32_t)length, .bytes = bytes };
}

static inline struct fleet_value sample_text(const char *text) {
    return sample_bytes(FLEET_OCTET_STRING, text, strlen(text));
}

static inline struct fleet_value sample_number(uint8_t type, uint64_t n) {
    return (struct fleet_value){ .type = type, .counter = n };
}

static inline struct fleet_value sample_integer(int64_t n) {
    return (struct fleet_value){ .type = FLEET_INTEGER32, .integer = n };
}

static inline struct fleet_value sample_real(uint8_t type, double real) {
    return (struct fleet_value){ .type = type, .real = real };
}

static const struct fleet_tag sample_tags[] = { { "rack", "a=1" },
                                                { "role", "core switch" },
                                                { "zone", "" } };
static const struct fleet_target sample_target = {
    .number = 0,
    .name = "core1, \"east\"",
    .address = "192.0.2.1",
    .tags = sample_tags,
    .tag_count = 3,
};
static const struct fleet_target sample_plain = { .number = 1,
                                                  .name = "2001:db8::1",
                                                  .address = "2001:db8::1" };

static const struct fleet_column sample_scalar_columns[] = {
    { .object = "sysDescr", .oid = "1.3.6.1.2.1.1.1.0" },
    { .object = "sysObjectID", .oid = "1.3.6.1.2.1.1.2.0" },
    { .object = "sysUpTime", .oid = "1.3.6.1.2.1.1.3.0" },
    { .object = "sysContact", .oid = "1.3.6.1.2.1.1.4.0" },
};
static const struct fleet_table sample_scalars = {
    .columns = sample_scalar_columns,
    .column_count = 4,
    .module = "system",
    .is_scalars = true,
    .number = 0,
};

static const struct fleet_column sample_interface_columns[] = {
    { .object = "ifDescr", .oid = "1.3.6.1.2.1.2.2.1.2", .is_tag = true },
    { .object = "ifType", .oid = "1.3.6.1.2.1.2.2.1.3" },
    { .object = "ifPhysAddress", .oid = "1.3.6.1.2.1.2.2.1.6", .as = FLEET_AS_MAC },
    { .object = "ifHCInOctets", .oid = "1.3.6.1.2.1.31.1.1.1.6" },
};
static const struct fleet_index sample_interface_index[] = { { .name = "ifIndex" } };
static const struct fleet_table sample_interface = {
    .name = "interface", .columns = sample_interface_columns, .column_count = 4,
    .index = sample_interface_index, .index_count = 1, .module = "interfaces", .number = 1,
};

static const struct fleet_column sample_sensor_columns[] = {
    { .object = "sensorName", .oid = "1.3.6.1.4.1.9.9.91.1" },
    { .object = "sensorAddress", .oid = "1.3.6.1.4.1.9.9.91.2" },
    { .object = "sensorReal", .oid = "1.3.6.1.4.1.9.9.91.3" },
    { .object = "sensorKey", .oid = "1.3.6.1.4.1.9.9.91.4", .as = FLEET_AS_HEX },
};
static const struct fleet_table sample_sensor = {
    .name = "sensor",
    .columns = sample_sensor_columns,
    .column_count = 4,
    .module = "sensors",
    .number = 2,
};

static const struct fleet_column sample_raw_columns[] = { { .oid = "1.3.6.1.2.1.4" } };
static const struct fleet_table sample_raw = {
    .name = "1.3.6.1.2.1.4", .columns = sample_raw_columns, .column_count = 1, .module = "walk",
    .is_subtree = true, .number = 3,
};

static inline void sample_write_row(struct fleet_writer *w, const struct fleet_target *target,
                                    const struct fleet_table *table, const uint8_t *index,
                                    size_t index_length, const struct fleet_value *cells) {
    struct fleet_row row = {
        .target = target, .table = table, .time_ns = SAMPLE_TIME,
        .index = index, .index_length = index_length, .cells = cells,
    };
    fleet_writer_rows(w, &row, 1);
}

static inline void sample_write_system(struct fleet_writer *w) {
    const struct fleet_value cells[] = {
        sample_text("Cisco IOS Software, C3750\r\nCompiled by \"prod\""),
        sample_bytes(FLEET_OBJECT_IDENTIFIER, "\x2b\x06\x01\x04\x01\x09\x01\x84\x04", 9),
        sample_number(FLEET_TIME_TICKS, 4294967295u),
        { .type = FLEET_NO_SUCH_INSTANCE },
    };
    sample_write_row(w, &sample_target, &sample_scalars, NULL, 0, cells);
    sample_write_row(w, &sample_plain, &sample_scalars, NULL, 0, cells);
}

static inline void sample_write_interfaces(struct fleet_writer *w) {
    const struct fleet_value first[] = {
        sample_text("Gi1/0/1 uplink,a=b"), sample_integer(6),
        sample_bytes(FLEET_OCTET_STRING, "\xc8\x5b\x76\xc9\xe6\x8c", 6),
        sample_number(FLEET_COUNTER64, UINT64_MAX),
    };
    const struct fleet_value second[] = {
        sample_text("C:\\ Label:\\"),
        sample_integer(-2147483648),
        sample_text(""),
        { .type = FLEET_ABSENT },
    };
    const struct fleet_value third[] = {
        { .type = FLEET_ABSENT }, { .type = FLEET_NO_SUCH_OBJECT }, { .type = FLEET_ABSENT },
        { .type = FLEET_NO_SUCH_INSTANCE },
    };
    const uint8_t indexes[][5] = { { 1 }, { 0x81, 0x00 }, { 0x8f, 0xff, 0xff, 0xff, 0x7f } };
    sample_write_row(w, &sample_target, &sample_interface, indexes[0], 1, first);
    sample_write_row(w, &sample_target, &sample_interface, indexes[1], 2, second);
    sample_write_row(w, &sample_target, &sample_interface, indexes[2], 5, third);
}

static inline void sample_write_sensors(struct fleet_writer *w) {
    const struct fleet_value first[] = {
        sample_text(" T\xc3\xbcr \xe6\xb8\xa9\xe5\xba\xa6"),
        sample_bytes(FLEET_IP_ADDRESS, "\xc0\x00\x02\x01", 4),
        sample_real(FLEET_OPAQUE_FLOAT, (double)0.1f),
        sample_text("key"),
    };
    const struct fleet_value second[] = {
        sample_text("0x41"), sample_bytes(FLEET_IP_ADDRESS, "\xc0\x00\x02", 3),
        sample_real(FLEET_OPAQUE_DOUBLE, (double)NAN), sample_bytes(FLEET_OPAQUE, "\x9f\x01", 2),
    };
    const struct fleet_value third[] = {
        sample_bytes(FLEET_OCTET_STRING, "fan\0", 4), { .type = FLEET_NULL },
        sample_real(FLEET_OPAQUE_DOUBLE, -1e300), sample_text(""),
    };
    sample_write_row(w, &sample_target, &sample_sensor, (const uint8_t *)"\x01\x02", 2, first);
    sample_write_row(w, &sample_target, &sample_sensor, (const uint8_t *)"\x01\x03", 2, second);
    sample_write_row(w, &sample_target, &sample_sensor, (const uint8_t *)"\x01\x04", 2, third);
}

static inline void sample_write_raw(struct fleet_writer *w) {
    const struct fleet_value values[] = {
        sample_integer(-1),
        sample_text("line one\nline two, \"quoted\" \\"),
        sample_number(FLEET_UINTEGER32, 7),
        sample_real(FLEET_OPAQUE_FLOAT, 21.5),
        sample_bytes(FLEET_OBJECT_IDENTIFIER, "", 0),
        { .type = FLEET_NULL },
    };
    for (uint8_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        const uint8_t oid[] = { 0x2b, 6, 1, 2, 1, 4, 1, i };
        sample_write_row(w, &sample_target, &sample_raw, oid, sizeof(oid), &values[i]);
    }
}

static inline void sample_write_all(struct fleet_writer *w) {
    sample_write_system(w);
    sample_write_interfaces(w);
    sample_write_sensors(w);
    sample_write_raw(w);
}

static inline void sample_write_reports(struct fleet_writer *w) {
    struct fleet_report report = {
        .target = &sample_target,
        .module = "interfaces",
        .reason = FLEET_REASON_OK,
        .detail = "",
        .time_ns = SAMPLE_TIME,
        .rtt_ns = 1234567,
        .duration_ns = 45678901,
        .lag_ns = 12000,
        .answers = 12,
        .requests = 12,
        .retries = 1,
        .varbinds = 288,
        .rows = 12,
        .max_repetitions = 25,
    };
    fleet_writer_report(w, &report);
    report.reason = FLEET_REASON_TIMEOUT;
    report.detail = "no answer, \"3\" attempts";
    report.rtt_ns = -1;
    report.answers = 0;
    report.overruns = 2;
    report.target = &sample_plain;
    fleet_writer_report(w, &report);
}

/* Contents of a file, NUL-terminated, to free; NULL when it cannot be read. */
static inline char *sample_read(const char *path) {
    FILE *f = fopen(path, "rb");
    if (f == NULL) return NULL;
    size_t length = 0, capacity = 1 << 20;
    char *text = malloc(capacity + 1);
    assert(text != NULL);
    for (size_t n; (n = fread(text + length, 1, capacity - length, f)) > 0;) {
        length += n;
        if (length == capacity) assert((text = realloc(text, (capacity *= 2) + 1)) != NULL);
    }
    text[length] = '\0';
    (void)fclose(f);
    return text;
}

/* What @write makes of a writer with @options (whose path is replaced), to free. */
static inline char *sample_written(struct fleet_writer_options options,
                                   void (*write)(struct fleet_writer *)) {
    char path[] = "/tmp/snmpfleet-test-XXXXXX";
    int fd = mkstemp(path);
    assert(fd >= 0);
    (void)close(fd);
    options.path = path;
    struct fleet_writer *w = NULL;
    int r = fleet_writer_new(&w, &options);
    assert(r == 0);
    write(w);
    r = fleet_writer_flush(w);
    assert(r == 0 && fleet_writer_pending(w) == 0);
    fleet_writer_free(w);
    char *text = sample_read(path);
    (void)unlink(path);
    return text;
}

/* Is it the golden file? With UPDATE_GOLDEN set in the environment it becomes so. */
static inline int sample_is_golden(const char *text, const char *name) {
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/tests/golden/%s", SOURCE_DIR, name);
    if (getenv("UPDATE_GOLDEN") != NULL) {
        FILE *f = fopen(path, "wb");
        assert(f != NULL);
        assert(fwrite(text, 1, strlen(text), f) == strlen(text));
        (void)fclose(f);
    }
    char *golden = sample_read(path);
    int same = golden != NULL && strcmp(golden, text) == 0;
    if (!same) (void)fprintf(stderr, "not as in %s:\n%s", path, text);
    free(golden);
    return same;
}
