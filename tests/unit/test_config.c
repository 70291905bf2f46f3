/*
 * test_config: what a configuration file may say, and where each fault is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <unistd.h>

#include "conf/input.h"
#include "config_reading.h"

static void assert_limits(const struct config *c, uint32_t rate, uint32_t window, uint64_t memory,
                          uint32_t dns_rate) {
    const struct fleet_limits *limits = config_limits(c);
    assert_int_equal(limits->rate, rate);
    assert_int_equal(limits->window, window);
    assert_int_equal(limits->memory, memory);
    assert_int_equal(limits->dns_rate, dns_rate);
}

static void nothing_is_a_valid_file(void **state) {
    (void)state;
    static const char *const nothing[] = { "", "\n", "# only this\n", "---\n...\n", "auths:\n",
                                           "defaults:\nauths: {}\n", "fleet:\n",
                                           "fleet: {}\n", "\xef\xbb\xbf" };
    for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
        struct config *c = read_good(nothing[i]);
        size_t count;
        (void)config_auths(c, &count);
        assert_int_equal(count, 0);
        assert_null(config_auth(c, 0));
        assert_int_equal(config_defaults(c)->module_count, 0);
        assert_limits(c, 0, 0, 0, 0);
        assert_int_equal(config_apply(c, fleet), 0);
        config_free(c);
    }
}

static void example_is_valid_and_shows_every_key(void **state) {
    (void)state;
    struct config *c;
    struct config_context with = context();
    memset(&told, 0, sizeof(told));
    assert_int_equal(config_new(&c), 0);
    int r = config_read(c, SOURCE_DIR "/config.example", &with);
    if (r != 0) fail_msg("%s", told.all);
    size_t count;
    const struct fleet_limits *limits = config_limits(c);
    assert_true(limits->rate != 0 && limits->window != 0 && limits->dns_rate != 0);
    assert_int_equal(limits->memory, 256 << 20);
    (void)config_auths(c, &count);
    assert_int_equal(count, 4);
    assert_int_equal(config_apply(c, fleet), 0);
    assert_int_equal(config_outputs(c, &count)->format, FLEET_FORMAT_INFLUX);
    for (size_t i = 0; config_module(c, i) != NULL; i++) {  /* other tests want the fleet as it was */
        uint32_t module;
        assert_int_equal(fleet_module_find(fleet, config_module(c, i)->name, &module), 0);
        assert_int_equal(fleet_module_remove(fleet, module), 0);
    }
    config_free(c);
}

static void auth_holds_all_that_the_file_says(void **state) {
    (void)state;
    struct config *c = read_good("auths:\n"
                                 "  core:\n"
                                 "    version: 3\n"
                                 "    username: \"the poller\"\n"
                                 "    auth_protocol: HMAC-SHA-256\n"
                                 "    auth_password: hunter2 hunter2\n"
                                 "    priv_protocol: AES-256-Cisco\n"
                                 "    priv_localized_key: 0x00:01:02:03040506070809101112131415"
                                 "16171819202122232425262728293031\n"
                                 "    level: AUTHPRIV\n"
                                 "    context: vlan10\n"
                                 "    context_engine_id: 0x8000000001\n"
                                 "    engine_id: 80:00:00:00:02:FF\n"
                                 "  bare: { username: x }\n"
                                 "  v1: { version: 1, community: '~' }\n");
    const struct fleet_auth_options *o = config_auth(c, 0);
    assert_string_equal(o->name, "core");
    assert_int_equal(o->version, FLEET_V3);
    assert_string_equal(o->user, "the poller");
    assert_int_equal(o->auth_protocol, FLEET_AUTH_SHA256);
    assert_int_equal(o->auth_key.stage, FLEET_KEY_PASSPHRASE);
    assert_int_equal(o->auth_key.length, 15);
    assert_memory_equal(o->auth_key.bytes, "hunter2 hunter2", 15);
    assert_int_equal(o->priv_protocol, FLEET_PRIV_AES256_REEDER);
    assert_int_equal(o->priv_key.stage, FLEET_KEY_LOCALIZED);
    assert_int_equal(o->priv_key.length, 32);
    assert_memory_equal(o->priv_key.bytes, "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x10", 11);
    assert_int_equal(o->level, FLEET_AUTH_PRIV);
    assert_string_equal(o->context, "vlan10");
    assert_int_equal(o->context_engine_id_length, 5);
    assert_memory_equal(o->context_engine_id, "\x80\x00\x00\x00\x01", 5);
    assert_int_equal(o->engine_id_length, 6);
    assert_int_equal(config_auth(c, 1)->version, FLEET_V3);
    assert_int_equal(config_auth(c, 1)->level, FLEET_LEVEL_DEFAULT);
    assert_int_equal(config_auth(c, 2)->version, FLEET_V1);
    assert_string_equal(config_auth(c, 2)->community, "~");
    config_free(c);
}

