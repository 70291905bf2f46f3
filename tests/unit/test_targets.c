/*
 * test_targets: what a targets file may say, what is told when it says something else, and how a
 * fleet follows it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/duration.h"
#include "conf/input.h"
#include "conf/targets.h"
#include "conf/targets_apply.h"
#include "fake_fleet.h"

struct told {
    size_t count, line, column;  /* of the first */
    char what[300], file[100];
    char last[300];              /* what the last one is */
};

static void tell(void *context, const char *file, size_t line, size_t column, const char *what) {
    struct told *told = context;
    (void)snprintf(told->last, sizeof(told->last), "%s", what);
    if (told->count++ > 0) return;
    told->line = line;
    told->column = column;
    (void)snprintf(told->what, sizeof(told->what), "%s", what);
    (void)snprintf(told->file, sizeof(told->file), "%s", file);
}

static struct fleet the_fleet;
static struct told told;
static const uint32_t default_modules[] = { 10 };
static const struct fleet_target_options defaults = { .modules = default_modules,
                                                      .module_count = 1 };
static const struct targets_context context = {
    .fleet = &the_fleet, .defaults = &defaults, .fault = tell, .fault_context = &told,
};

static struct targets *new_targets(void) {
    struct targets *t;
    assert_int_equal(targets_new(&t), 0);
    memset(&told, 0, sizeof(told));
    return t;
}

/* The bytes as a file, read. */
static struct targets *read_bytes(const char *bytes, size_t length, int *ret_result) {
    char path[] = "/tmp/snmpfleet-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, length), (ssize_t)length);
    (void)close(fd);
    struct targets *t = new_targets();
    *ret_result = targets_read_file(t, path, &context);
    if (*ret_result == 0) *ret_result = targets_settle(t, &context);
    (void)unlink(path);
    return t;
}

static struct targets *read_good(const char *text) {
    int r;
    struct targets *t = read_bytes(text, strlen(text), &r);
    if (r != 0) fail_msg("%zu:%zu: %s", told.line, told.column, told.what);
    return t;
}

static void assert_fault(const char *text, size_t column, const char *what) {
    struct targets *t = new_targets();
    int r = targets_read_line(t, text, &context);
    if (r != FLEET_E_INVALID || told.line != 1 || told.column != column ||
        strcmp(told.what, what) != 0) {
        fail_msg("%s\ngave %d, %zu:%zu: %s", text, r, told.line, told.column, told.what);
    }
    assert_string_equal(told.file, TARGETS_ARGUMENT);
    targets_free(t);
}

static void bare_list_of_addresses_is_a_valid_file(void **state) {
    (void)state;
    struct targets *t =
        read_good("192.0.2.1\n\n  # two\n2001:db8::1\nrouter-1.example.com\t# three\n");
    assert_int_equal(targets_count(t), 3);
    const struct fleet_target_options *o = targets_get(t, 0);
    assert_string_equal(o->name, "192.0.2.1");
    assert_string_equal(o->host, "192.0.2.1");
    assert_int_equal(o->port, 0);
    assert_int_equal(o->module_count, 1);
    assert_int_equal(o->modules[0], 10);
    assert_string_equal(targets_get(t, 1)->host, "2001:db8::1");
    assert_string_equal(targets_get(t, 2)->host, "router-1.example.com");
    assert_null(targets_get(t, 3));
    targets_free(t);
}

static void every_key_is_understood(void **state) {
    (void)state;
    struct targets *t = read_good("192.0.2.1:1161 name=core1 modules=interfaces,system "
                                  "interval=30s timeout=1.5s retries=0 window=4 rate=100 "
                                  "max_repetitions=20 varbinds_max=500 deadline=25 version=1 community=\"a "
                                  "\\\"b\\\" \\\\\" reply_from=any gap=5ms "
                                  "tag.site=ams tag.role=\"core switch\" # all\n");
    const struct fleet_target_options *o = targets_get(t, 0);
    assert_string_equal(o->name, "core1");
    assert_string_equal(o->host, "192.0.2.1");
    assert_int_equal(o->port, 1161);
    assert_int_equal(o->module_count, 2);
    assert_int_equal(o->modules[0], 11);
    assert_int_equal(o->modules[1], 10);
    assert_int_equal(o->interval_ns, 30000000000);
    assert_int_equal(o->timeout_ns, 1500000000);
    assert_int_equal(o->retries, -1);
    assert_int_equal(o->window, 4);
    assert_int_equal(o->rate, 100);
    assert_int_equal(o->max_repetitions, 20);
    assert_int_equal(o->varbinds_max, 500);
    assert_int_equal(o->deadline_ns, 25000000000);
    assert_int_equal(o->gap_ns, 5000000);
    assert_int_equal(o->version, FLEET_V1);
    assert_string_equal(o->community, "a \"b\" \\");
    assert_int_equal(o->reply_from, FLEET_REPLY_ANY);
    assert_int_equal(o->tag_count, 2);
    assert_string_equal(o->tags[0].name, "site");
    assert_string_equal(o->tags[0].value, "ams");
    assert_string_equal(o->tags[1].name, "role");
    assert_string_equal(o->tags[1].value, "core switch");
    targets_free(t);
}

static void crlf_bom_and_a_missing_last_newline_are_accepted(void **state) {
    (void)state;
    struct targets *t = read_good("\xef\xbb\xbf"
                                  "192.0.2.1\r\n\r\n192.0.2.2 name=\"x y\"\r\n192.0.2.3 name=z");
    assert_int_equal(targets_count(t), 3);
    assert_string_equal(targets_get(t, 0)->name, "192.0.2.1");
    assert_string_equal(targets_get(t, 1)->name, "x y");
    assert_string_equal(targets_get(t, 2)->name, "z");
    targets_free(t);
}

