/*
 * Modules and outputs of a configuration: what is expected of each key, and where it was not so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "config_reading.h"

static void a_module_says_what_is_polled(void **state) {
    (void)state;
    struct config *c = read_good(
        "modules:\n"
        "  sensors2:\n"
        "    interval: 5m\n"
        "    scalars:\n"
        "      - sysUpTime\n"
        "      - {object: SNMPv2-MIB::sysName, tag: true, name: host}\n"
        "      - {object: temperature, oid: 1.3.6.1.4.1.99999.1.0, type: gauge}\n"
        "      - 1.3.6.1.2.1.1.4\n"
        "    tables:\n"
        "      - name: sensor\n"
        "        columns: [{object: entPhySensorType, as: enum}, entPhySensorValue]\n"
        "        tags: [entPhysicalName, {object: entPhysicalIndex, as: raw}]\n"
        "        filter:\n"
        "          entPhySensorOperStatus: [ok, 2]\n"
        "          entPhysicalIndex: 1-100\n"
        "          entPhysicalName: {not: 'Fan *'}\n"
        "    subtrees: [1.3.6.1.4.1.8072, mib-2]\n"
        "    contexts: ['', 10, {name: v20, context: vlan-20, community_suffix: '@20'}]\n");
    const struct fleet_module_options *m = config_module(c, 0);
    assert_non_null(m);
    assert_null(config_module(c, 1));
    assert_string_equal(m->name, "sensors2");
    assert_int_equal(m->interval_ns, 300 * UINT64_C(1000000000));
    assert_int_equal(m->scalar_count, 4);
    assert_string_equal(m->scalars[0].oid, "1.3.6.1.2.1.1.3.0");
    assert_int_equal(m->scalars[0].syntax->type, FLEET_TIME_TICKS);
    assert_string_equal(m->scalars[1].object, "host");
    assert_true(m->scalars[1].is_tag);
    assert_string_equal(m->scalars[2].object, "temperature");
    assert_int_equal(m->scalars[2].syntax->type, FLEET_GAUGE32);
    assert_string_equal(m->scalars[3].object, "sysContact");
    assert_string_equal(m->scalars[3].oid, "1.3.6.1.2.1.1.4.0");

    const struct fleet_table *t = &m->tables[0];
    assert_int_equal(m->table_count, 1);
    assert_int_equal(t->index_count, 1);
    assert_string_equal(t->index[0].name, "entPhysicalIndex");
    assert_int_equal(t->index[0].as, FLEET_AS_RAW);
    assert_int_equal(t->column_count, 3);
    assert_int_equal(t->columns[0].as, FLEET_AS_ENUM);
    assert_string_equal(t->columns[2].object, "entPhySensorOperStatus");
    assert_true(t->columns[2].is_hidden);
    assert_int_equal(t->join_count, 1);
    assert_string_equal(t->joins[0].by[0], "entPhysicalIndex");
    assert_string_equal(t->joins[0].columns[0].object, "entPhysicalName");
    assert_true(t->joins[0].columns[0].is_tag);
    assert_int_equal(t->filter_count, 3);
    assert_int_equal(t->filters[0].match_count, 2);
    assert_int_equal(t->filters[0].matches[0].low, 1);
    assert_int_equal(t->filters[0].matches[1].high, 2);
    assert_int_equal(t->filters[1].matches[0].high, 100);
    assert_true(t->filters[2].is_negated);
    assert_string_equal(t->filters[2].matches[0].text, "Fan *");

    assert_string_equal(m->subtrees[1], "1.3.6.1.2.1");
    assert_int_equal(m->context_count, 3);
    assert_string_equal(m->contexts[1].name, "10");
    assert_null(m->contexts[1].suffix);
    assert_string_equal(m->contexts[2].suffix, "@20");
    uint32_t number;
    assert_int_equal(config_apply(c, fleet), 0);
    assert_int_equal(fleet_module_find(fleet, "sensors2", &number), 0);
    struct fleet_module module;
    assert_int_equal(fleet_module_get(fleet, number, &module), 0);
    assert_int_equal(module.contexts, 3);
    assert_int_equal(fleet_module_remove(fleet, number), 0);
    config_free(c);
}

static void rows_that_go_together_are_asked_together(void **state) {
    (void)state;
    struct config *c = read_good("modules:\n  m:\n    tables:\n"
                                 "      - {oid: ifTable, tags: [ifName, entPhysicalName],"
                                 " joins: [{columns: entPhysicalName, by: ifSpecific}]}\n"
                                 "      - {name: b, columns: [hrProcessorLoad],"
                                 " tags: [hrDeviceDescr]}\n");
    const struct fleet_table *t = config_module(c, 0)->tables;
    /* ifXTable augments ifTable; hrProcessorTable is sparse in hrDeviceTable. */
    assert_int_equal(t[0].join_count, 1);
    assert_string_equal(t[0].columns[t[0].column_count - 1].object, "ifName");
    assert_int_equal(t[1].column_count, 1);
    assert_int_equal(t[1].join_count, 1);
    config_free(c);
}