static void defaults_hold_all_keys_of_a_target(void **state) {
    (void)state;
    struct config *c = read_good("defaults:\n"
                                 "  modules: [interfaces, system]\n"
                                 "  interval: 1.5m\n  timeout: 2s\n  retries: 0\n  window: 4\n"
                                 "  rate: 100\n  gap: 5ms\n  max_repetitions: 20\n  varbinds_max: 500\n  deadline: 25\n"
                                 "  reply_from: any\n  version: 1\n  community: x\n"
                                 "  tags: { site: ams, \"a role\": \"core switch\", none: }\n");
    const struct fleet_target_options *o = config_defaults(c);
    uint32_t system, interfaces;
    assert_int_equal(fleet_module_find(fleet, "system", &system), 0);
    assert_int_equal(fleet_module_find(fleet, "interfaces", &interfaces), 0);
    assert_int_equal(o->module_count, 2);
    assert_int_equal(o->modules[0], interfaces);
    assert_int_equal(o->modules[1], system);
    assert_int_equal(o->interval_ns, 90000000000);
    assert_int_equal(o->timeout_ns, 2000000000);
    assert_int_equal(o->retries, -1);
    assert_int_equal(o->window, 4);
    assert_int_equal(o->rate, 100);
    assert_int_equal(o->gap_ns, 5000000);
    assert_int_equal(o->max_repetitions, 20);
    assert_int_equal(o->varbinds_max, 500);
    assert_int_equal(o->deadline_ns, 25000000000);
    assert_int_equal(o->reply_from, FLEET_REPLY_ANY);
    assert_int_equal(o->version, FLEET_V1);
    assert_string_equal(o->community, "x");
    assert_int_equal(o->tag_count, 3);
    assert_string_equal(o->tags[1].name, "a role");
    assert_string_equal(o->tags[1].value, "core switch");
    assert_string_equal(o->tags[2].value, "");
    config_free(c);
    c = read_good("{defaults: {modules: 'system,interfaces', context: '', auth: a},"
                  " auths: {a: {username: u}}}");
    assert_int_equal(config_defaults(c)->module_count, 2);
    assert_string_equal(config_defaults(c)->context, "");
    config_free(c);
}

static void limits_of_the_fleet_are_what_the_file_says(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint32_t rate, window;
        uint64_t memory;
        uint32_t dns_rate;
    } cases[] = {
        { "fleet:\n  rate: 2000\n  window: 500\n  memory: 64MB\n  dns_rate: 20\n", 2000, 500,
          64 << 20, 20 },
        { "fleet: { rate: 1, window: 1, memory: 8M, dns_rate: 1 }", 1, 1, 8 << 20, 1 },
        { "fleet: { rate: 100000000, window: 262144, memory: 8T, dns_rate: 100000 }", 100000000,
          262144, UINT64_C(8) << 40, 100000 },
        { "fleet: { memory: '8388608' }", 0, 0, 8 << 20, 0 },
        { "defaults: { rate: 5 }\nfleet: { window: 7 }", 0, 7, 0, 0 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct config *c = read_good(cases[i].text);
        assert_limits(c, cases[i].rate, cases[i].window, cases[i].memory, cases[i].dns_rate);
        config_free(c);
    }
}