static void example_file_is_valid_and_shows_every_key(void **state) {
    (void)state;
    struct targets *t = new_targets();
    int r = targets_read_file(t, SOURCE_DIR "/targets.example", &context);
    if (r == 0) r = targets_settle(t, &context);
    if (r != 0) fail_msg("%zu:%zu: %s", told.line, told.column, told.what);
    assert_int_equal(targets_count(t), 5 + 14 + 10 + 4 + 7 + 12 + 1 + 13 + 2 - 3);
    targets_free(t);
}

static void ipv6_with_a_port_stands_in_brackets(void **state) {
    (void)state;
    struct targets *t = read_good("[2001:db8::1]:1161\n[2001:db8::2]\nfe80::1%1\n");
    assert_string_equal(targets_get(t, 0)->host, "2001:db8::1");
    assert_string_equal(targets_get(t, 0)->name, "[2001:db8::1]:1161");
    assert_int_equal(targets_get(t, 0)->port, 1161);
    assert_string_equal(targets_get(t, 1)->host, "2001:db8::2");
    assert_string_equal(targets_get(t, 2)->host, "fe80::1%1");
    targets_free(t);
    assert_fault("[2001:db8::1", 1, "'[' without ']'");
    assert_fault("[192.0.2.1]:161", 1, "only an IPv6 address is written in brackets");
    assert_fault("[2001:db8::1]161", 1, "after ']' only ':PORT' can follow");
    assert_fault("2001:db8::1:x", 1,
                 "'2001:db8::1:x' is not an IPv6 address (with a port it is [ADDRESS]:PORT)");
}

static void block_means_its_hosts(void **state) {
    (void)state;
    struct targets *t =
        read_good("10.0.0.0/30\n10.0.1.0/31:1161\n10.0.2.7/32\n2001:db8::fffe/127\n");
    static const char *const names[] = { "10.0.0.1",      "10.0.0.2", "10.0.1.0:1161",
                                         "10.0.1.1:1161", "10.0.2.7", "2001:db8::fffe",
                                         "2001:db8::ffff" };
    assert_int_equal(targets_count(t), 7);
    for (size_t i = 0; i < 7; i++) assert_string_equal(targets_get(t, i)->name, names[i]);
    assert_string_equal(targets_get(t, 2)->host, "10.0.1.0");
    assert_int_equal(targets_get(t, 2)->port, 1161);
    targets_free(t);
    t = read_good("10.0.0.0/22 community=x\n");
    assert_int_equal(targets_count(t), 1022);
    assert_string_equal(targets_get(t, 255)->name, "10.0.1.0");
    assert_string_equal(targets_get(t, 1021)->name, "10.0.3.254");
    targets_free(t);
}

static void block_with_faults_is_refused(void **state) {
    (void)state;
    assert_fault("10.0.0.5/24", 1,
                 "address bits are set behind the prefix; the block is 10.0.0.0/24");
    assert_fault("10.0.0.0/8", 1,
                 "a block of 2^24 addresses is too large; at most 2^20 (a /12) can be polled");
    assert_fault("2001:db8::/64", 1,
                 "a block of 2^64 addresses is too large; at most 2^20 (a /108) can be polled");
    assert_fault("10.0.0.0/33", 1, "a prefix length is a number from 0 to 32");
    assert_fault("host/24", 1, "what is before '/' is not an address");
    assert_fault("10.0.0.0/30 name=x", 1, "a block or range of addresses cannot have one name");
}

static void range_runs_over_the_last_number(void **state) {
    (void)state;
    struct targets *t = read_good("10.0.0.9-11\n10.0.1.254-255:1161\n10-0-0-1.example.com\n");
    assert_int_equal(targets_count(t), 6);
    assert_string_equal(targets_get(t, 2)->name, "10.0.0.11");
    assert_string_equal(targets_get(t, 4)->name, "10.0.1.255:1161");
    assert_string_equal(targets_get(t, 5)->host, "10-0-0-1.example.com");
    targets_free(t);
    assert_fault("10.0.0.9-3", 1, "the range goes backward, from 10.0.0.9 to 10.0.0.3");
    assert_fault("10.0.0.9-256", 1,
                 "a range is written 10.0.0.1-254, 10.0.0.1-10.0.3.254 or 2001:db8::1-ff");
}

static void range_runs_from_one_address_to_another(void **state) {
    (void)state;
    struct targets *t = read_good("10.0.0.254-10.0.1.1\n2001:db8::1-3\n"
                                  "[2001:db8::fe-2001:db8::100]:1161\n");
    assert_int_equal(targets_count(t), 10);
    assert_string_equal(targets_get(t, 3)->name, "10.0.1.1");
    assert_string_equal(targets_get(t, 6)->host, "2001:db8::3");
    assert_string_equal(targets_get(t, 9)->name, "[2001:db8::100]:1161");
    targets_free(t);
    assert_fault("10.0.1.1-10.0.0.254", 1, "the range goes backward, from 10.0.1.1 to 10.0.0.254");
    assert_fault("10.0.0.1-11.0.0.1", 1, "a range of more than 2^20 addresses is too large");
}

static void assert_fault_at(const char *text, size_t line, size_t column, const char *what) {
    int r;
    struct targets *t = read_bytes(text, strlen(text), &r);
    assert_int_equal(r, FLEET_E_INVALID);
    assert_string_equal(told.what, what);
    assert_int_equal(told.line, line);
    assert_int_equal(told.column, column);
    targets_free(t);
}

