/* ask: see ask.h. */
#include "cli/ask.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "cli/ask_agent.h"
#include "cli/ask_modules.h"
#include "cli/cli.h"
#include "cli/dump.h"
#include "cli/log.h"
#include "cli/option_help.h"
#include "conf/duration.h"
#include "conf/show.h"

enum { WINDOW = 4, TEXT_BYTES = 1024, BUFFER_BYTES = 256 << 10 };

/* ---- the command line ---- */

static int letters(void *context, int argc, char **argv) {
    struct ask *a = context;
    return a->verb->letter(a, argc, argv);
}

bool ask_take_number(uint32_t *number) {
    char *end;
    long value = strtol(optarg, &end, 0);
    if (end == optarg || value < 0 || value > INT32_MAX) return false;
    *number = (uint32_t)value;
    optarg = end;
    return true;
}

static int ask_command_line(struct ask *a, int argc, char **argv) {
    int fault = ask_options_take(&a->options, argc, argv, a->verb->is_strict, letters, a);
    if (fault == 0) fault = ask_options_settle(&a->options);
    if (fault == 0 && a->verb->check != NULL)
        fault = a->verb->check(a, a->options.operand_count);
    return fault;
}

/* Behind what is wrong: all of the help, as Net-SNMP's programs do, or where it is. */
static void tell_usage(const struct ask *a) {
    const struct ask_options *o = &a->options;
    FILE *to = o->is_net_snmp ? log_open() : NULL;
    if (to != NULL) option_help(to, o->verb, o->program, false);
    else log_plain("'%s --help' lists the options\n", o->program);
    log_close(to);
}

static bool flush(const struct ask *a) {
    if (fflush(stdout) == 0 && ferror(stdout) == 0) return true;
    log_plain("%s: cannot write to standard output\n", a->options.program);
    return false;
}

int ask_main(const struct ask_verb *verb, int argc, char **argv, void *state) {
    struct ask a = { .verb = verb, .options = ASK_OPTIONS_NULL, .state = state };
    char program[32];
    const char *slash = strrchr(argv[0], '/'), *name = slash != NULL ? slash + 1 : argv[0];
    a.options.style.flags = verb->text_flags;
    a.options.is_net_snmp = strcmp(name, verb->program) == 0;
    (void)snprintf(program, sizeof(program), "snmpfleet %s", verb->name);
    a.options.program = a.options.is_net_snmp ? verb->program : program;
    a.options.verb = verb_find(verb->name);
    int code = ASK_EXIT_FAILED;
    int fault = ask_command_line(&a, argc, argv);
    if (fault == ASK_USAGE) tell_usage(&a);
    else if (fault == ASK_DONE) code = ASK_EXIT_GOOD;
    else if (fault == 0) code = verb->run(&a, a.options.operand_count, a.options.operands);
    fleet_free(a.fleet);
    fleet_mib_free(a.mib);
    ask_options_deinit(&a.options);
    return flush(&a) ? code : EXIT_SYSTEM;
}

/* ---- names ---- */

struct fleet_mib *ask_mib(struct ask *a) {
    if (a->mib == NULL) {
        int error = ask_modules_load(&a->options, &a->mib);
        if (error < 0) log_plain("%s: %s\n", a->options.program,
                                 fleet_error_text(error));
    }
    return a->mib;
}

void ask_tell_unknown(struct ask *a, const char *operand, const char *text, int error,
                      const char *why) {
    char shown[SHOW_MAX + 4], label[SHOW_MAX + 1], shown_label[SHOW_MAX + 4];
    (void)show_text(operand, shown);
    if (!a->options.is_net_snmp || error != FLEET_E_UNKNOWN) {
        ask_log_error(&a->options.log, "%s: Unknown Object Identifier (%s)", shown, why);
        return;
    }
    const char *colon = strstr(text, "::");
    const char *at = colon != NULL ? colon + 2 : text + (*text == '.');
    (void)snprintf(label, sizeof(label), "%.*s", (int)strcspn(at, "."), at);
    ask_log_error(&a->options.log, "%s: Unknown Object Identifier (Sub-id not found: (top) -> %s)",
                  shown, show_text(label, shown_label));
}

/* A name that is not known may be a pattern of one, such as "sysuptime"; as in Net-SNMP. */
static bool find_pattern(struct ask *a, const char *text, struct fleet_name *ret_name) {
    if (a->options.is_exact || strchr(text, ':') != NULL) return false;
    const struct fleet_object *object = fleet_mib_match(a->mib, text, SIZE_MAX);
    if (object == NULL) return false;
    *ret_name = (struct fleet_name){ .length = object->oid_length, .object = object };
    memcpy(ret_name->oid, object->oid, object->oid_length * sizeof(uint32_t));
    return true;
}