static void limits_of_the_fleet_have_their_place(void **state) {
    (void)state;
    assert_faults("fleet:\n  rate: 0\n  window: 262145\n  memory: 7M\n  dns_rate: 100001\n",
                  "2:9: rate: expected a number from 1 to 100000000, not '0'\n"
                  "3:11: window: expected a number from 1 to 262144, not '262145'\n"
                  "5:13: dns_rate: expected a number from 1 to 100000, not '100001'\n"
                  "4:11: memory: expected a size from 8M to 8T, such as 64M or 1G, not '7M'\n");
    assert_faults("fleet: {rate: 100000001, window: -1, memory: 9T, dns_rate: 1.5}",
                  "1:15: rate: expected a number from 1 to 100000000, not '100000001'\n"
                  "1:34: window: expected a number from 1 to 262144, not '-1'\n"
                  "1:60: dns_rate: expected a number from 1 to 100000, not '1.5'\n"
                  "1:46: memory: expected a size from 8M to 8T, such as 64M or 1G, not '9T'\n");
    assert_faults("fleet:\n  rate: [5]\n  window:\n  memory: 64 M\n  dns_rate: ${RATE}\n",
                  "2:9: rate: expected a number from 1 to 100000000, not a list\n"
                  "3:10: window: expected a number from 1 to 262144, not nothing\n"
                  "5:13: dns_rate: expected a number from 1 to 100000, not '${RATE}'\n"
                  "4:11: memory: expected a size from 8M to 8T, such as 64M or 1G, not '64 M'\n");
    assert_faults("fleet: {memory: {a: 1}, rate: ''}",
                  "1:31: rate: expected a number from 1 to 100000000, not ''\n"
                  "1:17: memory: expected a size from 8M to 8T, such as 64M or 1G, not a mapping "
                  "(KEY: VALUE)\n");
    assert_faults("fleet:\n  memry: 64M\n  dns-rate: 5\n  io: uring\n  rate: x\n",
                  "2:3: unknown key 'memry' (did you mean 'memory'?)\n"
                  "3:3: unknown key 'dns-rate' (did you mean 'dns_rate'?)\n"
                  "4:3: unknown key 'io'\n"
                  "5:9: rate: expected a number from 1 to 100000000, not 'x'\n");
    assert_faults("fleet: {rate: 5, window: 5, rate: 6}", "1:29: this key is also in line 1\n");
    assert_faults("fleet: 64M", "1:8: fleet: expected a mapping (KEY: VALUE), not text\n");
    assert_faults("fleet: [64M]", "1:8: fleet: expected a mapping (KEY: VALUE), not a list\n");
    assert_faults("fleat: { rate: 5 }", "1:1: unknown key 'fleat' (did you mean 'fleet'?)\n");
    assert_faults("rate: 5", "1:1: unknown key 'rate'\n");
}