static void group_says_what_its_targets_share(void **state) {
    (void)state;
    struct targets *t = read_good("group=core community=c1 timeout=2s tag.site=ams tag.role=x\n"
                                  "group=edge inherits=core timeout=3s tag.role=edge\n"
                                  "a group=core tag.role=mine\n"
                                  "b community=\"own \\\" group=edge\" group=core\n"
                                  "10.0.0.1-2 timeout=4s group=edge\n"
                                  "c\n");
    const struct fleet_target_options *o = targets_get(t, 0);
    assert_int_equal(targets_count(t), 5);
    assert_string_equal(o->community, "c1");
    assert_int_equal(o->timeout_ns, UINT64_C(2000000000));
    assert_int_equal(o->tag_count, 2);
    assert_string_equal(o->tags[0].value, "mine");
    assert_string_equal(o->tags[1].value, "ams");
    o = targets_get(t, 1);
    assert_string_equal(o->community, "own \" group=edge");
    assert_int_equal(o->timeout_ns, UINT64_C(2000000000));
    o = targets_get(t, 3);
    assert_string_equal(o->name, "10.0.0.2");
    assert_int_equal(o->timeout_ns, UINT64_C(4000000000));
    assert_string_equal(o->community, "c1");
    assert_string_equal(o->tags[0].value, "edge");
    assert_null(targets_get(t, 4)->community);
    targets_free(t);
    assert_fault("a group=cor", 9, "no group 'cor' is defined above: a line group=cor key=value ... "
                                   "defines it");
    assert_fault("group=x name=y", 9, "a group has no key 'name'");
    assert_fault("group=", 7, "a group's name has 1 to 64 characters and no comma");
    assert_fault("group=x interval=1ms", 18,
                 "interval='1ms': expected at least 100ms");
    assert_fault_at("group=x community=a\n\ngroup=x community=b\n", 3, 7,
                    "group 'x' is defined twice, at line 1 and here");
    assert_fault_at("group=core\na group=cor\n", 2, 9,
                    "no group 'cor' is defined above (did you mean 'core'?)");
    assert_fault_at("group=core\na group=core group=core2\n", 2, 14,
                    "key 'group' is given twice");
}

static void excluded_addresses_are_not_polled(void **state) {
    (void)state;
    struct targets *t = read_good("exclude=10.0.0.2,10.0.0.4/31 exclude=10.0.0.9  # never\n"
                                  "10.0.0.1-6\n"
                                  "10.0.0.9 community=x\n"
                                  "10.0.1.1-4:1161 exclude=10.0.1.2-3\n"
                                  "10.0.1.2\n");
    static const char *const names[] = { "10.0.0.1", "10.0.0.3", "10.0.0.6", "10.0.1.1:1161",
                                         "10.0.1.4:1161", "10.0.1.2" };
    assert_int_equal(targets_count(t), 6);
    for (size_t i = 0; i < 6; i++) assert_string_equal(targets_get(t, i)->name, names[i]);
    assert_int_equal(targets_excluded_count(t), 6);
    targets_free(t);
    assert_fault("exclude=host.example", 9,
                 "exclude= takes addresses, blocks and ranges, and no host names");
    assert_fault("exclude=10.0.0.1,10.0.0.300", 18,
                 "'10.0.0.300' is not an IPv4 address, and no host name ends in a number");
    assert_fault("exclude=10.0.0.1 name=x", 18, "a line that begins with exclude= has no other keys");
    assert_fault("10.0.0.1 exclude=10.0.0.1", 10,
                 "exclude= is for blocks and ranges; a line of its own, exclude=ADDRESS, counts for "
                 "all");
}

static void address_may_be_spelled_as_by_other_programs(void **state) {
    (void)state;
    struct targets *t = read_good("udp:10.0.0.1:1161\nudp://10.0.0.2:161\nudp6:[2001:db8::1]:161\n"
                                  "udp6:2001:db8::2\nudp:10.0.1.0/30\nudp:host.example\n");
    assert_int_equal(targets_count(t), 7);
    assert_string_equal(targets_get(t, 0)->host, "10.0.0.1");
    assert_int_equal(targets_get(t, 0)->port, 1161);
    assert_string_equal(targets_get(t, 2)->host, "2001:db8::1");
    assert_string_equal(targets_get(t, 3)->host, "2001:db8::2");
    assert_string_equal(targets_get(t, 6)->host, "host.example");
    targets_free(t);
    assert_fault("tcp:10.0.0.1", 1,
                 "only UDP is spoken: the address is written HOST[:PORT] or udp:HOST[:PORT]");
}

static void broken_address_is_no_host_name(void **state) {
    (void)state;
    assert_fault("10.0.0.256", 1,
                 "'10.0.0.256' is not an IPv4 address, and no host name ends in a number");
    assert_fault("10.0.0", 1, "'10.0.0' is not an IPv4 address, and no host name ends in a number");
    assert_fault("a..b", 1, "'a..b' is not a host name: it has an empty label");
    assert_fault("-a.b", 1, "'-a.b' is not a host name: a label begins with '-'");
    assert_fault("a/b", 1, "what is before '/' is not an address");
    assert_fault("a@b", 1, "neither an address nor a host name: it cannot have a '@'");
    assert_fault("a:0", 1, "a port is a number from 1 to 65535");
    assert_fault("a:65536", 1, "a port is a number from 1 to 65535");
    assert_fault("${HOST}", 1, "a variable was not expanded");
    assert_fault(":161", 1, "an address is missing");
}