static void a_module_may_take_the_place_of_a_built_in_one(void **state) {
    (void)state;
    uint32_t before, after, again;
    struct config *c = read_good("modules: {system: {scalars: [sysUpTime]}}\n"
                                 "defaults: {modules: [system, interfaces]}\n");
    assert_int_equal(fleet_module_find(fleet, "system", &before), 0);
    assert_int_equal(config_apply(c, fleet), 0);
    assert_int_equal(fleet_module_find(fleet, "system", &after), 0);
    assert_int_not_equal(before, after);
    assert_int_equal(config_defaults(c)->module_count, 2);
    assert_int_equal(config_defaults(c)->modules[0], after);
    assert_int_equal(fleet_module_set(fleet, fleet_module_builtin("system"), &again), 0);
    assert_int_equal(again, before);
    config_free(c);
}

static void outputs_say_where_rows_go(void **state) {
    (void)state;
    struct config *c = read_good("outputs:\n  - {format: influx, path: rows.lp, reports: true,"
                                 " uint: true, compat: telegraf}\n  - {format: csv, path: '-'}\n");
    size_t count;
    const struct fleet_writer_options *o = config_outputs(c, &count);
    assert_int_equal(count, 2);
    assert_string_equal(o[0].path, "rows.lp");
    assert_true(o[0].rows && o[0].reports && o[0].unsigned_integers && o[0].telegraf);
    assert_null(o[1].path);
    assert_true(o[1].rows && !o[1].reports);
    config_free(c);
}

static void keys_have_their_place(void **state) {
    (void)state;
    assert_faults("modules:\n"
                  "  m:\n"
                  "    interval: 5 parsecs\n"
                  "    scalars: sysUpTime\n"
                  "    tabels: []\n",
                  "5:5: unknown key 'tabels' (did you mean 'tables'?)\n"
                  "3:15: interval: expected a time such as 500ms, 30s, 5m or 1h, above 0 "
                  "and at most 366d, not '5 parsecs'\n"
                  "4:14: scalars: expected a list, not text\n");
    assert_faults("modules:\n"
                  "  m:\n"
                  "    interval: 1ms\n"
                  "    scalars: []\n",
                  "3:15: interval: expected at least 100ms, not '1ms'\n"
                  "4:14: the list is empty\n");
    assert_faults("modules:\n"
                  "  m: {}\n"
                  "  'a b': {scalars: [sysUpTime]}\n"
                  "  c: [a]\n"
                  "  d:\n",
                  "2:6: nothing to poll: expected 'scalars', 'tables' or 'subtrees'\n"
                  "3:3: a module's name has no blanks, commas or @ in it\n"
                  "4:6: c: expected a mapping (KEY: VALUE), not a list\n"
                  "5:5: d: expected a mapping (KEY: VALUE), not nothing\n");
    assert_faults("modules: 7\n",
                  "1:10: modules: expected a mapping (KEY: VALUE), not text\n");
    assert_faults("modules: [a]\n",
                  "1:10: modules: expected a mapping (KEY: VALUE), not a list\n");
}