bool ask_name(struct ask *a, const char *text, struct ask_oid *ret_oid) {
    struct fleet_name name;
    char why[FLEET_MIB_WHY_MAX], shown[SHOW_MAX + 4];
    struct fleet_mib *mib = ask_mib(a);
    if (mib == NULL) return false;
    int error = fleet_mib_parse_name(mib, text, &a->options.names, &name, why);
    if (error == FLEET_E_UNKNOWN && find_pattern(a, text, &name)) error = 0;
    if (error != 0) {
        ask_tell_unknown(a, text, text, error, why);
        return false;
    }
    if (name.length == 0) name.oid[name.length++] = 1;
    memcpy(ret_oid->numbers, name.oid, sizeof(name.oid));
    ret_oid->count = name.length;
    /* A lone number cannot be encoded: Net-SNMP asks for 0.1 in the place of .1. */
    const uint32_t lone[2] = { 0, name.oid[0] };
    ret_oid->length = name.length == 1 ? fleet_oid_bytes(lone, 2, ret_oid->bytes)
                                       : fleet_oid_bytes(name.oid, name.length, ret_oid->bytes);
    if (ret_oid->length > 0) return true;
    ask_log_error(&a->options.log, "%s: no OID that can be asked for", show_text(text, shown));
    return false;
}

struct fleet_varbind ask_varbind(const struct ask_oid *oid) {
    return (struct fleet_varbind){ .oid = oid->bytes, .oid_length = oid->length,
                                   .value = { .type = FLEET_NULL } };
}

/* ---- the agent ---- */

static void ignore_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void show(void *context, const struct fleet_trace *trace) {
    struct ask *a = context;
    /* Net-SNMP shows the octets alone. */
    struct fleet_mib *mib = a->options.is_net_snmp ? NULL : ask_mib(a);
    dump_datagram(trace, mib, &a->options.style);
}

static void ignore_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static bool fault(struct ask *a, const char *what) {
    ask_log_error(&a->options.log, "%s: %s", a->options.program, what);
    return false;
}

/* What can be told without asking. */
static bool ask_check_user(struct ask *a) {
    const struct fleet_auth_options *auth = &a->options.credentials.auth;
    if (auth->version != FLEET_V3) return true;
    if (auth->user == NULL) return fault(a, "No securityName specified");
    if (auth->level != FLEET_NO_AUTH_NO_PRIV && auth->auth_key.stage == FLEET_KEY_NONE)
        return fault(a, "USM authentication failure (incorrect password or key)");
    if (auth->level == FLEET_AUTH_PRIV && auth->priv_key.stage == FLEET_KEY_NONE)
        return fault(a, "USM generic error");
    return true;
}

static void warn_of_settings(void *context, const char *text) {
    struct ask *a = context;
    ask_log_error(&a->options.log, "%s", text);
}

/* Where AGENT has none: that of `defaultPort`, or of `defTarget`. */
static void ask_find_port(struct ask *a) {
    struct ask_options *o = &a->options;
    const char *target = o->conf.texts[SNMP_CONF_TARGET];
    uint64_t port;
    if (o->conf.port != 0) o->port = o->conf.port;
    if (o->conf.port != 0 || target == NULL) return;
    const char *colon = strrchr(target, ':');
    if (number_parse(colon != NULL ? colon + 1 : target, 1, UINT16_MAX, &port))
        o->port = (uint16_t)port;
}

/* AGENT, by the alias or the file of settings that it has. False: told. */
static bool ask_find_agent(struct ask *a, struct ask_agent *ret_agent) {
    struct ask_options *o = &a->options;
    char shown[SHOW_MAX + 4], meant[ASK_HOST_MAX];
    const char *text = o->agent, *alias = NULL;
    size_t length = 0;
    if (o->is_net_snmp && snmp_conf_load_host(&o->conf, text, warn_of_settings, a) != 0)
        return fault(a, strerror(ENOMEM));
    ask_options_settle_texts(o);
    ask_find_port(a);
    if (o->conf.texts[SNMP_CONF_TRANSPORT] != NULL) text = o->conf.texts[SNMP_CONF_TRANSPORT];
    bool has_alias = strncasecmp(text, "alias:", 6) == 0;
    if (has_alias) alias = snmp_conf_alias(&o->conf, text + 6, &length);
    if (alias != NULL && length < sizeof(meant)) {
        (void)snprintf(meant, sizeof(meant), "%.*s", (int)length, alias);
        text = meant;
    }
    if (has_alias && alias == NULL)
        ask_log_error(&o->log, "No alias found for %s", show_text(text + 6, shown));
    int error = ask_agent_find(text, o->conf.texts[SNMP_CONF_DOMAIN], o->port, ret_agent);
    if (error != 0)
        ask_log_error(&o->log, "%s: Unknown host (%s)%s", o->program, show_text(o->agent, shown),
                      error == ASK_AGENT_TRANSPORT ? ": only UDP is spoken" : "");
    return error == 0;
}

