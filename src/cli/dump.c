/* dump: see dump.h. */
#include "cli/dump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_OCTETS = 16, TEXT_BYTES = 64 << 10 };

/* "0016: 04 05 7F 39  57 02 01 00 ..." with the octets as text behind them. */
static void dump_octets(const uint8_t *bytes, size_t length) {
    for (size_t at = 0; at < length; at += LINE_OCTETS) {
        char text[LINE_OCTETS + 1] = "";
        (void)fprintf(stderr, "%04zu: ", at);
        for (size_t i = 0; i < LINE_OCTETS; i++) {
            const char *gap = i % 4 == 3 ? "  " : " ";
            if (at + i >= length) {
                (void)fprintf(stderr, "  %s", gap);
                continue;
            }
            uint8_t c = bytes[at + i];
            (void)fprintf(stderr, "%02X%s", c, gap);
            text[i] = c >= ' ' && c < 0x7f ? (char)c : '.';
            text[i + 1] = '\0';
        }
        (void)fprintf(stderr, "  %s\n", text);
    }
}

void dump_datagram(const struct fleet_trace *trace, struct fleet_mib *mib,
                   const struct fleet_text_style *style) {
    (void)fflush(stdout);
    const char *colon = strrchr(trace->address, ':');
    bool is_ip6 = trace->address[0] == '[';
    int host = colon != NULL ? (int)(colon - trace->address) : 0;
    (void)fprintf(stderr, "\n%s %zu byte%s ", trace->is_sent ? "Sending" : "Received",
                  trace->length, trace->is_sent ? "s to" : " packet from");
    if (is_ip6) (void)fprintf(stderr, "UDP/IPv6: %s\n", trace->address);
    else (void)fprintf(stderr, "UDP: [%.*s]%s->[0.0.0.0]:%u\n", host, trace->address,
                       trace->address + host, trace->local_port);
    dump_octets(trace->bytes, trace->length);
    (void)fputc('\n', stderr);
    if (mib == NULL) return;
    char *text = malloc(TEXT_BYTES);
    if (text == NULL) return;
    (void)fleet_mib_message_text(mib, trace->bytes, trace->length, style, text, TEXT_BYTES);
    (void)fprintf(stderr, "%s", text);
    free(text);
}