static void fault_names_what_was_expected_and_where(void **state) {
    (void)state;
    assert_fault("a intervall=3s", 3, "unknown key 'intervall' (did you mean 'interval'?)");
    assert_fault("a tags.site=x", 3, "unknown key 'tags.site' (did you mean 'tag.NAME'?)");
    assert_fault("a colour=x", 3, "unknown key 'colour'");
    assert_fault("a interval=3s interval=4s", 15, "key 'interval' is given twice");
    assert_fault("a tag.x=1 tag.x=2", 11, "key 'tag.x' is given twice");
    assert_fault("a interval=10ms", 12, "interval='10ms': expected at least 100ms");
    assert_fault(
        "a interval=soon", 12,
        "interval='soon': expected a time such as 500ms, 30s, 5m or 1h, above 0 and at most 366d");
    assert_fault("a retries=101", 11, "retries='101': expected a number from 0 to 100");
    assert_fault("a window=0", 10, "window='0': expected a number from 1 to 65535");
    assert_fault("a version=2", 11, "version='2': expected 1, 2c or 3");
    assert_fault("a reply_from=all", 14, "reply_from='all': expected strict or any");
    assert_fault("a modules=system,sytem", 18,
                 "unknown module 'sytem' (known: system, interfaces, ip)");
    assert_fault("a modules=system,system", 18, "module 'system' is given twice");
    assert_fault("a modules=system,", 18, "the name of a module is empty");
    assert_fault("a name=", 8, "name= has no value");
    assert_fault("a name=\"\"", 9, "the name is empty");
    assert_fault("a tag.=x", 7, "the name of a tag is empty");
    assert_fault("a tag.site=x tag.time=x", 18,
                 "'time' is a name that rows or reports have already: the tag needs another name");
    assert_fault("a tag.reason=x", 7,
                 "'reason' is a name that rows or reports have already: the tag needs another "
                 "name");
    assert_fault("a tag.site=x tag.sysName=x", 18,
                 "tag 'sysName' and 'sysName', a field of module system, would have one name: "
                 "the tag needs another name");
    assert_fault("a tag.sysName_integer=x", 7,
                 "tag 'sysName_integer' and 'sysName', a field of module system, would have one "
                 "name: the tag needs another name");
    assert_fault("a modules=ip,system tag.sysLocation=x", 25,
                 "tag 'sysLocation' and 'sysLocation', a tag of module ip, would have one name: "
                 "the tag needs another name");
    assert_fault("a name=\xff", 8, "the name is not valid UTF-8");
    assert_fault("a name=x\x01", 9, "a control character");
    assert_fault("a community=${SECRET}", 13, "community: a variable was not expanded");
}

static void snmpv3_keys_say_that_an_auth_is_needed(void **state) {
    (void)state;
    assert_fault("a auth=core", 8, "unknown auth 'core'");
    assert_fault("a context=x", 3, "context needs an SNMPv3 auth");
    assert_fault("a engine_id=8000000001", 3, "engine_id needs an SNMPv3 auth");
    assert_fault("a version=3", 11, "version 3 needs auth=NAME or -u on the command line");
}

/* "core" is of version 3 and number 7, "old" of 2c and number 8. */
static const struct targets_auth auths[] = { { "core", 7, FLEET_V3 }, { "old", 8, FLEET_V2C } };
static const struct fleet_target_options v3_defaults = {
    .modules = default_modules, .module_count = 1, .auth = 7, .context = "ctx",
};

static const struct fleet_target_options *read_with_auths(struct targets *t, const char *text,
                                                          bool is_default) {
    struct targets_context c = context;
    c.auths = auths;
    c.auth_count = 2;
    if (is_default) c.defaults = &v3_defaults;
    size_t count = targets_count(t);
    memset(&told, 0, sizeof(told));
    if (targets_read_line(t, text, &c) != 0) return NULL;
    return targets_get(t, count);
}

static void auth_brings_context_and_engine(void **state) {
    (void)state;
    struct targets *t = new_targets();
    const struct fleet_target_options *o =
        read_with_auths(t, "a context=vlan10 engine_id=0x80:00:1F:88:04 auth=core", false);
    assert_int_equal(o->auth, 7);
    assert_string_equal(o->context, "vlan10");
    assert_int_equal(o->engine_id_length, 5);
    assert_memory_equal(o->engine_id, "\x80\x00\x1f\x88\x04", 5);
    o = read_with_auths(t, "b auth=old", false);
    assert_int_equal(o->auth, 8);
    o = read_with_auths(t, "c auth=core context=\"\"", true);
    assert_string_equal(o->context, "");
    targets_free(t);
}

static void community_of_a_line_replaces_the_default_auth(void **state) {
    (void)state;
    struct targets *t = new_targets();
    const struct fleet_target_options *o = read_with_auths(t, "a", true);
    assert_int_equal(o->auth, 7);
    assert_string_equal(o->context, "ctx");
    o = read_with_auths(t, "b community=x", true);
    assert_int_equal(o->auth, 0);
    assert_int_equal(o->version, FLEET_VERSION_DEFAULT);
    assert_null(o->context);
    o = read_with_auths(t, "c version=1", true);
    assert_int_equal(o->auth, 0);
    assert_int_equal(o->version, FLEET_V1);
    o = read_with_auths(t, "d version=3", true);
    assert_int_equal(o->auth, 7);
    assert_int_equal(o->version, FLEET_VERSION_DEFAULT);
    o = read_with_auths(t, "e auth=old", true);
    assert_int_equal(o->auth, 8);
    assert_null(o->context);
    targets_free(t);
}

static void assert_auth_fault(const char *text, bool is_default, size_t column, const char *what) {
    struct targets *t = new_targets();
    const struct fleet_target_options *o = read_with_auths(t, text, is_default);
    if (o != NULL || told.column != column || strcmp(told.what, what) != 0)
        fail_msg("%s\ngave %zu:%zu: %s", text, told.line, told.column, told.what);
    targets_free(t);
}

static void credentials_that_contradict_are_refused(void **state) {
    (void)state;
    assert_auth_fault("a auth=cor", false, 8, "unknown auth 'cor' (did you mean 'core'?)");
    assert_auth_fault("a community=x auth=old", false, 3,
                      "community is not taken beside auth: the auth says it");
    assert_auth_fault("a auth=core version=3", false, 13,
                      "version is not taken beside auth: the auth says it");
    assert_auth_fault("a auth=old context=x", true, 12, "context needs an SNMPv3 auth");
    assert_auth_fault("a version=2c engine_id=8000000001", true, 14,
                      "engine_id needs an SNMPv3 auth");
    assert_auth_fault("a version=3 community=x", true, 13, "community needs version 1 or 2c");
    static const char *const bad[] = { "80000000", "0x", "8000000g01", "800000000", "80000:00001",
        "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021" };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char text[200], what[300];
        (void)snprintf(text, sizeof(text), "a engine_id=%s", bad[i]);
        (void)snprintf(what, sizeof(what), "engine_id='%.60s%s': expected 5 to 32 octets in "
                       "hexadecimal, such as 0x8000000001020304", bad[i],
                       strlen(bad[i]) > 60 ? "..." : "");
        assert_auth_fault(text, true, 13, what);
    }
}

