/* dump: see dump.h. */
#include "cli/dump.h"
#include "cli/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_OCTETS = 16, TEXT_BYTES = 64 << 10 };

/* "0016: 04 05 7F 39  57 02 01 00 ..." with the octets as text behind them. */
static void dump_octets(const uint8_t *bytes, size_t length) {
    static const char digits[] = "0123456789ABCDEF";
    for (size_t at = 0; at < length; at += LINE_OCTETS) {
        char text[LINE_OCTETS + 1] = "", numbers[4 * LINE_OCTETS] = "";
        char *to = numbers;
        for (size_t i = 0; i < LINE_OCTETS; i++) {
            bool is_there = at + i < length;
            uint8_t c = is_there ? bytes[at + i] : 0;
            *to++ = is_there ? digits[c >> 4] : ' ';
            *to++ = is_there ? digits[c & 15] : ' ';
            *to++ = ' ';
            if (i % 4 == 3) *to++ = ' ';
            if (is_there) text[i] = c >= ' ' && c < 0x7f ? (char)c : '.';
        }
        *to = '\0';
        log_plain("%04zu: %s  %s\n", at, numbers, text);
    }
}

void dump_datagram(const struct fleet_trace *trace, struct fleet_mib *mib,
                   const struct fleet_text_style *style) {
    (void)fflush(stdout);
    const char *colon = strrchr(trace->address, ':');
    bool is_ip6 = trace->address[0] == '[';
    int host = colon != NULL ? (int)(colon - trace->address) : 0;
    log_plain("\n%s %zu byte%s ", trace->is_sent ? "Sending" : "Received",
              trace->length, trace->is_sent ? "s to" : " packet from");
    if (is_ip6) log_plain("UDP/IPv6: %s\n", trace->address);
    else log_plain("UDP: [%.*s]%s->[0.0.0.0]:%u\n", host, trace->address,
                   trace->address + host, trace->local_port);
    dump_octets(trace->bytes, trace->length);
    log_plain("\n");
    if (mib == NULL) return;
    char *text = malloc(TEXT_BYTES);
    if (text == NULL) return;
    (void)fleet_mib_message_text(mib, trace->bytes, trace->length, style, text, TEXT_BYTES);
    log_plain("%s", text);
    free(text);
}