static void fleet_gets_the_auths_and_defaults_their_number(void **state) {
    (void)state;
    struct config *c = read_good("auths:\n"
                                 "  zulu: { community: a }\n"
                                 "  kilo: { username: u, auth_protocol: MD5, auth_password: "
                                 "hunter2hunter2 }\n"
                                 "  alfa: { version: 1 }\n"
                                 "defaults: { auth: kilo, context: ctx }\n");
    assert_int_equal(config_apply(c, fleet), 0);
    size_t count;
    const struct targets_auth *auths = config_auths(c, &count);
    assert_int_equal(count, 3);
    static const char *const names[] = { "alfa", "kilo", "zulu" };
    static const enum fleet_version versions[] = { FLEET_V1, FLEET_V3, FLEET_V2C };
    for (size_t i = 0; i < count; i++) {
        uint32_t number;
        assert_string_equal(auths[i].name, names[i]);
        assert_int_equal(auths[i].version, versions[i]);
        assert_int_equal(fleet_auth_find(fleet, names[i], &number), 0);
        assert_int_equal(auths[i].number, number);
    }
    assert_int_equal(config_defaults(c)->auth, auths[1].number);
    assert_string_equal(config_defaults(c)->context, "ctx");
    uint32_t before = auths[1].number;
    config_free(c);

    /* The same content is the same number, another is another. */
    c = read_good("auths: { kilo: { username: u, auth_protocol: MD5, auth_password: "
                  "hunter2hunter2 } }");
    assert_int_equal(config_apply(c, fleet), 0);
    assert_int_equal(config_auths(c, &count)->number, before);
    config_free(c);
    c = read_good("auths: { kilo: { username: v } }");
    assert_int_equal(config_apply(c, fleet), 0);
    assert_int_not_equal(config_auths(c, &count)->number, before);
    config_free(c);
}

static void keys_have_their_place(void **state) {
    (void)state;
    assert_faults("defaults:\n  intervall: 3s\nauhts:\n  a: 1\nmodules:\n  x: y\n"
                  "outputs: []\ncolour: red\n",
                  "2:3: unknown key 'intervall' (did you mean 'interval'?)\n"
                  "3:1: unknown key 'auhts' (did you mean 'auths'?)\n"
                  "8:1: unknown key 'colour'\n");
    assert_faults("auths:\n  a:\n    user: x\n    auth_passwd: hunter2\n    <<: hunter2\n",
                  "3:5: unknown key 'user'\n"
                  "4:5: unknown key 'auth_passwd' (did you mean 'auth_password'?)\n"
                  "5:5: expected KEY: VALUE with a known key\n");
    assert_faults("auths: {a: {community: x}, b: {community: y}, a: {community: z}}",
                  "1:47: this key is also in line 1\n");
    assert_faults("defaults:\n  retries: 1\n  window: 1\n  retries: 2\n",
                  "4:3: this key is also in line 2\n");
    /* Without the blank the value is part of the key. */
    assert_faults("auths: {a: {auth_password:hunter2, hunter2}}",
                  "1:13: expected KEY: VALUE with a known key\n"
                  "1:36: expected KEY: VALUE with a known key\n");
    assert_faults("defaults: {name: x, tags: {\"\\x01\": a}}", "1:12: unknown key 'name'\n");
}

static void kinds_have_their_place(void **state) {
    (void)state;
    assert_faults("auths: []", "1:8: auths: expected a mapping (KEY: VALUE), not a list\n");
    assert_faults("- a\n", "1:1: expected a mapping (KEY: VALUE), not a list\n");
    assert_faults("hunter2", "1:1: expected a mapping (KEY: VALUE), not text\n");
    assert_faults("defaults: yes\nauths:\n  a: hunter2\n  b: [x]\n",
                  "1:11: defaults: expected a mapping (KEY: VALUE), not text\n"
                  "3:6: a: expected a mapping (KEY: VALUE), not text\n"
                  "4:6: b: expected a mapping (KEY: VALUE), not a list\n");
    assert_faults("auths:\n  a:\n    auth_password: [hunter2]\n    username: { hunter2: 1 }\n",
                  "3:20: auth_password: expected text, not a list\n"
                  "4:15: username: expected text, not a mapping (KEY: VALUE)\n");
    assert_faults("defaults:\n  modules: [system, [ip]]\n  tags: [a]\n",
                  "2:21: expected text, not a list\n"
                  "3:9: tags: expected a mapping (KEY: VALUE), not a list\n");
}

