/* verb: see verb.h. */
#include "cli/verb.h"

#include <string.h>

#include "base/nearest.h"

#define ASK_EXITS \
    "0\tsuccess\n" \
    "1\tno answer, or an error in the command; of many agents: some do not answer\n" \
    "2\tthe agent refused; of many agents: some refuse\n"

#define AGENT_NOTES \
    "AGENT is HOST[:PORT], udp:HOST[:PORT], udp6:HOST[:PORT] or [ADDRESS][:PORT]."

#define MANY_NOTES AGENT_NOTES \
    "\n\nSeveral agents are asked at once where AGENT is a list (A,B,C) or --targets is given " \
    "instead. Lines then begin with the name of the target. -t (1s) and -r (3) count where the " \
    "targets have no timeout and no retries."

static const char poll_what[] =
    "Polls a fleet on schedule, or once with --once. Writes rows to standard output or to what -o "
    "names.\n\n"
    "TARGETS are targets files (- is standard input), folders of them, documents of Prometheus' "
    "file_sd (*.json, *.yaml) or single targets: HOST[:PORT], a block (10.0.0.0/24) or a range "
    "(10.0.0.1-254). Put a target and its keys in quotes: '192.0.2.1 community=x'. Without TARGETS "
    "the configuration names them.";

static const char poll_notes[] =
    "SIGHUP reads configuration and targets again; if either has an error nothing changes. SIGTERM "
    "or SIGINT ends after the polls that are running; a second one ends at once. During the start "
    "SIGHUP waits, and SIGTERM ends at once, with exit code 0, or 1 with --once.\n\n"
    "A time is a number with a unit: 500ms, 1.5s, 2m, 1h. Without a unit it is seconds.";

static const char bench_what[] =
    "Asks an agent at a planned rate and measures its answers. Latency counts from the moment for "
    "which a request was planned, so that a stall of the agent shows in all requests that it "
    "delays. Requests that this machine sent late, or not at all, are a figure of their own.\n\n"
    "OID may be given several times; without it sysUpTime.0 is asked for, by getbulk ifDescr, by "
    "walk ifTable. With --targets each agent gets the load.\n\n"
    "compare holds results that --json wrote beside the first one, and says which differences are "
    "more than chance. Of the options it takes --html.\n\n"
    "An agent that has not answered for 10 requests and 5 s is asked no more. SIGINT ends the run "
    "with the results so far. snmpfleet-bench(1) has the method, all that is measured, and a "
    "worked example.";

static const char set_what[] =
    "Sets objects of an agent: all of them, or none.\n\n"
    "TYPE is i INTEGER, u unsigned, t TimeTicks, a IpAddress, o OID, s text, x octets in "
    "hexadecimal, d octets in decimal, b bits, = what the MIB module says, U and I unsigned and "
    "signed 64 bits, F float, D double.";