static void quotes_must_be_closed_and_alone(void **state) {
    (void)state;
    assert_fault("a name=\"x", 8, "the quote is not closed");
    assert_fault("a name=\"x\\", 8, "the quote is not closed");
    assert_fault("a name=\"x\"y", 11, "a blank must follow the closing quote");
    assert_fault("a name=x\"y\"", 9, "a quote within a value: put all of the value in quotes");
    assert_fault("a name=\"x\\n\"", 10, "in quotes a backslash is written \\\\ and a quote \\\"");
}

static void stray_text_is_a_fault_and_is_not_shown(void **state) {
    (void)state;
    assert_fault("a hunter2", 3, "expected key=value");
    assert_fault("a =x", 3, "expected key=value");
}

static void community_is_never_shown(void **state) {
    (void)state;
    char text[400] = "a community=";
    memset(text + 12, 'x', 300);
    assert_fault(text, 13, "a community has at most 255 bytes");
    assert_fault("a community=\"hunter2", 13, "the quote is not closed");
}

static void second_target_of_a_name_tells_where_the_first_is(void **state) {
    (void)state;
    int r;
    const char *text = "a\nb name=x\n\nc name=x\n";
    struct targets *t = read_bytes(text, strlen(text), &r);
    assert_int_equal(r, FLEET_E_INVALID);
    assert_int_equal(told.line, 4);
    assert_int_equal(told.column, 8);
    assert_string_equal(told.what, "name 'x' is used twice, at line 2 and here");
    targets_free(t);
}

/* The targets as "NAME HOST PORT COMMUNITY", a line each; "-" for what is not said. */
static void assert_targets(const char *text, const char *expected) {
    struct targets *t = read_good(text);
    char got[4096] = "";
    size_t length = 0;
    for (size_t i = 0; i < targets_count(t); i++) {
        const struct fleet_target_options *o = targets_get(t, i);
        length += (size_t)snprintf(got + length, sizeof(got) - length, "%s %s %u %s\n", o->name,
                                   o->host, o->port, o->community != NULL ? o->community : "-");
        assert_true(length < sizeof(got));
    }
    assert_string_equal(got, expected);
    targets_free(t);
}

static void single_address_wins_over_its_block_in_any_order(void **state) {
    (void)state;
    assert_targets("10.0.0.0/30\n10.0.0.2 community=x\n",
                   "10.0.0.1 10.0.0.1 0 -\n10.0.0.2 10.0.0.2 0 x\n");
    assert_targets("10.0.0.2 community=x\n10.0.0.0/30\n",
                   "10.0.0.2 10.0.0.2 0 x\n10.0.0.1 10.0.0.1 0 -\n");
    /* A range, and the same address with its port. */
    assert_targets("10.0.0.1-3\n10.0.0.2:161 community=x\n",
                   "10.0.0.1 10.0.0.1 0 -\n10.0.0.3 10.0.0.3 0 -\n10.0.0.2:161 10.0.0.2 161 x\n");
    assert_targets("10.0.0.1-2:161\n10.0.0.2 community=x\n",
                   "10.0.0.1:161 10.0.0.1 161 -\n10.0.0.2 10.0.0.2 0 x\n");
    /* A block of one address is still a block. */
    assert_targets("10.0.0.7/32\n10.0.0.7 community=x\n", "10.0.0.7 10.0.0.7 0 x\n");
    assert_targets("2001:db8::/127\n2001:DB8:0::1 community=x\n",
                   "2001:db8:: 2001:db8:: 0 -\n2001:DB8:0::1 2001:DB8:0::1 0 x\n");
    assert_targets("[2001:db8::/127]:1161\n[2001:db8::1]:1161 community=x\n",
                   "[2001:db8::]:1161 2001:db8:: 1161 -\n"
                   "[2001:db8::1]:1161 2001:db8::1 1161 x\n");
}

static void exception_may_have_a_name_and_is_not_polled_twice(void **state) {
    (void)state;
    assert_targets("10.0.0.0/30\n10.0.0.2 name=core\n",
                   "10.0.0.1 10.0.0.1 0 -\ncore 10.0.0.2 0 -\n");
    /* Two names for one address are two targets, as without a block. */
    assert_targets("10.0.0.2 name=a\n10.0.0.2/31\n10.0.0.2 name=b\n",
                   "a 10.0.0.2 0 -\n10.0.0.3 10.0.0.3 0 -\nb 10.0.0.2 0 -\n");
}

static void another_port_is_another_agent_and_no_exception(void **state) {
    (void)state;
    assert_targets("10.0.0.2/31\n10.0.0.2:1161\n",
                   "10.0.0.2 10.0.0.2 0 -\n10.0.0.3 10.0.0.3 0 -\n10.0.0.2:1161 10.0.0.2 1161 -\n");
}

static void smaller_block_wins_over_the_larger_one(void **state) {
    (void)state;
    assert_targets("10.0.0.0/29 community=a\n10.0.0.2/31 community=b\n10.0.0.3 community=c\n",
                   "10.0.0.1 10.0.0.1 0 a\n10.0.0.4 10.0.0.4 0 a\n10.0.0.5 10.0.0.5 0 a\n"
                   "10.0.0.6 10.0.0.6 0 a\n10.0.0.2 10.0.0.2 0 b\n10.0.0.3 10.0.0.3 0 c\n");
    /* Ranges that overlap in part: the shorter one. A block counts with all that is written. */
    assert_targets("10.0.0.1-3 community=a\n10.0.0.3-4 community=b\n",
                   "10.0.0.1 10.0.0.1 0 a\n10.0.0.2 10.0.0.2 0 a\n10.0.0.3 10.0.0.3 0 b\n"
                   "10.0.0.4 10.0.0.4 0 b\n");
    assert_targets("10.0.0.0/30 community=a\n10.0.0.1-2 community=b\n",
                   "10.0.0.1 10.0.0.1 0 b\n10.0.0.2 10.0.0.2 0 b\n");
}