static void values_of_defaults_have_their_place(void **state) {
    (void)state;
    assert_faults("defaults:\n  tags: { \"\\xe9\": \"a\", \"\": b }\n",
                  "2:24: the key is empty\n");
    assert_faults("defaults:\n  interval: soon\n  timeout: 0.1ms\n  retries: -1\n  window: 0x10\n"
                  "  reply_from: all\n  engine_id: 80\n  rate:\n  version: 2\n  gap: ${GAP}\n"
                  "  community: \"\"\n",
                  "11:14: 'community' has no value\n"
                  "2:13: interval='soon': expected a time such as 500ms, 30s, 5m or 1h, above 0 "
                  "and at most 366d\n"
                  "3:12: timeout='0.1ms': expected at least 1ms\n"
                  "4:12: retries='-1': expected a number from 0 to 100\n"
                  "5:11: window='0x10': expected a number from 1 to 65535\n"
                  "8:8: 'rate' has no value\n"
                  "10:8: gap: a variable was not expanded\n"
                  "9:12: version='2': expected 1, 2c or 3\n"
                  "7:14: engine_id='80': expected 5 to 32 octets in hexadecimal, such as "
                  "0x8000000001020304\n"
                  "6:15: reply_from='all': expected strict or any\n");
    assert_faults("defaults: {modules: \"system,sytem\"}",
                  "1:29: unknown module 'sytem' (known: system, interfaces)\n");
    assert_faults("defaults:\n  modules:\n    - system\n    - sytem\n",
                  "4:7: unknown module 'sytem' (known: system, interfaces)\n");
    assert_faults("defaults: {modules: [system, system]}",
                  "1:30: module 'system' is given twice\n");
    assert_faults("defaults: {modules: [\"system,ip\"]}", "1:22: one name is expected here\n");
    assert_faults("defaults: {modules: []}", "1:21: the list is empty\n");
    assert_faults("defaults: {auth: core}\nauths: {cor: {community: x}}",
                  "1:18: unknown auth 'core' (did you mean 'cor'?)\n");
    assert_faults("defaults: {auth: a, version: 2c}\nauths: {a: {community: x}}",
                  "1:21: version is not taken beside auth: the auth says it\n");
    assert_faults("defaults: {auth: a, community_file: /dev/null}\nauths: {a: {community: x}}",
                  "1:37: the first line of the file is empty\n");
    assert_faults("defaults: {auth: a, context: x}\nauths: {a: {community: x}}",
                  "1:21: context needs an SNMPv3 auth\n");
    assert_faults("defaults: {version: 3}",
                  "1:21: version 3 needs auth=NAME or -u on the command line\n");
}

static void values_of_auths_have_their_place(void **state) {
    (void)state;
    assert_faults("auths:\n"
                  " a:\n  username: x\n  auth_protocol: SHA9\n  priv_protocol: ROT13\n"
                  "  level: high\n  engine_id: 80\n  version: 4\n"
                  " b: {}\n c:\n d: { username: }\n",
                  "8:12: version '4': expected 1, 2c or 3\n"
                  "6:10: level 'high': expected noAuthNoPriv, authNoPriv or authPriv\n"
                  "4:18: auth_protocol 'SHA9': expected MD5, SHA, SHA-224, SHA-256, SHA-384, "
                  "SHA-512 or none\n"
                  "5:18: priv_protocol 'ROT13': expected DES, 3DES, AES, AES192, AES256, AES192C, "
                  "AES256C or none\n"
                  "7:14: engine_id '80': expected 5 to 32 octets in hexadecimal, such as "
                  "0x8000000001020304\n"
                  "9:2: an auth needs a community, or the username of version 3\n"
                  "10:2: an auth needs a community, or the username of version 3\n"
                  "11:17: 'username' has no value\n");
    assert_faults("auths: {a: {username: u, auth_master_key: hunter2, auth_protocol: MD5}}",
                  "1:43: expected a key of at most 64 octets in hexadecimal\n");
    assert_faults("auths: {command line: {community: x}, \"a\\tb\": {community: x}}",
                  "1:9: the name of the auth is reserved for the command line\n"
                  "1:39: the name of the auth holds a control character\n");
}