static void scalars_are_checked(void **state) {
    (void)state;
    assert_faults("modules:\n"
                  "  m:\n"
                  "    scalars: [ifDescr, ifTable, sysUpTime, sysUpTime.0, linkDown, ifDescr.1, "
                  "{object: sysName, as: enum},\n"
                  "      {object: sysName, as: foo}, {name: x}, [a], '', {object: sysName, oid: "
                  "sysName}]\n",
                  "3:15: ifDescr is a column: it belongs to a table, or needs an instance\n"
                  "3:24: ifTable is a table: expected an object of it\n"
                  "3:44: sysUpTime is given twice\n"
                  "3:57: linkDown is not an object with a value\n"
                  "3:100: as: sysName has no named numbers\n"
                  "4:29: as: expected auto, raw, enum, both, hint, hex, mac, ip or number, not 'foo'\n"
                  "4:35: expected a key 'object' or 'oid'\n"
                  "4:46: expected text, not a list\n"
                  "4:51: expected text, not empty text\n"
                  "4:78: oid: expected an OID in numbers ('object' takes names), not 'sysName'\n");
    assert_faults("modules:\n"
                  "  m:\n"
                  "    scalars: [sysUpTim, NOSUCH-MIB::sysUpTime, 1.3.6.1.2.1.1.3, sysUpTime.0]\n",
                  "3:15: no object \"sysUpTim\" (did you mean sysUpTime?); looked in the "
                  "built-in modules and in /nonexistent\n"
                  "3:25: no module \"NOSUCH-MIB\"; looked in the built-in modules and in "
                  "/nonexistent\n"
                  "3:65: sysUpTime is given twice\n");
}

static void columns_are_checked(void **state) {
    (void)state;
    assert_faults("modules:\n"
                  "  m:\n"
                  "    tables:\n"
                  "      - columns: [sysUpTime, ifDescr.1, ipAdEntNetMask, ifType, "
                  "ifStackStatus]\n"
                  "      - {columns: [ifDescr, ifDescr]}\n"
                  "      - columns: [{object: ifDescr, name: x}, {object: ifType, name: x}]\n",
                  "4:19: sysUpTime is a scalar: it belongs to `scalars`\n"
                  "4:30: ifDescr: a column is named without an instance\n"
                  "4:57: ifType is indexed by ifIndex, but ipAdEntNetMask by ipAdEntAddr: "
                  "`joins` brings tables together\n"
                  "4:65: ifStackStatus is indexed by ifStackHigherLayer, ifStackLowerLayer, but "
                  "ipAdEntNetMask by ipAdEntAddr: `joins` brings tables together\n"
                  "5:29: ifDescr is given twice\n"
                  "6:56: there is another column 'x': `name` gives it one of its own\n");
    assert_faults("modules:\n"
                  "  m:\n"
                  "    tables:\n"
                  "      - oid: ifDescr\n"
                  "      - oid: 1.3.6.1.4.1.99999\n"
                  "      - columns: [1.3.6.1.4.1.99999.1.1.2]\n"
                  "      - {name: a, oid: ifTable}\n"
                  "      - {name: a, oid: ifXTable}\n"
                  "      - {name: b}\n"
                  "      - {columns: [ifIndex]}\n",
                  "4:14: no MIB has a table there: expected a table, or `columns`\n"
                  "5:14: no MIB has a table there: expected a table, or `columns`\n"
                  "6:9: expected a key 'name'\n"
                  "8:9: there is another table 'a' in this module\n"
                  "9:9: expected a key 'oid' or 'columns'\n"
                  "10:20: 'ifIndex' is a component of the index, and so a tag of each row "
                  "already: leave it out, or give it another `name`\n");
}