static void assert_twice(const char *text, size_t line, const char *what) {
    int r;
    struct targets *t = read_bytes(text, strlen(text), &r);
    assert_int_equal(r, FLEET_E_INVALID);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.line, line);
    assert_int_equal(told.column, 1);
    assert_string_equal(told.what, what);
    targets_free(t);
}

static void equally_exact_lines_of_one_address_are_a_fault(void **state) {
    (void)state;
    assert_twice("10.0.0.1-3\n\n10.0.0.3-5\n", 3,
                 "10.0.0.3:161 is used twice, at line 1 and here; neither is the smaller block or "
                 "range");
    assert_twice("10.0.0.0/24\n10.0.0.0/24:161\n", 2,
                 "10.0.0.1:161 is used twice, at line 1 and here; neither is the smaller block or "
                 "range");
    assert_twice("10.0.0.0/24\n10.0.0.0/24\n", 2,
                 "name '10.0.0.0/24' is used twice, at line 1 and here");
    assert_twice("10.0.0.1\n10.0.0.1:161\n", 2,
                 "10.0.0.1:161 is used twice, at line 1 and here; name=NAME tells two targets of "
                 "one address apart");
    assert_twice("10.0.0.4 name=10.0.0.2\n10.0.0.0/30\n", 2,
                 "name '10.0.0.2' is used twice, at line 1 and here");
    /* What they share has a line of its own: nothing is in doubt, in any order. */
    assert_targets("10.0.0.3 community=x\n10.0.0.2-3\n10.0.0.3-4\n",
                   "10.0.0.3 10.0.0.3 0 x\n10.0.0.2 10.0.0.2 0 -\n10.0.0.4 10.0.0.4 0 -\n");
    assert_targets("10.0.0.2-3\n10.0.0.3-4\n10.0.0.3 community=x\n",
                   "10.0.0.2 10.0.0.2 0 -\n10.0.0.4 10.0.0.4 0 -\n10.0.0.3 10.0.0.3 0 x\n");
}

static void block_knows_who_took_its_addresses(void **state) {
    (void)state;
    struct targets *t = read_good("10.0.0.0/16\n10.0.1.0/24\n10.0.0.1\n10.0.0.2\n10.0.0.3\n");
    const struct targets_loss *loss = targets_loss(t, 0);
    assert_string_equal(loss->text, "10.0.0.0/16");
    assert_int_equal(loss->line.line, 1);
    assert_int_equal(loss->count, 65534);
    assert_int_equal(loss->lost, 257);
    assert_int_equal(loss->winner_count, 3);
    assert_int_equal(loss->winners[0].line, 3);
    assert_true(loss->has_more);
    assert_null(targets_loss(t, 1));
    assert_int_equal(targets_count(t), 65534);
    targets_free(t);
}

static void largest_block_with_many_exceptions_is_quick(void **state) {
    (void)state;
    enum { EXCEPTIONS = 100000 };
    char *text = malloc(EXCEPTIONS * 40), *at = text;
    assert_non_null(text);
    at += sprintf(at, "10.0.0.0/12\n");
    for (unsigned i = 0; i < EXCEPTIONS; i++)
        at += sprintf(at, "10.%u.%u.%u name=x%u\n", i >> 16, i >> 8 & 255, (i & 255) | 1, i);
    struct targets *t = read_good(text);
    assert_int_equal(targets_count(t), (1 << 20) - 2 + EXCEPTIONS / 2);
    targets_free(t);
    free(text);
}

static void file_without_a_target_is_a_fault(void **state) {
    (void)state;
    static const char *const texts[] = { "", "\n\n", "# nobody\n", "\xef\xbb\xbf", "  \t# x" };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        int r;
        struct targets *t = read_bytes(texts[i], strlen(texts[i]), &r);
        assert_int_equal(r, FLEET_E_INVALID);
        assert_int_equal(told.line, 0);
        assert_string_equal(told.what, "there is no target in it");
        targets_free(t);
    }
}

static void endless_file_is_refused(void **state) {
    (void)state;
    struct targets *t = new_targets();
    assert_int_equal(targets_read_file(t, "/dev/zero", &context), -EFBIG);
    assert_string_equal(told.what,
                        "it has more than 256 MiB, the most that is read of anything but a file");
    targets_free(t);
}

/* What the file at @path gives, or the fault. */
static void assert_reads(struct inputs *inputs, const char *path, const char *expected) {
    struct targets_context with = context;
    struct targets *t = new_targets();
    with.inputs = inputs;
    int r = targets_read_file(t, path, &with);
    if (r == 0) assert_string_equal(targets_get(t, 0)->name, expected);
    else assert_string_equal(told.what, expected);
    targets_free(t);
}

static size_t kept;

static void note_kept(void *with, const char *name) {
    assert_null(with);
    assert_non_null(name);
    kept++;
}

