/* Tables as text: padding, parts, and rows found by their index. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "out/table_text.h"

static void fill(struct table_text *t, const struct table_text_style *style) {
    static const char *const labels[] = { "ifIndex", "ifDescr", "ifMtu" };
    static const char *const cells[][3] = { { "1", "lo", "65536" }, { "2", NULL, "1500" } };
    assert_true(table_text_init(t, "IF-MIB::ifTable", style));
    for (size_t i = 0; i < 3; i++) assert_true(table_text_add_column(t, labels[i]));
    table_text_shorten(t);
    for (size_t c = 0; c < 3; c++) {
        for (size_t r = 0; r < 2; r++) {
            size_t row;
            assert_true(table_text_row(t, r == 0 ? "1" : "2", &row));
            assert_int_equal(row, r);
            assert_false(table_text_has(t, row, c));
            if (cells[r][c] != NULL) assert_true(table_text_set(t, row, c, strdup(cells[r][c])));
        }
    }
}

static void expect(struct table_text_style style, const char *expected) {
    struct table_text t;
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    fill(&t, &style);
    table_text_write(&t, to);
    assert_int_equal(t.row_count, 0);
    table_text_deinit(&t);
    (void)fclose(to);
    assert_string_equal(text, expected);
    free(text);
}

static void columns_are_as_wide_as_they_need(void **state) {
    (void)state;
    expect((struct table_text_style){ .brief = false },
           "SNMP table: IF-MIB::ifTable\n\n ifIndex ifDescr ifMtu\n       1      lo 65536\n"
           "       2       ?  1500\n");
    expect((struct table_text_style){ .brief = true, .left = true },
           "SNMP table: IF-MIB::ifTable\n\nIndex Descr Mtu   \n1     lo    65536 \n"
           "2     ?     1500  \n");
}

static void a_separator_stands_for_the_padding(void **state) {
    (void)state;
    expect((struct table_text_style){ .separator = "%;", .shows_index = true, .no_headers = true },
           "1%;1%;lo%;65536\n2%;2%;?%;1500\n");
}

static void lines_that_are_too_long_become_parts(void **state) {
    (void)state;
    expect((struct table_text_style){ .line_width = 17 },
           "SNMP table: IF-MIB::ifTable\n\n ifIndex ifDescr\n       1      lo\n       2       ?\n"
           "\nSNMP table IF-MIB::ifTable, part 2\n\n ifMtu\n 65536\n  1500\n");
}

static void columns_of_one_width_cut_what_is_longer(void **state) {
    (void)state;
    expect((struct table_text_style){ .column_width = 5, .line_width = 10 },
           "SNMP table: IF-MIB::ifTable\n\n ifIn ifDe\n ifMt\n    1   lo\n 6553\n    2    ?\n"
           " 1500\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_as_wide_as_they_need),
        cmocka_unit_test(a_separator_stands_for_the_padding),
        cmocka_unit_test(lines_that_are_too_long_become_parts),
        cmocka_unit_test(columns_of_one_width_cut_what_is_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