/* What fleet_auth_check says is told at the key that it is about. */
static void contradictions_have_their_place(void **state) {
    (void)state;
    static const struct {
        const char *auth, *fault;
    } cases[] = {
        { "{username: u, auth_protocol: MD5, auth_password: hunter2}",
          "1:61: the authentication password has less than 8 bytes (RFC 3414, 11.2)\n" },
        { "{username: u, auth_protocol: MD5}",
          "1:41: an authentication protocol needs a password or key\n" },
        { "{username: u, auth_password: hunter2hunter2}",
          "1:41: an authentication password or key needs an authentication protocol\n" },
        { "{username: u, priv_protocol: AES, priv_password: hunter2hunter2}",
          "1:41: privacy needs authentication (RFC 3414, 1.4.3)\n" },
        { "{username: u, level: authNoPriv}",
          "1:33: this level needs an authentication protocol\n" },
        { "{username: u, auth_protocol: MD5, auth_password: hunter2hunter2, level: authPriv}",
          "1:84: level authPriv needs a privacy protocol\n" },
        { "{username: u, auth_protocol: MD5, auth_master_key: 0102}",
          "1:63: the authentication master key is not as long as the digest\n" },
        { "{username: abcdefghijklmnopqrstuvwxyz0123456, community: hunter2}",
          "1:69: a community needs version 1 or 2c\n" },
        { "{username: abcdefghijklmnopqrstuvwxyz0123456}",
          "1:23: a user name has at most 32 bytes\n" },
        { "{version: 3, auth_protocol: MD5}", "1:22: version 3 needs a user name\n" },
        { "{version: 2c, level: authPriv}",
          "1:33: user, protocols, keys, context and engine IDs need version 3\n" },
        { "{username: u, auth_password: hunter2hunter2, auth_localized_key: 00}",
          "1:77: 'auth_password' and 'auth_localized_key': only one of them\n" },
        { "{community: hunter2, community_env: NEVER}",
          "1:33: 'community' and 'community_env': only one of them\n" },
        { "{username: u, auth_protocol: MD5, auth_password: '${hunter2}'}",
          "1:61: a variable was not expanded; 'auth_password_env: NAME' takes one\n" },
        { "{community: }", "1:24: 'community' has no value\n" },
        { "{community_env: hunter2}",
          "1:28: there is no such environment variable, or it is empty\n" },
        { "{community_file: hunter2}",
          "1:29: the file cannot be read: No such file or directory\n" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[300];
        (void)snprintf(text, sizeof(text), "auths: {a: %s}", cases[i].auth);
        assert_faults(text, cases[i].fault);
    }
}

static void syntax_errors_have_their_place(void **state) {
    (void)state;
    assert_faults("auths:\n  a: b: c\n",
                  "2:7: a ':' is not allowed here: a value that holds ': ' is written in quotes\n");
    assert_faults("auths:\n\ta: b\n", "2:1: a tab: indentation is made of blanks\n");
    assert_faults("auths:\n  \xc3\xa9: @x\n",
                  "2:6: a value that begins with this character is written in quotes\n");
    assert_faults("auths: {a: hunter2\n",
                  "2:1: did not find expected ',' or '}' (while parsing a flow mapping in line "
                  "1)\n");
    assert_faults("auths: \"hunter2\n",
                  "2:1: found unexpected end of stream (while scanning a quoted scalar in line "
                  "1)\n");
    assert_faults("auths:\n  a\n  b: 1\n",
                  "3:4: a ':' is not allowed here: a value that holds ': ' is written in quotes\n");
    assert_faults("a: 1\n b: 2\n",
                  "2:3: a ':' is not allowed here: a value that holds ': ' is written in quotes\n");
    assert_faults("a:\n   b: 1\n  c: 2\n",
                  "3:3: expected a key, indented as the others are (while parsing a block mapping "
                  "in line 1)\n");
    assert_faults("%YAML 2.0\n---\na: 1\n", "1:1: found incompatible YAML document\n");
}

static void what_is_not_text_is_refused(void **state) {
    (void)state;
    assert_faults("a: 1\n\xc3\xa9\xff: x\n", "2:2: invalid leading UTF-8 octet: expected UTF-8 "
                                             "text\n");
    assert_faults("\xff\xfe"
                  "a", "1:1: this is UTF-16 text: save it as UTF-8\n");
    assert_faults("\xfe\xff\0a", "1:1: this is UTF-16 text: save it as UTF-8\n");
    assert_faults("a: \x01\n", "1:4: control characters are not allowed: expected UTF-8 text\n");
    assert_faults("auths: {a: {community: \"hunter2\\0\"}}", "1:24: a NUL character\n");
    config_free(read_bytes("a: 1\nb: \0\n", 10, FLEET_E_INVALID));
    assert_string_equal(told.all, "2:4: control characters are not allowed: expected UTF-8 text\n");
}

static void what_makes_small_files_large_is_refused(void **state) {
    (void)state;
    assert_faults("auths: &a {x: {community: y}}",
                  "1:8: anchors (&NAME) and aliases (*NAME) are not taken; a value that begins "
                  "with one of these is written in quotes\n");
    assert_faults("auths: *a",
                  "1:8: anchors (&NAME) and aliases (*NAME) are not taken; a value that begins "
                  "with one of these is written in quotes\n");
    assert_faults("auths: !!map {}",
                  "1:8: tags (!NAME) are not taken; a value that begins with '!' is to be "
                  "quoted\n");
    assert_faults("auths: {}\n---\nauths: {}\n", "2:1: a second document: a file has one\n");
    assert_faults("[a]: b", "1:1: a key is text\n");
    assert_faults("? {a: b}\n: c\n", "1:3: a key is text\n");
    char deep[4001] = "";
    memset(deep, '[', 4000);
    assert_faults(deep, "1:17: nested more than 16 deep\n");

    enum { MANY = 5000 };
    char *many = malloc(MANY * 40);
    strcpy(many, "auths:\n");
    for (size_t i = 0, at = strlen(many); i < MANY; i++)
        at += (size_t)sprintf(many + at, "  auth%zu: { community: x }\n", i);
    assert_faults(many, "4098:13: too much: a mapping or list has at most 4096 members\n");
    free(many);
}

static void every_fault_is_told_up_to_a_limit(void **state) {
    (void)state;
    char text[1000] = "";
    for (size_t i = 0; i < 50; i++) sprintf(text + strlen(text), "unknown%zu: 1\n", i);
    config_free(read_bytes(text, strlen(text), FLEET_E_INVALID));
    assert_int_equal(told.count, CONFIG_FAULTS_MAX + 1);
    assert_non_null(strstr(told.all, "\n0:0: and 30 more\n"));
}

static void ten_megabytes_of_garbage_are_refused(void **state) {
    (void)state;
    static const char *const garbage[] = { "{", "- ", "a", "x: ", "\n", "\"", "? ", "[[", "&a ",
                                           "|\n ", "#", "'" };
    enum { SIZE = 10 << 20 };
    char *text = malloc(SIZE + 1);
    for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++) {
        size_t length = strlen(garbage[i]);
        for (size_t at = 0; at < SIZE; at++) text[at] = garbage[i][at % length];
        text[SIZE] = '\0';
        struct config *c;
        struct config_context with = context();
        memset(&told, 0, sizeof(told));
        assert_int_equal(config_new(&c), 0);
        int r = config_read_text(c, text, SIZE, "test", &with);
        bool is_nothing = *garbage[i] == '#' || *garbage[i] == '\n';
        assert_int_equal(r, is_nothing ? 0 : FLEET_E_INVALID);
        config_free(c);
    }
    free(text);
}