static void only_files_are_read_again_at_a_reload(void **state) {
    (void)state;
    struct inputs inputs = INPUTS_NULL;
    char path[] = "/tmp/snmpfleet-test-XXXXXX", pipe_path[40];
    int ends[2], fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, "a\n", 2) == 2 && pipe(ends) == 0);
    assert_int_equal(write(ends[1], "b\n", 2), 2);
    (void)snprintf(pipe_path, sizeof(pipe_path), "/proc/self/fd/%d", ends[0]);
    (void)close(ends[1]);
    assert_reads(&inputs, path, "a");
    assert_reads(&inputs, pipe_path, "b");
    inputs.is_running = true;
    inputs.is_kept = note_kept;
    kept = 0;
    assert_true(pwrite(fd, "c\n", 2, 0) == 2);
    for (int i = 0; i < 2; i++) {
        assert_reads(&inputs, path, "c");
        assert_reads(&inputs, pipe_path, "b");
    }
    assert_int_equal(kept, 2);
    (void)close(ends[0]);
    assert_reads(&inputs, pipe_path, "b");   /* it is even gone */
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_reads(&inputs, path, "there is no target in it");
    /* A pipe in place of the file: nobody is waited for. */
    (void)close(fd);
    (void)unlink(path);
    assert_reads(&inputs, path, "No such file or directory");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_reads(&inputs, path, "this is not a file; at a reload only files are read");
    (void)unlink(path);
    assert_true(inputs_has(&inputs, path));
    assert_false(inputs_has(&inputs, "-"));
    assert_reads(&inputs, "-", "this is not a file; at a reload only files are read");
    inputs_deinit(&inputs);
}

static void every_bad_line_is_told_up_to_a_limit(void **state) {
    (void)state;
    int r;
    struct targets *t = read_bytes("a b\nc\nd e\n", 10, &r);
    assert_int_equal(r, FLEET_E_INVALID);
    assert_int_equal(told.count, 2);
    targets_free(t);
    char text[256] = "";
    for (int i = 0; i < 50; i++) strcat(text, "a b\n");
    t = read_bytes(text, strlen(text), &r);
    assert_int_equal(told.count, TARGETS_FAULTS_MAX + 1);
    assert_string_equal(told.last, "and 30 more");
    targets_free(t);
}

static void nul_byte_is_a_control_character(void **state) {
    (void)state;
    int r;
    struct targets *t = read_bytes("a\nb\0c\n", 6, &r);
    assert_int_equal(r, FLEET_E_INVALID);
    assert_int_equal(told.line, 2);
    assert_int_equal(told.column, 2);
    assert_string_equal(told.what, "a control character");
    targets_free(t);
}

static void line_over_64_kib_is_refused(void **state) {
    (void)state;
    size_t length = 70000;
    char *text = malloc(length);
    memset(text, 'x', length);
    int r;
    struct targets *t = read_bytes(text, length, &r);
    assert_int_equal(r, FLEET_E_INVALID);
    assert_string_equal(told.what, "the line has more than 65536 bytes");
    targets_free(t);
    free(text);
}

static void missing_file_and_folder_are_told(void **state) {
    (void)state;
    struct targets *t = new_targets();
    assert_int_equal(targets_read_file(t, "/nonexistent/no/such/file", &context), -ENOENT);
    assert_int_equal(told.line, 0);
    assert_string_equal(told.what, "No such file or directory");
    assert_int_equal(targets_read_file(t, "/tmp", &context), -EISDIR);
    targets_free(t);
}

static void target_without_modules_is_refused(void **state) {
    (void)state;
    struct targets_context bare = context;
    bare.defaults = NULL;
    struct targets *t = new_targets();
    assert_int_equal(targets_read_line(t, "192.0.2.1", &bare), FLEET_E_INVALID);
    assert_string_equal(told.what, "no modules: the target needs modules=NAME[,NAME...]");
    assert_int_equal(targets_read_line(t, "192.0.2.1 modules=ip", &bare), 0);
    targets_free(t);
}

static void defaults_hold_where_the_line_is_silent(void **state) {
    (void)state;
    const struct fleet_tag tags[] = { { "site", "ams" }, { "role", "edge" } };
    struct fleet_target_options options = defaults;
    options.community = "secret";
    options.timeout_ns = 7;
    options.tags = tags;
    options.tag_count = 2;
    struct targets_context c = context;
    c.defaults = &options;
    struct targets *t = new_targets();
    assert_int_equal(targets_read_line(t, "a timeout=2s tag.role=core", &c), 0);
    const struct fleet_target_options *o = targets_get(t, 0);
    assert_string_equal(o->community, "secret");
    assert_int_equal(o->timeout_ns, 2000000000);
    assert_int_equal(o->tag_count, 2);
    assert_string_equal(o->tags[0].value, "core");
    assert_string_equal(o->tags[1].value, "ams");
    targets_free(t);
}

static void fleet_becomes_exactly_what_the_file_says(void **state) {
    (void)state;
    struct targets_changes changes;
    struct targets *t = read_good("a\nb\nc interval=5s\n");
    assert_int_equal(targets_apply(t, &the_fleet, &changes), 0);
    assert_int_equal(changes.added, 3);
    targets_free(t);
    t = read_good("d\nc interval=6s\nb\n");
    assert_int_equal(targets_apply(t, &the_fleet, &changes), 0);
    assert_int_equal(changes.added, 1);
    assert_int_equal(changes.changed, 1);
    assert_int_equal(changes.unchanged, 1);
    assert_int_equal(changes.removed, 1);
    assert_null(fleet_target_get(&the_fleet, 1));
    targets_free(t);
}

static void fleet_that_refuses_a_target_loses_none(void **state) {
    (void)state;
    struct targets_changes changes;
    struct targets *t = read_good("x\ny\n");
    the_fleet.fails_at = 5;
    assert_int_equal(targets_apply(t, &the_fleet, &changes), FLEET_E_FULL);
    assert_non_null(fleet_target_get(&the_fleet, 2));
    assert_non_null(fleet_target_get(&the_fleet, 3));
    targets_free(t);
    the_fleet.fails_at = 0;
    t = new_targets();
    assert_int_equal(targets_apply(t, &the_fleet, &changes), 0);
    assert_int_equal(changes.removed, 4);
    targets_free(t);
}