/* Where questions come from: -s or `clientaddr`, whose port does not count. False: told. */
static bool ask_find_source(struct ask *a, struct ask_agent *ret_source) {
    const char *text = a->options.source;
    if (text == NULL) text = a->options.conf.texts[SNMP_CONF_CLIENT_ADDRESS];
    if (text == NULL || ask_agent_find(text, NULL, 1, ret_source) == 0) return true;
    return fault(a, "Invalid local port");
}

/* The fleet cannot be made: the local address or device is not to be had, or something else. */
static bool ask_tell_open(struct ask *a, const struct ask_agent *agent, int error) {
    char shown[SHOW_MAX + 4];
    const char *why = fleet_error_text(error);
    if (error == -EADDRNOTAVAIL)
        ask_log_error(&a->options.log, "%s: Unknown host (%s) (%s)", a->options.program,
                      show_text(a->options.agent, shown), why);
    else if (agent->device[0] != '\0')
        ask_log_error(&a->options.log, "Binding socket to interface %s failed: %s",
                      show_text(agent->device, shown), why);
    else (void)fault(a, why);
    return false;
}

bool ask_open(struct ask *a) {
    const struct ask_options *o = &a->options;
    struct ask_agent agent, source = { .port = 0 };
    if (o->has_transport)
        return fault(a, "Configuration data found but the transport can't be configured");
    if (!ask_find_agent(a, &agent) || !ask_find_source(a, &source) || !ask_check_user(a))
        return false;
    const struct fleet_options options = {
        .sink = { .context = a, .rows = ignore_rows, .report = ignore_report },
        .trace = o->dumps ? show : NULL,
        .io = FLEET_IO_MMSG,
        .window = WINDOW,
        .rto_floor_ns = o->timeout_ns,
        .bind = source.host[0] != '\0' ? source.host : NULL,
        .device = agent.device[0] != '\0' ? agent.device : NULL,
        .receive_buffer = BUFFER_BYTES,
        .send_buffer = BUFFER_BYTES,
    };
    struct fleet_target_options target = {
        .name = "agent", .host = agent.host, .port = agent.port,
        .timeout_ns = o->timeout_ns, .retries = o->retries == 0 ? -1 : o->retries,
    };
    int error = fleet_new(&a->fleet, &options);
    if (error != 0) return ask_tell_open(a, &agent, error);
    struct fleet_auth_options auth;
    if (!credentials_settle(&a->options.credentials, o->program, false)) return false;
    if (credentials_apply(&o->credentials, o->program, a->fleet, NULL, &target, &auth) != 0)
        return false;
    error = fleet_target_set(a->fleet, &target, &a->target, NULL);
    return error == 0 || fault(a, fleet_error_text(error));
}

static void done(void *context, const struct fleet_result *result) {
    struct ask *a = context;
    a->is_over = true;
    a->answered(a, result);
}

bool ask_question(struct ask *a, enum fleet_pdu pdu, const struct fleet_varbind *varbinds,
                  size_t count, uint32_t non_repeaters, uint32_t max_repetitions,
                  void (*answered)(struct ask *ask, const struct fleet_result *result)) {
    const struct fleet_request_options options = { .done = done, .context = a };
    if (pdu == FLEET_PDU_GETBULK && a->options.credentials.auth.version == FLEET_V1)
        return fault(a, "Cannot send V2 PDU on V1 session");
    a->answered = answered;
    a->is_over = false;
    int error = fleet_request(a->fleet, a->target, pdu, varbinds, count, non_repeaters,
                              max_repetitions, &options, NULL);
    struct pollfd wait = { .fd = fleet_fd(a->fleet), .events = POLLIN };
    while (error == 0 && !a->is_over) {
        error = fleet_step(a->fleet, 0);
        if (error == 0 && !a->is_over && poll(&wait, 1, -1) < 0 && errno != EINTR) error = -errno;
    }
    return error == 0 || fault(a, fleet_error_text(error));
}

/* ---- what became of it ---- */