static void file_that_cannot_be_read_is_told(void **state) {
    (void)state;
    static const struct {
        const char *path;
        int result;
        const char *what;
    } cases[] = {
        { "/nonexistent/no/such/file", -ENOENT, "0:0: No such file or directory\n" },
        { "/tmp", -EISDIR, "0:0: Is a directory\n" },
        { "/dev/zero", -EFBIG, "0:0: it has more than 16 MiB, the most that is read\n" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct config *c;
        struct config_context with = context();
        memset(&told, 0, sizeof(told));
        assert_int_equal(config_new(&c), 0);
        assert_int_equal(config_read(c, cases[i].path, &with), cases[i].result);
        assert_string_equal(told.all, cases[i].what);
        config_free(c);
    }
}

static void pipe_can_be_read_once(void **state) {
    (void)state;
    int ends[2];
    char path[40];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "auths: {a: {community: x}}", 26), 26);
    (void)close(ends[1]);
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
    for (int i = 0; i < 2; i++) {
        struct config *c;
        struct config_context with = context();
        memset(&told, 0, sizeof(told));
        assert_int_equal(config_new(&c), 0);
        assert_int_equal(config_read(c, path, &with), i == 0 ? 0 : FLEET_E_INVALID);
        assert_string_equal(told.all, i == 0 ? "" : "0:0: nothing comes from this pipe\n");
        config_free(c);
    }
    (void)close(ends[0]);
}