static void sizes_are_bytes_or_powers_of_1024(void **state) {
    (void)state;
    const struct {
        const char *text;
        uint64_t bytes;
    } good[] = { { "65536", 65536 }, { "64K", 65536 }, { "64k", 65536 }, { "64KB", 65536 },
                 { "256M", 256 << 20 }, { "1G", 1 << 30 }, { "2T", UINT64_C(2) << 40 } };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        uint64_t bytes;
        assert_true(size_parse(good[i].text, 1, UINT64_C(1) << 42, &bytes));
        assert_int_equal(bytes, good[i].bytes);
    }
    const struct {
        uint64_t bytes;
        const char *text;
    } shown[] = { { 0, "0" }, { 1, "1" }, { 1023, "1023" }, { 1024, "1K" }, { 1536, "1536" },
                  { 1536 << 10, "1536K" }, { 256 << 20, "256M" }, { UINT64_C(8) << 40, "8T" },
                  { UINT64_MAX, "18446744073709551615" }, { UINT64_C(1) << 63, "8388608T" } };
    for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
        char text[SIZE_TEXT_MAX];
        assert_string_equal(size_format(shown[i].bytes, text), shown[i].text);
    }
    const char *const bad[] = { "", "M", "-1", "1.5M", "1MM", "1X", "0", "8T", "99999999999999999999",
                                "18014398509481984K" };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        uint64_t bytes;
        assert_false(size_parse(bad[i], 1, UINT64_C(1) << 42, &bytes));
    }
}

static void durations_are_exact(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t ns;
    } good[] = {
        { "500ms", 500000000 },        { "1s", 1000000000 },     { "1.5s", 1500000000 },
        { "2m", 120000000000 },        { "1h", 3600000000000 },  { "1d", 86400000000000 },
        { "7", 7000000000 },           { "0.1", 100000000 },     { "0.000000001s", 1 },
        { "366d", 31622400000000000 }, { "1.25m", 75000000000 }, { "1m30s", 90000000000 },
        { "1h1.5s", 3601500000000 },   { "1d12h30m1s500ms", 131401500000000 },
    };
    uint64_t ns;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(duration_parse(good[i].text, &ns));
        assert_int_equal(ns, good[i].ns);
    }
    static const char *const bad[] = { "",
                                       "0",
                                       "30s1m",
                                       "1m1m",
                                       "1m30",
                                       "1m 30s",
                                       "366d1s",
                                       "-1s",
                                       "1.",
                                       ".5s",
                                       "1 s",
                                       "1w",
                                       "367d",
                                       "99999999999999999999s",
                                       "0.0000000001s",
                                       "1s ",
                                       "+1s",
                                       "0x10",
                                       "366.1d" };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(duration_parse(bad[i], &ns));
    char text[DURATION_TEXT_MAX];
    static const char *const shown[] = { "500ms", "1.5s", "2m", "90s", "1h", "1d", "100us" };
    static const char *const given[] = { "0.5", "1500ms", "120", "1.5m", "60m", "24h", "0.0001" };
    for (size_t i = 0; i < 7; i++) {
        assert_true(duration_parse(given[i], &ns));
        duration_format(ns, text);
        assert_string_equal(text, shown[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bare_list_of_addresses_is_a_valid_file),
        cmocka_unit_test(every_key_is_understood),
        cmocka_unit_test(crlf_bom_and_a_missing_last_newline_are_accepted),
        cmocka_unit_test(example_file_is_valid_and_shows_every_key),
        cmocka_unit_test(ipv6_with_a_port_stands_in_brackets),
        cmocka_unit_test(block_means_its_hosts),
        cmocka_unit_test(block_with_faults_is_refused),
        cmocka_unit_test(range_runs_over_the_last_number),
        cmocka_unit_test(range_runs_from_one_address_to_another),
        cmocka_unit_test(address_may_be_spelled_as_by_other_programs),
        cmocka_unit_test(group_says_what_its_targets_share),
        cmocka_unit_test(excluded_addresses_are_not_polled),
        cmocka_unit_test(broken_address_is_no_host_name),
        cmocka_unit_test(fault_names_what_was_expected_and_where),
        cmocka_unit_test(snmpv3_keys_say_that_an_auth_is_needed),
        cmocka_unit_test(auth_brings_context_and_engine),
        cmocka_unit_test(community_of_a_line_replaces_the_default_auth),
        cmocka_unit_test(credentials_that_contradict_are_refused),
        cmocka_unit_test(quotes_must_be_closed_and_alone),
        cmocka_unit_test(stray_text_is_a_fault_and_is_not_shown),
        cmocka_unit_test(community_is_never_shown),
        cmocka_unit_test(second_target_of_a_name_tells_where_the_first_is),
        cmocka_unit_test(single_address_wins_over_its_block_in_any_order),
        cmocka_unit_test(exception_may_have_a_name_and_is_not_polled_twice),
        cmocka_unit_test(another_port_is_another_agent_and_no_exception),
        cmocka_unit_test(smaller_block_wins_over_the_larger_one),
        cmocka_unit_test(equally_exact_lines_of_one_address_are_a_fault),
        cmocka_unit_test(block_knows_who_took_its_addresses),
        cmocka_unit_test(largest_block_with_many_exceptions_is_quick),
        cmocka_unit_test(file_without_a_target_is_a_fault),
        cmocka_unit_test(endless_file_is_refused),
        cmocka_unit_test(only_files_are_read_again_at_a_reload),
        cmocka_unit_test(every_bad_line_is_told_up_to_a_limit),
        cmocka_unit_test(nul_byte_is_a_control_character),
        cmocka_unit_test(line_over_64_kib_is_refused),
        cmocka_unit_test(missing_file_and_folder_are_told),
        cmocka_unit_test(target_without_modules_is_refused),
        cmocka_unit_test(defaults_hold_where_the_line_is_silent),
        cmocka_unit_test(fleet_becomes_exactly_what_the_file_says),
        cmocka_unit_test(fleet_that_refuses_a_target_loses_none),
        cmocka_unit_test(durations_are_exact),
        cmocka_unit_test(sizes_are_bytes_or_powers_of_1024),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