static void indexes_are_checked(void **state) {
    (void)state;
    assert_faults("modules:\n"
                  "  m:\n"
                  "    tables:\n"
                  "      - {oid: ifTable, index: [ifIndex]}\n"
                  "      - {name: t, columns: [1.3.6.1.4.1.9.9.9.1], index: [{name: x, type: "
                  "implied-text}, y]}\n"
                  "      - {name: u, columns: [1.3.6.1.4.1.9.9.9.1], index: [{name: x, type: "
                  "text(0)}]}\n"
                  "      - {name: v, columns: [{oid: 1.3.6.1.4.1.9.9.9.1, object: x}], index: "
                  "[x]}\n"
                  "      - {name: w, columns: [1.3.6.1.4.1.9.9.9.1], index: [x, x]}\n",
                  "4:24: the MIB says it: ifDescr is indexed by ifIndex\n"
                  "5:59: only the last component can be implied\n"
                  "6:75: type: expected integer, text, text(LENGTH), implied-text, oid, "
                  "implied-oid or ip, not 'text(0)'\n"
                  "7:35: 'x' is a component of the index, and so a tag of each row already: "
                  "leave it out, or give it another `name`\n"
                  "8:62: 'x' is given twice\n");
}

static void joins_and_tags_are_checked(void **state) {
    (void)state;
    assert_faults("modules:\n"
                  "  m:\n"
                  "    tables:\n"
                  "      - oid: ifTable\n"
                  "        tags: [ifName, ipAdEntNetMask, nosuch, entPhysicalName]\n"
                  "      - oid: ifTable\n"
                  "        joins:\n"
                  "          - columns: [entPhysicalName]\n"
                  "          - columns: [entPhysicalName]\n"
                  "            by: [ifIndex, ifMtu]\n"
                  "          - {by: ifIndex}\n"
                  "          - {columns: [1.3.6.1.4.1.9.9.1.1.1], by: ifIndex}\n"
                  "          - {columns: [entPhysicalDescr], by: ifIndex}\n"
                  "          - {columns: [entPhysicalDescr], by: ifMtu}\n",
                  "5:24: ipAdEntNetMask is of another table, by ipAdEntAddr, which this one has "
                  "not: `joins` says by what\n"
                  "5:40: no object \"nosuch\"; looked in the built-in modules and in "
                  "/nonexistent\n"
                  "5:48: entPhysicalName is of another table, by entPhysicalIndex, which this "
                  "one has not: `joins` says by what\n"
                  "8:13: 'entPhysicalIndex' is neither a component of the index (ifIndex) nor a "
                  "column of this table or of a join before\n"
                  "10:17: 2 values for an index of 1 component\n"
                  "11:13: expected a key 'columns'\n"
                  "12:13: no MIB says how these are indexed: expected a key 'index'\n"
                  "14:24: there is another column 'entPhysicalDescr': `name` gives it one of its "
                  "own\n");
}

static void names_that_meet_in_a_row_are_refused(void **state) {
    (void)state;
    assert_faults("modules:\n"
                  "  snmp_poll: {scalars: [sysName]}\n"
                  "  m:\n"
                  "    scalars: [{object: sysName, name: address}, {object: sysUpTime, name: a},\n"
                  "              {object: sysDescr, name: a_text}]\n"
                  "    tables:\n"
                  "      - {name: snmp_poll, columns: [ifMtu]}\n"
                  "      - {name: t, columns: [{object: ifMtu, name: time}, ifType],\n"
                  "         tags: [{object: ifName, name: index}]}\n",
                  "2:3: reports are called snmp_poll: the module needs another name\n"
                  "4:39: 'address' is a name that rows have already: give it another `name`\n"
                  "5:40: 'a' and 'a_text' would have one name: a value of another type than a's is "
                  "written as 'a_text': give it another `name`\n"
                  "7:16: reports are called snmp_poll: the table needs another `name`\n"
                  "8:51: 'time' is a name that rows have already: give it another `name`\n"
                  "9:40: 'index' is a name that rows have already: give it another `name`\n");
    assert_faults("modules:\n"
                  "  m:\n"
                  "    tables:\n"
                  "      - {name: u, columns: [{oid: 1.3.6.1.4.1.9.9.9.1, object: v}],\n"
                  "         index: [index, target]}\n"
                  "      - {name: w, columns: [{object: ifDescr, name: b_integer}],\n"
                  "         joins: [{columns: [{object: ifName, name: b, tag: false}],\n"
                  "                 by: ifIndex}]}\n",
                  "5:25: 'target' is a name that rows have already: give it another `name`\n"
                  "7:52: 'b_integer' and 'b' would have one name: a value of another type than b's "
                  "is written as 'b_integer': give it another `name`\n");
}