static void pipe_says_at_a_reload_what_it_said_at_the_start(void **state) {
    (void)state;
    struct inputs inputs = INPUTS_NULL;
    int ends[2];
    char path[40], empty[] = "/tmp/snmpfleet-config-XXXXXX";
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "auths: {a: {community: x}}", 26), 26);
    (void)close(ends[1]);
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
    int fd = mkstemp(empty);
    assert_true(fd >= 0);
    for (int i = 0; i < 3; i++) {
        size_t count;
        struct config *c;
        struct config_context with = context();
        with.inputs = &inputs;
        memset(&told, 0, sizeof(told));
        assert_int_equal(config_new(&c), 0);
        assert_int_equal(config_read(c, path, &with), 0);
        (void)config_auths(c, &count);
        assert_int_equal(count, 1);
        config_free(c);
        /* Whoever empties a file is about to write it. */
        assert_int_equal(config_new(&c), 0);
        assert_int_equal(config_read(c, empty, &with), i == 0 ? 0 : FLEET_E_INVALID);
        assert_string_equal(told.all, i == 0 ? "" : "0:0: there is nothing in it\n");
        config_free(c);
        inputs.is_running = true;
    }
    (void)close(fd);
    (void)unlink(empty);
    (void)close(ends[0]);
    inputs_deinit(&inputs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_a_valid_file),
        cmocka_unit_test(example_is_valid_and_shows_every_key),
        cmocka_unit_test(limits_of_the_fleet_are_what_the_file_says),
        cmocka_unit_test(limits_of_the_fleet_have_their_place),
        cmocka_unit_test(auth_holds_all_that_the_file_says),
        cmocka_unit_test(defaults_hold_all_keys_of_a_target),
        cmocka_unit_test(fleet_gets_the_auths_and_defaults_their_number),
        cmocka_unit_test(keys_have_their_place),
        cmocka_unit_test(kinds_have_their_place),
        cmocka_unit_test(values_of_defaults_have_their_place),
        cmocka_unit_test(values_of_auths_have_their_place),
        cmocka_unit_test(contradictions_have_their_place),
        cmocka_unit_test(syntax_errors_have_their_place),
        cmocka_unit_test(what_is_not_text_is_refused),
        cmocka_unit_test(what_makes_small_files_large_is_refused),
        cmocka_unit_test(every_fault_is_told_up_to_a_limit),
        cmocka_unit_test(ten_megabytes_of_garbage_are_refused),
        cmocka_unit_test(file_that_cannot_be_read_is_told),
        cmocka_unit_test(pipe_can_be_read_once),
        cmocka_unit_test(pipe_says_at_a_reload_what_it_said_at_the_start),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