const struct verb verb_table[] = {
    { "poll", VERB_POLL, NULL, "poll a fleet on schedule or once; rows as CSV, line protocol, JSON",
      "[TARGETS...]", poll_what,
      "0\tall polls are complete\n"
      "1\tsome polls failed or are partial\n"
      "2\tan error in configuration or targets\n"
      "3\tan error in the command line\n"
      "4\tsystem: an output cannot be written, no memory\n",
      poll_notes,
      "snmpfleet poll --once 192.0.2.1\tPoll one device once, with community public.\n"
      "snmpfleet poll -c s3cret --interval 30s core.targets\tPoll a file of targets every 30 s.\n"
      "snmpfleet poll -f fleet.yaml -o influx:rows.lp core.targets\tWrite line protocol to a "
      "file.\n",
      NULL },
    { "check", VERB_CHECK, NULL, "validate configuration and targets; send nothing", "[TARGETS...]",
      "Reads configuration and targets as poll does, with the same options, and prints what "
      "would be polled. Sends nothing, unless --probe is given. Opens no output.",
      "0\tsuccess\n"
      "1\ta target that was probed does not answer as configured\n"
      "2\tan error in configuration, targets, modules or state file\n"
      "3\tan error in the command line\n"
      "4\tsystem\n",
      "`snmpfleet poll --dry-run` is the same.",
      "snmpfleet check -f fleet.yaml core.targets\tSay what would be polled, and how fast.\n"
      "snmpfleet check --probe -f fleet.yaml core.targets\tAsk each target once.\n",
      NULL },
    { "simulate", VERB_SIMULATE, NULL,
      "simulated agents on loopback, from recordings or made up, with faults on demand", "",
      "Runs simulated agents of SNMPv1, v2c and v3 on loopback addresses until SIGTERM or SIGINT. "
      "Prints the line \"ready: N agents at ADDRESS:PORT (IO)\" once they answer.",
      "0\tsuccess\n"
      "2\ta recording cannot be used\n"
      "3\tan error in the command line\n"
      "4\tsystem\n",
      "A fault takes SHARE[:VALUE]: SHARE of the agents (0.05 or 5%) have it; VALUE is how strong "
      "it is.\n\n"
      "With --capacity, --object-cost, --pause or --pause-at answers take time, at all agents "
      "alike. An agent works on --servers requests at once, first come, first served; what comes "
      "when --queue requests wait is dropped. A reply leaves when its work is done, and faults "
      "such as --delay come on top. A switch then has processors, one for each server: "
      "hrProcessorLoad, ssCpuUser, ssCpuSystem, ssCpuIdle and the ssCpuRaw counters. Their load is "
      "the share of the last 2 seconds (of real agents: the last minute) in which the servers "
      "worked; a pause counts as work.",
      "snmpfleet simulate --agents 100 --loss 10%:0.2\tA tenth of 100 agents loses a fifth of the "
      "datagrams.\n"
      "snmpfleet simulate --recordings switch.snmprec\tPlay a recording.\n"
      "snmpfleet simulate --capacity 75 --object-cost 1.3.6.1.2.1.2.2.1.10=2ms\t"
      "An agent that works on one request at a time, 75 a second or fewer.\n",
      NULL },
    { "bench", VERB_BENCH, NULL, "how fast agents answer, and how hard they may be polled",
      "AGENT|--targets FILE [OID...] | compare A.json B.json...",
      bench_what,
      "0\tmeasured; the limits of --fail hold\n"
      "1\tno agent answers, or none any more; a value could not be set back\n"
      "2\tan error in configuration, targets or a result to compare\n"
      "3\tan error in the command line\n"
      "4\tsystem: a report cannot be written, no memory\n"
      "5\ta limit of --fail does not hold\n",
      AGENT_NOTES,
      "snmpfleet bench 192.0.2.1\tAsk for sysUpTime 10 times a second for 10 s.\n"
      "snmpfleet bench --sweep --yes 192.0.2.1 ifTable\tHow hard may it be polled?\n"
      "snmpfleet bench --module interfaces 192.0.2.1\t"
      "How long does a poll of the module take? One a second is measured.\n"
      "snmpfleet bench --find-slow 192.0.2.1 ifTable ifXTable\tWhich objects take long?\n"
      "snmpfleet bench --rate 40 --fail 'p99<50ms,loss<0.1%' --json new.json 192.0.2.1\t"
      "A test for a firmware's CI.\n"
      "snmpfleet bench compare old.json new.json\tDid the new firmware become slower?\n",
      NULL },
    { "translate", VERB_TRANSLATE, NULL, "names to OIDs and back; what MIB modules say of them",
      "OID...",
      "Translates names to OIDs and OIDs to names. Common MIB modules are built in; others are "
      "read from files. Sends nothing.",
      "0\tsuccess\n"
      "1\tan error in the command line, or nothing matches\n"
      "2\ta name is not known\n"
      "4\tsystem\n",
      NULL,
      "snmpfleet translate -On IF-MIB::ifHCInOctets.1\tThe OID of a name.\n"
      "snmpfleet translate -Td ifOperStatus\tWhat the module says of an object.\n",
      NULL },
    { "get", VERB_GET, "snmpget", "ask agents for objects, as snmpget does",
      "AGENT OID [OID]...", "Asks an agent for objects.", ASK_EXITS, MANY_NOTES,
      "snmpfleet get 192.0.2.1 sysName.0 sysUpTime.0\tTwo objects of one agent.\n"
      "snmpfleet get --targets core.targets sysName.0\tOne object of many agents.\n",
      NULL },
    { "getnext", VERB_GETNEXT, "snmpgetnext", "ask for the objects that follow",
      "AGENT OID [OID]...", "Asks an agent for the objects that follow those that are named.",
      ASK_EXITS, MANY_NOTES,
      "snmpfleet getnext 192.0.2.1 ifDescr\tThe first interface's description.\n", NULL },
    { "bulkget", VERB_BULKGET, "snmpbulkget", "ask for several that follow, in one question",
      "AGENT OID [OID]...",
      "Asks an agent for several objects that follow those that are named, in one question "
      "(GETBULK).", ASK_EXITS, MANY_NOTES,
      "snmpfleet bulkget -Cr5 192.0.2.1 ifDescr\tThe first five descriptions.\n", NULL },
    { "getbulk", VERB_BULKGET, NULL, "the same as bulkget", "AGENT OID [OID]...",
      "Asks an agent for several objects that follow those that are named, in one question "
      "(GETBULK).", ASK_EXITS, MANY_NOTES,
      "snmpfleet getbulk -Cr5 192.0.2.1 ifDescr\tThe first five descriptions.\n", "bulkget" },
    { "walk", VERB_WALK, "snmpwalk", "ask for all objects below one, as snmpwalk does",
      "AGENT [OID]",
      "Asks an agent for all objects at and below OID, by GETNEXT. Without OID: all of mib-2.",
      ASK_EXITS, MANY_NOTES,
      "snmpfleet walk 192.0.2.1 ifTable\tAll objects of the interfaces.\n", NULL },
    { "bulkwalk", VERB_BULKWALK, "snmpbulkwalk", "the same by GETBULK", "AGENT [OID]",
      "Asks an agent for all objects at and below OID, by GETBULK. Without OID: all of mib-2.",
      ASK_EXITS, MANY_NOTES,
      "snmpfleet bulkwalk 192.0.2.1 ifXTable\tAll objects of the interfaces, 10 a question.\n",
      NULL },
    { "table", VERB_TABLE, "snmptable", "a table in rows and columns, as snmptable does",
      "AGENT TABLE-OID", "Shows a table of an agent in rows and columns, by GETBULK.",
      "0\tsuccess\n1\tno answer, or an error in the command\n2\tthe agent refused\n",
      AGENT_NOTES, "snmpfleet table -Ci 192.0.2.1 ifTable\tThe interfaces, with their index.\n",
      NULL },
    { "set", VERB_SET, "snmpset", "set objects of agents, as snmpset does",
      "AGENT OID TYPE VALUE [OID TYPE VALUE]...", set_what, ASK_EXITS, MANY_NOTES,
      "snmpfleet set -c private 192.0.2.1 sysContact.0 s noc\tSet one object.\n", NULL },
    { NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};

const struct verb *verb_find(const char *name) {
    const struct verb *v = verb_table;
    while (v->name != NULL && strcmp(v->name, name) != 0) v++;
    return v->name != NULL ? v : NULL;
}

const struct verb *verb_of_program(const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    for (const struct verb *v = verb_table; v->name != NULL; v++) {
        if (v->program != NULL && strcmp(name, v->program) == 0) return v;
    }
    return NULL;
}

const char *verb_nearest(const char *name) {
    struct nearest nearest = NEAREST_INIT(name);
    for (const struct verb *v = verb_table; v->name != NULL; v++) nearest_try(&nearest, v->name);
    return nearest.best;
}
