/* The options of bench: see option.h. */
#include "cli/option.h"

static const char *const kinds[] = { "get", "getnext", "getbulk", "walk", "set", NULL };

#define BENCH(id_, name_, value_, rule_, standard_, help_, section_) \
    { .id = (id_), .name = (name_), .value = (value_), .rule = rule_, .standard = (standard_), \
      .help = (help_), .section = (section_), .verbs = VERB_BENCH }
#define KINDS { .kind = RULE_WORDS, .words = kinds }
#define TEXT { .kind = RULE_TEXT }
#define TIME { .kind = RULE_TIME, .min = 1000000 }
#define TIME_OR_NONE { .kind = RULE_TIME, .may_be_zero = true }
#define NUMBER(min_, max_) { .kind = RULE_NUMBER, .min = (min_), .max = (max_) }
#define FILE_OPTION(id_, name_, help_) \
    { .id = (id_), .name = (name_), .value = "FILE", .rule = TEXT, .help = (help_), \
      .section = SECTION_OUTPUT, .verbs = VERB_BENCH, .is_file = true }

const struct option_row option_rows_bench[] = {
    BENCH(OPT_BENCH_RATE, "rate", "R", TEXT, "10; of walks 1",
          "plan R requests a second for each agent, and send them whether earlier ones were "
          "answered or not (open loop)", SECTION_SPEED),
    BENCH(OPT_RAMP, "ramp", "FROM:TO", TEXT, NULL,
          "as --rate, with a rate that changes evenly from FROM to TO", SECTION_SPEED),
    BENCH(OPT_CONCURRENCY, "concurrency", "N", NUMBER(1, 65535), NULL,
          "instead of a rate: keep N requests open to each agent, and ask the next when one is "
          "answered (closed loop); a stall of the agent then shows in few requests",
          SECTION_SPEED),
    BENCH(OPT_DURATION, "duration", "DUR", TIME, "10s", "how long the load is measured",
          SECTION_SPEED),
    BENCH(OPT_REQUESTS, "requests", "N", NUMBER(1, UINT64_C(1000000000)),
          "no limit; with --sweep 300",
          "end after N requests; with --sweep: the requests of a step, of which fewer are faster "
          "and less exact (20 at least)", SECTION_SPEED),
    BENCH(OPT_WARMUP, "warmup", "DUR", TIME_OR_NONE, "1s",
          "ask for so long before the measured time; these requests do not count; 0: not at all",
          SECTION_SPEED),
    BENCH(OPT_SWEEP, "sweep", NULL, { .kind = RULE_NONE }, NULL,
          "raise the rate until the agent does not hold it; find a safe rate, the best "
          "max-repetitions, how many requests it works on at once, and what each object costs; "
          "takes some minutes; --rate is then the highest rate that is tried", SECTION_SPEED),
    BENCH(OPT_FIND_SLOW, "find-slow", NULL, { .kind = RULE_NONE }, NULL,
          "instead of a load: ask for each object below OID alone, and show which take long",
          SECTION_SPEED),
    BENCH(OPT_COSTS, "costs", NULL, { .kind = RULE_NONE }, NULL,
          "ask for each column of the tables and each object given by OID or --module alone, and "
          "show how long one instance takes the agent, without its load", SECTION_SPEED),
    BENCH(OPT_YES, "yes", NULL, { .kind = RULE_NONE }, NULL,
          "an agent that is not on this machine may be asked more than 50 times a second, or for "
          "more than one walk a second; --sweep and --concurrency need it there", SECTION_SPEED),

    BENCH(OPT_KIND, "kind", "KIND", KINDS,
          "get; of OIDs without an instance walk, with --sweep getbulk",
          "get, getnext, getbulk (over v1 getnext), walk (all below OID is one request) or set (on "
          "loopback only: OID sets the value that the agent has, OID=TYPE:VALUE another one; the "
          "old value is set back at the end)", SECTION_WHAT),
    BENCH(OPT_MIX, "mix", "KIND=N,...", TEXT, NULL,
          "several kinds in these proportions, such as get=80,walk=20", SECTION_WHAT),
    BENCH(OPT_MODULE, "module", "NAME", TEXT, NULL,
          "instead of OID: the objects of a module, built in or of the configuration",
          SECTION_WHAT),
    BENCH(OPT_VARBINDS, "varbinds", "N", NUMBER(1, 128), "as many as there are OIDs",
          "objects in each request; the OIDs are taken in turn", SECTION_WHAT),
    BENCH(OPT_REPETITIONS, "max-repetitions", "N", NUMBER(1, 65535), "10",
          "rows that GETBULK asks for, also in walks", SECTION_WHAT),

    { .id = OPT_BENCH_TIMEOUT, .name = "timeout", .letter = 't', .value = "DUR", .rule = TIME,
      .standard = "5s; with --sweep 2s",
      .help = "longest wait for an answer; without one the request is lost",
      .section = SECTION_WHO, .verbs = VERB_BENCH },
    { .id = OPT_BENCH_RETRIES, .name = "retries", .letter = 'r', .value = "N",
      .rule = NUMBER(0, 100), .standard = "0",
      .help = "further attempts of a request without an answer; they are load beside the plan",
      .section = SECTION_WHO, .verbs = VERB_BENCH },
    BENCH(OPT_SAMPLE, "sample", "DUR", { .kind = RULE_TIME }, "1s",
          "ask for sysUpTime and for the load of the agent's own processor at this interval",
          SECTION_WHO),
    BENCH(OPT_NO_SAMPLE, "no-sample", NULL, { .kind = RULE_NONE }, NULL,
          "do not ask for them", SECTION_WHO),

    FILE_OPTION(OPT_JSON, "json",
                "write the whole result as JSON, which compare reads; - is standard output"),
    FILE_OPTION(OPT_HGRM, "hgrm",
                "write the latencies as HdrHistogram's percentile distribution (.hgrm)"),
    FILE_OPTION(OPT_CSV_SECONDS, "csv", "write a line for each second as CSV"),
    FILE_OPTION(OPT_HTML, "html", "write a page with plots, complete in one file"),
    BENCH(OPT_FAIL, "fail", "LIMIT,...", TEXT, NULL,
          "end with code 5 where a limit does not hold, such as 'p99<50ms,loss<0.1%'; there are "
          "p50, p99.9 and so on, min, mean, max, stddev, loss, errors, unsent, late, cpu, rate, "
          "restarts", SECTION_OUTPUT),
    { .help = NULL },
};