static const char *reason_text(enum fleet_reason reason) {
    switch (reason) {
    case FLEET_REASON_UNKNOWN_USER: return "Unknown user name";
    case FLEET_REASON_WRONG_DIGEST:
        return "Authentication failure (incorrect password, community or key)";
    case FLEET_REASON_DECRYPT_ERROR: return "Decryption error";
    case FLEET_REASON_NOT_IN_WINDOW: return "Not in time window";
    case FLEET_REASON_UNSUPPORTED_LEVEL: return "Unsupported security level";
    case FLEET_REASON_MALFORMED: return "Bad parse of ASN.1 type";
    default: return NULL;
    }
}

bool ask_has_answer(struct ask *a, const struct fleet_result *result) {
    char shown[SHOW_MAX + 4];
    bool is_answer = result->reason == FLEET_REASON_OK || result->error_status != 0;
    if (is_answer) return true;
    (void)fflush(stdout);
    struct fleet_stats stats;
    fleet_get_stats(a->fleet, &stats);
    const char *text = reason_text(result->reason);
    /* Of an agent whose engine could not be asked for, Net-SNMP says no more. */
    const struct fleet_auth_options *auth = &a->options.credentials.auth;
    if (text == NULL && auth->version == FLEET_V3 && auth->engine_id == NULL &&
        stats.discoveries == 0)
        text = "Timeout";
    if (text != NULL) {
        ask_log_error(&a->options.log, "%s: %s", a->options.program, text);
    } else {
        log_plain("Timeout: No Response from %s%s\n",
                  show_text(a->options.agent, shown), a->verb->stop);
    }
    return false;
}

static char *varbind_text(struct ask *a, const struct fleet_varbind *varbind, char *room,
                          size_t size) {
    uint32_t oid[FLEET_OID_SUBIDS_MAX];
    size_t count = fleet_oid_numbers(varbind->oid, varbind->oid_length, oid);
    size_t length = fleet_mib_varbind_text(a->mib, oid, count, &varbind->value, &a->options.style,
                                           room, size);
    if (length < size) return room;
    char *text = malloc(length + 1);
    if (text != NULL)
        (void)fleet_mib_varbind_text(a->mib, oid, count, &varbind->value, &a->options.style, text,
                                     length + 1);
    return text;
}

void ask_print(struct ask *a, const struct fleet_varbind *varbind) {
    char room[TEXT_BYTES];
    if (ask_mib(a) == NULL) return;
    char *text = varbind_text(a, varbind, room, sizeof(room));
    if (text == NULL) {
        (void)fault(a, strerror(ENOMEM));
        return;
    }
    (void)fputs(text, stdout);
    (void)putchar('\n');
    if (text != room) free(text);
}

void ask_tell_oid(struct ask *a, const uint32_t *numbers, size_t count) {
    char text[4 * FLEET_OID_TEXT_MAX];
    if (ask_mib(a) == NULL) return;
    (void)fleet_mib_oid_text(a->mib, numbers, count, &a->options.style, text, sizeof(text));
    log_plain("%s\n", text);
}

static const char *error_text(int32_t status) {
    static const char *const texts[] = {
        "(noError) No Error",
        "(tooBig) Response message would have been too large.",
        "(noSuchName) There is no such variable name in this MIB.",
        "(badValue) The value given has the wrong type or length.",
        "(readOnly) The two parties used do not have access to use the specified SNMP PDU.",
        "(genError) A general failure occured",
        "noAccess",
        "wrongType (The set datatype does not match the data type the agent expects)",
        "wrongLength (The set value has an illegal length from what the agent expects)",
        "wrongEncoding",
        "wrongValue (The set value is illegal or unsupported in some way)",
        "noCreation (That table does not support row creation or that object can not ever be "
        "created)",
        "inconsistentValue (The set value is illegal or unsupported in some way)",
        "resourceUnavailable (This is likely a out-of-memory failure within the agent)",
        "commitFailed",
        "undoFailed",
        "authorizationError (access denied to that object)",
        "notWritable (That object does not support modification)",
        "inconsistentName (That object can not currently be created)",
    };
    bool is_known = status >= 0 && (size_t)status < sizeof(texts) / sizeof(texts[0]);
    return is_known ? texts[status] : "Unknown Error";
}

void ask_tell_error(struct ask *a, const struct fleet_result *result) {
    (void)fflush(stdout);
    log_plain("Error in packet%s\nReason: %s\n", a->verb->error_stop,
              error_text(result->error_status));
    if (result->error_index == 0) return;
    log_plain("Failed object: ");
    size_t index = (size_t)result->error_index - 1;
    if (result->error_index > 0 && index < result->varbind_count) {
        const struct fleet_varbind *varbind = &result->varbinds[index];
        uint32_t oid[FLEET_OID_SUBIDS_MAX];
        ask_tell_oid(a, oid, fleet_oid_numbers(varbind->oid, varbind->oid_length, oid));
    }
    log_plain("\n");
}