static void filters_are_checked(void **state) {
    (void)state;
    assert_faults("modules:\n"
                  "  m:\n"
                  "    tables:\n"
                  "      - oid: ifTable\n"
                  "        filter: {ifOperStatus: upp, ifType: [ethernetCsmacd, 6-3], ifMtu: x, "
                  "ifDescr: {nto: x}, foo: 1, ifSpeed: [], ifAdminStatus: {}}\n"
                  "      - {name: b, oid: ifTable, filter: [a]}\n",
                  "5:32: ifOperStatus: expected a number or its name (did you mean 'up'?), not "
                  "'upp'\n"
                  "5:62: expected a number or its name, such as 'other', not '6-3'\n"
                  "5:75: ifMtu: expected a number or a range such as 1-48, not 'x'\n"
                  "5:88: unknown key 'nto' (did you mean 'not'?)\n"
                  "5:97: 'foo' is neither a component of the index (ifIndex) nor a column of "
                  "this table or of a join before\n"
                  "5:114: the list is empty\n"
                  "5:133: expected a key 'not'\n"
                  "6:41: filter: expected a mapping such as 'ifOperStatus: up', not a list\n");
}

static void filters_hold_what_is_written(void **state) {
    (void)state;
    static const struct {
        const char *column, *given, *pattern;
    } cases[] = {
        { "ifPhysAddress", "00-1B-2C-03-04-05", "00:1b:2c:03:04:05" },
        { "ifPhysAddress", "0x001b2c030405", "00:1b:2c:03:04:05" },
        { "ifPhysAddress", "00:1B:*", "00:1b:*" },
        { "{object: ifDescr, as: mac}", "001b.2c03.0405", "00:1b:2c:03:04:05" },
        { "{object: ifDescr, as: ip}", "2001:DB8::1", "2001:db8::1" },
        { "{object: ifDescr, as: hex}", "0xAB", "0xab" },
        { "{object: ifDescr, as: hex}", "ab", "0x6162" },
        { "ifDescr", "WAN Miniport (SSTP)", "WAN Miniport (SSTP)" },
        { "ifDescr", "a\\*b", "a\\*b" },
        { "ifSpecific", "IF-MIB::ifDescr", "1.3.6.1.2.1.2.2.1.2" },
        { "ifSpecific", ".1.3.6", "1.3.6" },
        { "ifSpecific", "1.3.*", "1.3.*" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[512];
        (void)snprintf(text, sizeof(text),
                       "modules: {m: {tables: [{name: t, columns: [%s], tags: [ifName],\n"
                       "  filter: {%s: '%s'}}]}}\n", cases[i].column,
                       strstr(cases[i].column, "ifDescr") != NULL ? "ifDescr" : cases[i].column,
                       cases[i].given);
        struct config *c = read_good(text);
        const struct fleet_table *t = &config_module(c, 0)->tables[0];
        assert_int_equal(t->filters[0].match_count, 1);
        assert_string_equal(t->filters[0].matches[0].text, cases[i].pattern);
        config_free(c);
    }
}

static void filters_know_names_of_numbers_and_bits(void **state) {
    (void)state;
    struct config *c = read_good("modules: {m: {scalars: [sysName], tables: [\n"
                                 "  {name: t, columns: [ifOperStatus, ifLastChange],\n"
                                 "   filter: {ifOperStatus: ['d*', up(1)],\n"
                                 "            ifLastChange: '0:00:01.50'}},\n"
                                 "  {name: u, columns: [lldpRemSysCapEnabled],\n"
                                 "   filter: {lldpRemSysCapEnabled: ['bridge,router', 0x80]}}]}}");
    const struct fleet_table *t = config_module(c, 0)->tables;
    assert_int_equal(t[0].filters[0].match_count, 3);
    assert_int_equal(t[0].filters[0].matches[0].low, 2);   /* down */
    assert_int_equal(t[0].filters[0].matches[1].high, 5);  /* dormant */
    assert_int_equal(t[0].filters[0].matches[2].low, 1);
    assert_int_equal(t[0].filters[1].matches[0].low, 150);
    assert_null(t[1].filters[0].matches[0].text);
    assert_int_equal(t[1].filters[0].matches[0].bit_octets, 1);
    assert_int_equal(t[1].filters[0].matches[0].bits[0], 0x28);
    assert_string_equal(t[1].filters[0].matches[1].text, "0x80");
    config_free(c);
}

static void filters_that_can_match_nothing_are_refused(void **state) {
    (void)state;
    assert_faults("modules: {m: {tables: [\n"
                  "  {oid: ifTable, filter: {ifPhysAddress: eth0}},\n"
                  "  {name: b, columns: [{object: ifDescr, as: mac}], filter: {ifDescr: '00:1b'}},\n"
                  "  {name: c, columns: [ipAdEntNetMask], filter: {ipAdEntNetMask: 'lo*'}},\n"
                  "  {name: d, columns: [ifOperStatus], filter: {ifOperStatus: 'x*'}},\n"
                  "  {name: e, columns: [ifSpecific], filter: {ifSpecific: nosuch}},\n"
                  "  {name: f, columns: [lldpRemSysCapEnabled],\n"
                  "   filter: {lldpRemSysCapEnabled: bride}}]}}\n",
                  "2:42: 'eth0' can match nothing: ifPhysAddress is written as "
                  "c0:00:02:01:09:05, for example\n"
                  "3:70: '00:1b' can match nothing: ifDescr is written as c0:00:02:01:09:05, for "
                  "example\n"
                  "4:65: 'lo*' can match nothing: ipAdEntNetMask is written as 192.0.2.1, for "
                  "example\n"
                  "5:61: 'x*' can match nothing: no number has such a name\n"
                  "6:57: no object \"nosuch\"; looked in the built-in modules and in "
                  "/nonexistent\n"
                  "8:35: 'bride' can match nothing: expected names of bits, such as 'other', or "
                  "octets such as 0x80\n");
}

static void scalars_may_be_tags_of_rows(void **state) {
    (void)state;
    struct config *c = read_good("modules: {m: {tables: [{name: t, columns: [ifMtu],\n"
                                 "  tags: [{object: sysName, name: host}, sysLocation.0,\n"
                                 "         {oid: 1.3.6.1.4.1.9.9.1.0, name: own}]}]}}\n");
    const struct fleet_table *t = &config_module(c, 0)->tables[0];
    assert_int_equal(t->join_count, 3);
    for (size_t i = 0; i < 3; i++) assert_int_equal(t->joins[i].index_count, 0);
    assert_string_equal(t->joins[0].columns[0].object, "host");
    assert_string_equal(t->joins[0].columns[0].oid, "1.3.6.1.2.1.1.5");
    assert_true(t->joins[0].columns[0].is_tag);
    assert_string_equal(t->joins[2].columns[0].oid, "1.3.6.1.4.1.9.9.1");
    uint32_t number;
    assert_int_equal(config_apply(c, fleet), 0);
    assert_int_equal(fleet_module_find(fleet, "m", &number), 0);
    assert_int_equal(fleet_module_remove(fleet, number), 0);
    config_free(c);
}

static void contexts_and_subtrees_are_checked(void **state) {
    (void)state;
    assert_faults("modules:\n"
                  "  m:\n"
                  "    scalars: [sysUpTime]\n"
                  "    contexts: [a, {context: x}]\n"
                  "  n: {scalars: [sysUpTime], contexts: [a, {name: a}]}\n"
                  "  o: {subtrees: [mib-2, 1.3.6.1.2.1]}\n"
                  "  p: {subtrees: [nosuch]}\n",
                  "4:19: expected a key 'name'\n"
                  "5:43: 'a' is given twice\n"
                  "6:25: 1.3.6.1.2.1 is given twice\n"
                  "7:18: no object \"nosuch\"; looked in the built-in modules and in "
                  "/nonexistent\n");
}

static void outputs_are_checked(void **state) {
    (void)state;
    assert_faults("outputs:\n"
                  "  - {format: cvs}\n"
                  "  - {format: csv, reports: true}\n"
                  "  - {path: x}\n"
                  "  - {format: influx, rows: maybe}\n"
                  "  - {format: csv-wide}\n"
                  "  - {format: json, path: a}\n"
                  "  - {format: influx, path: a}\n"
                  "  - {format: json, compat: telegraf}\n"
                  "  - {format: csv, uint: true}\n"
                  "  - {format: csv, rows: false}\n"
                  "  - {fromat: csv}\n",
                  "2:14: format: expected csv, csv-wide, influx or json, not 'cvs'\n"
                  "3:5: csv: rows and reports have different columns: each needs an output of "
                  "its own\n"
                  "4:5: expected a key 'format'\n"
                  "5:28: rows: expected true or false, not 'maybe'\n"
                  "6:5: csv-wide: the format writes a folder, which `path` must name\n"
                  "8:5: another output goes to the same place\n"
                  "9:5: json: the format does not take `compat`\n"
                  "10:5: csv: the format does not take `uint`\n"
                  "11:5: csv: neither rows nor reports are written: one of them is needed\n"
                  "12:6: unknown key 'fromat' (did you mean 'format'?)\n");
    assert_faults("outputs: {format: csv}\n",
                  "1:10: outputs: expected a list, not a mapping (KEY: VALUE)\n");
}

static void defaults_may_name_modules_of_the_file(void **state) {
    (void)state;
    assert_faults("defaults:\n"
                  "  modules: [m, n]\n"
                  "modules:\n"
                  "  m: {scalars: [sysUpTime]}\n",
                  "2:16: unknown module 'n' (known: m, system, interfaces)\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_module_says_what_is_polled),
        cmocka_unit_test(rows_that_go_together_are_asked_together),
        cmocka_unit_test(a_module_may_take_the_place_of_a_built_in_one),
        cmocka_unit_test(outputs_say_where_rows_go),
        cmocka_unit_test(keys_have_their_place),
        cmocka_unit_test(scalars_are_checked),
        cmocka_unit_test(columns_are_checked),
        cmocka_unit_test(indexes_are_checked),
        cmocka_unit_test(joins_and_tags_are_checked),
        cmocka_unit_test(names_that_meet_in_a_row_are_refused),
        cmocka_unit_test(filters_are_checked),
        cmocka_unit_test(filters_hold_what_is_written),
        cmocka_unit_test(filters_know_names_of_numbers_and_bits),
        cmocka_unit_test(filters_that_can_match_nothing_are_refused),
        cmocka_unit_test(scalars_may_be_tags_of_rows),
        cmocka_unit_test(contexts_and_subtrees_are_checked),
        cmocka_unit_test(outputs_are_checked),
        cmocka_unit_test(defaults_may_name_modules_of_the_file),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
