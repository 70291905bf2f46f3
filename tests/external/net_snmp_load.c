/*
 * net_snmp_load: a closed loop of GETs on Net-SNMP's own library, independent of snmpfleet.
 *
 *     net_snmp_load HOST:PORT OPEN SECONDS OID...
 *
 * Keeps OPEN requests open for SECONDS, and prints: answers, time-outs, answers a second. Each
 * request asks for all OIDs, by v2c as community public, once, with a time-out of a second.
 */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <time.h>

enum { OIDS_MAX = 64, TIMEOUT_US = 1000000 };

struct load {
    oid names[OIDS_MAX][MAX_OID_LEN];
    size_t lengths[OIDS_MAX];
    int count;
    int open;
    unsigned long long answers, losses;
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int take(int operation, struct snmp_session *session, int id, struct snmp_pdu *pdu,
                void *context) {
    struct load *load = context;
    (void)session, (void)id;
    bool is_answer = operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE &&
                     pdu->command == SNMP_MSG_RESPONSE && pdu->errstat == SNMP_ERR_NOERROR;
    load->open--;
    if (is_answer) load->answers++;
    else load->losses++;
    return 1;
}

static bool ask(struct load *load, struct snmp_session *session) {
    struct snmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_GET);
    for (int i = 0; i < load->count; i++) snmp_add_null_var(pdu, load->names[i], load->lengths[i]);
    if (snmp_send(session, pdu) == 0) {
        snmp_perror("net_snmp_load");
        snmp_free_pdu(pdu);
        return false;
    }
    load->open++;
    return true;
}

/* All that has come, or what was not answered in time. */
static void wait_once(struct snmp_session *session) {
    int socket = snmp_sess_transport(snmp_sess_pointer(session))->sock, bytes = 0;
    fd_set set;
    struct timeval wait = { .tv_usec = 100000 };
    int count = 0, block = 0;
    FD_ZERO(&set);
    snmp_select_info(&count, &set, &wait, &block);
    if (select(count, &set, NULL, NULL, &wait) <= 0) {
        snmp_timeout();
        return;
    }
    do {
        FD_ZERO(&set);
        FD_SET(socket, &set);
        snmp_read(&set);
    } while (ioctl(socket, FIONREAD, &bytes) == 0 && bytes > 0);
}

int main(int argc, char **argv) {
    static struct load load;
    struct snmp_session options;
    if (argc < 5 || argc - 4 > OIDS_MAX) return 2;
    int open_max = atoi(argv[2]);
    double seconds = atof(argv[3]);
    setenv("MIBS", "", 1);
    init_snmp("net_snmp_load");
    for (int i = 4; i < argc; i++, load.count++) {
        load.lengths[load.count] = MAX_OID_LEN;
        if (!read_objid(argv[i], load.names[load.count], &load.lengths[load.count])) return 2;
    }
    snmp_sess_init(&options);
    options.version = SNMP_VERSION_2c;
    options.peername = argv[1];
    options.community = (u_char *)"public";
    options.community_len = 6;
    options.retries = 0;
    options.timeout = TIMEOUT_US;
    options.callback = take;
    options.callback_magic = &load;
    struct snmp_session *session = snmp_open(&options);
    if (session == NULL) return 1;
    double begin = now(), end = begin + seconds;
    while (now() < end) {
        while (load.open < open_max && ask(&load, session)) continue;
        wait_once(session);
    }
    double lasted = now() - begin;
    unsigned long long answers = load.answers;
    while (load.open > 0 && now() < end + 2) wait_once(session);
    printf("%llu %llu %.1f\n", load.answers, load.losses, (double)answers / lasted);
    snmp_close(session);
    return 0;
}
