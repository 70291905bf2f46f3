/* html: see html.h. */
#include "bench/html.h"

#include "base/utf8.h"
#include "bench/measure.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { FOREIGN_MAX = 200 };

void html_text(FILE *file, const char *text, size_t most) {
    if (text == NULL) return;
    const uint8_t *bytes = (const uint8_t *)text;
    size_t length = strlen(text);
    for (size_t i = 0, n, count = 0; i < length; i += n == 0 ? 1 : n, count++) {
        if (count == most) {
            (void)fputs("\xe2\x80\xa6", file);
            return;
        }
        uint8_t b = bytes[i];
        n = utf8_sequence(bytes + i, length - i);
        if (b == '&') (void)fputs("&amp;", file);
        else if (b == '<') (void)fputs("&lt;", file);
        else if (b == '>') (void)fputs("&gt;", file);
        else if (b == '"') (void)fputs("&quot;", file);
        else if (b == '\'') (void)fputs("&#39;", file);
        else if (b == '\n' || b == '\r' || b == '\t') (void)fputc(' ', file);
        else if (n == 0 || b < 0x20 || b == 0x7f || measure_turns_direction(bytes + i, n))
            (void)fputs("\xef\xbf\xbd", file);
        else (void)fwrite(bytes + i, 1, n, file);
    }
}

static const char style[] =
    ":root{color-scheme:light dark;--paper:#fff;--ink:#1c2126;--soft:#5b6570;--line:#d5dae0;"
    "--panel:#f4f6f8;--s1:#0b62b8;--s2:#b54708;--s3:#17744a;--s4:#a3195b;--good:#17744a;"
    "--bad:#b3261e}\n"
    "@media(prefers-color-scheme:dark){:root{--paper:#14181c;--ink:#e6eaee;--soft:#a2adb8;"
    "--line:#3a424b;--panel:#1d2329;--s1:#6cb6ff;--s2:#ffa657;--s3:#57d39b;--s4:#ff8bc2;"
    "--good:#57d39b;--bad:#ff8a80}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:1180px;padding:16px;background:var(--paper);color:var(--ink);"
    "font:16px/1.45 system-ui,sans-serif;overflow-wrap:anywhere}\n"
    "h1{font-size:1.35rem;margin:.2em 0}h2{font-size:1.15rem;margin:1.6em 0 .4em}"
    "h3{font-size:1rem;margin:.2em 0}\n"
    ".verdict{font-size:1.2rem;font-weight:600;border-left:5px solid var(--s1);padding:.4em .8em;"
    "background:var(--panel);margin:.6em 0}\n"
    ".warning{border-left:5px solid var(--bad);padding:.2em .8em;margin:.3em 0}\n"
    ".soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}\n"
    ".figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:8px;"
    "margin:.8em 0;padding:0;list-style:none}\n"
    ".figures li{background:var(--panel);padding:8px 10px;border-radius:6px}"
    ".figures b{display:block;font-size:1.25rem}\n"
    ".plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));"
    "gap:14px;margin:12px 0}\n"
    "figure{margin:0;background:var(--panel);border-radius:6px;padding:10px;min-width:0}"
    "figcaption{color:var(--soft);font-size:.9rem}\n"
    "svg{display:block;width:100%;max-width:620px;height:auto}"
    "svg text{font:11.5px system-ui,sans-serif;fill:var(--ink)}svg .soft{fill:var(--soft)}\n"
    ".grid{stroke:var(--line);stroke-width:1}.axis{stroke:var(--soft);stroke-width:1}\n"
    ".s1,.s2,.s3,.s4{fill:none;stroke-width:1.8;stroke-linejoin:round}"
    ".s1{stroke:var(--s1)}.s2{stroke:var(--s2);stroke-dasharray:6 3}"
    ".s3{stroke:var(--s3);stroke-dasharray:2 3}.s4{stroke:var(--s4)}\n"
    "circle.s1,circle.s2,circle.s3,circle.s4{stroke-dasharray:none;fill:var(--paper)}"
    ".mark{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:4 3}"
    ".h1,.h2,.h3,.h4,.h5,.h6,.h7,.h8,.h9{fill:var(--s1)}.h1{opacity:.12}.h2{opacity:.2}"
    ".h3{opacity:.3}.h4{opacity:.4}.h5{opacity:.5}.h6{opacity:.62}.h7{opacity:.75}"
    ".h8{opacity:.88}\n"
    ".bar{fill:var(--s1)}.bar.slow{fill:var(--bad)}.whisker{stroke:var(--ink);stroke-width:1.2}\n"
    ".wide{overflow-x:auto;max-width:100%}table{border-collapse:collapse;font-size:.92rem}"
    "caption{text-align:left;color:var(--soft);padding:.2em 0}\n"
    "th,td{text-align:left;padding:3px 10px 3px 0;border-bottom:1px solid var(--line);"
    "vertical-align:top;overflow-wrap:normal}th[scope=row]{min-width:7em;font-weight:600}"
    "td.n,th.n{text-align:right;white-space:nowrap;"
    "font-variant-numeric:tabular-nums}td.t{min-width:8em;max-width:26em;"
    "overflow-wrap:anywhere}td.l{min-width:14em;overflow-wrap:anywhere}\n"
    "@media print{body{max-width:none}figure{break-inside:avoid}}\n";

void html_begin(FILE *file, const char *title, const char *of) {
    (void)fprintf(file,
                  "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                  "style-src 'unsafe-inline'; img-src data:\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                  "<link rel=\"icon\" href=\"data:,\">\n<title>%s ", title);
    html_text(file, of, 80);
    (void)fprintf(file, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>%s <bdi>", style,
                  title);
    html_text(file, of, FOREIGN_MAX);
    (void)fputs("</bdi></h1>\n", file);
}

void html_end(FILE *file) {
    (void)fputs("</body>\n</html>\n", file);
}

void html_table_begin(FILE *file, const char *caption, const char *const *headings) {
    (void)fprintf(file, "<div class=\"wide\" tabindex=\"0\"><table><caption>%s</caption>\n"
                  "<thead><tr>", caption);
    for (; *headings != NULL; headings++) {
        bool is_number = **headings == '#';  /* a column of numbers */
        (void)fprintf(file, "<th scope=\"col\"%s>%s</th>", is_number ? " class=\"n\"" : "",
                      *headings + (is_number ? 1 : 0));
    }
    (void)fputs("</tr></thead>\n<tbody>\n", file);
}

void html_table_end(FILE *file) {
    (void)fputs("</tbody></table></div>\n", file);
}

void html_cell(FILE *file, const char *text) {
    (void)fputs("<td>", file);
    html_text(file, text, FOREIGN_MAX);
    (void)fputs("</td>", file);
}

void html_number_cell(FILE *file, const char *text) {
    (void)fputs("<td class=\"n\">", file);
    html_text(file, text, FOREIGN_MAX);
    (void)fputs("</td>", file);
}

void html_foreign_cell(FILE *file, const char *text) {
    (void)fputs("<td class=\"t\"><bdi>", file);
    html_text(file, text, FOREIGN_MAX);
    (void)fputs("</bdi></td>", file);
}
