/*
 * The options of translate and of the verbs that ask agents, in Net-SNMP's grammar (snmpcmd(1)):
 * see option.h.
 */
#include "cli/option.h"

static const char *const formats[] = { "text", "csv", "json", NULL };

enum { VERBS_TEXT = VERBS_ASK | VERB_TRANSLATE };

/* One of Net-SNMP's letters, with a value. */
#define LETTER(letter_, value_, help_, section_, verbs_, letters_) \
    { .id = OPT_NET_SNMP, .letter = (letter_), .value = (value_), .rule = { .kind = RULE_TEXT }, \
      .help = (help_), .letters = (letters_), .section = (section_), .verbs = (verbs_) }

static const char output_letters[] =
    "n\tOIDs as .1.3.6.1.2.1.2.2.1.2.5\n"
    "s\tOIDs as ifDescr.5\n"
    "S\tOIDs as IF-MIB::ifDescr.5 (default)\n"
    "f\tOIDs as .iso.org.dod.internet.mgmt.mib-2 and so on\n"
    "u\tOIDs as UCD-SNMP wrote them\n"
    "b\tindexes as numbers\n"
    "X\tindexes in brackets\n"
    "E\tquotes of indexes with backslashes\n"
    "e\tnamed numbers as numbers\n"
    "t\ttimes as numbers\n"
    "U\tno units\n"
    "a\tall strings as text\n"
    "x\tall strings in hexadecimal\n"
    "T\thexadecimal, followed by the text\n"
    "0\thexadecimal with two digits: 0f for f\n"
    "q\tvalues without their types\n"
    "Q\tvalues without their types, with =\n"
    "v\tvalues alone\n"
    "p FORMAT\tfloating point with printf's flags, width and precision: .2\n";

static const char input_letters[] =
    "R\tlook for names without a module in all modules (default)\n"
    "u\tlook for names below .1.3.6.1.2.1 first\n"
    "b\tnames are regular expressions\n"
    "r\tindexes may be out of their range\n"
    "h\tstrings without DISPLAY-HINT\n"
    "S TEXT\tput TEXT before every name\n"
    "s TEXT\tput TEXT after every name\n";

static const char log_letters[] =
    "e\tto standard error\n"
    "o\tto standard output\n"
    "n\tnowhere\n"
    "f FILE\tto a file\n"
    "s FACILITY\tto syslog: d, u or 0 to 7\n"
    "E O N F S PRI ...\tthe same, for messages of priority PRI and above, or of a range: 3, err, "
    "0-3\n";

static const char report_letters[] =
    "d\tthe definition of the object in its module\n"
    "p\tall objects below it, as a tree\n"
    "a\tall objects below it, as a module\n"
    "l\ta list of labelled OIDs\n"
    "o\ta list of OIDs in numbers\n"
    "s\ta list of names\n"
    "z\ta list of names with their numbers\n"
    "t\ta list of types\n"
    "B\tall objects that match OID, a regular expression\n";

static const char table_letters[] =
    "i\twith the index\n"
    "b\tbrief headings\n"
    "h\theadings only\n"
    "H\tno headings\n"
    "B\tby GETNEXT\n"
    "r NUM\tNUM repetitions or rows at a time (10)\n"
    "f TEXT\tTEXT between the columns, instead of blanks\n"
    "l\tcolumns begin at the left\n"
    "c NUM\tcolumns of NUM characters\n"
    "w NUM\tlines of at most NUM characters\n";

static const char walk_letters[] =
    "i\talso OID itself\n"
    "I\tnever OID itself, even where nothing is below it\n"
    "c\tgo on when names do not increase\n"
    "p\tprint how many objects were found\n"
    "t\tprint how long all took\n"
    "T\tprint how long each took\n"
    "E OID\tend before OID\n";

static const char bulkwalk_letters[] =
    "i\talso OID itself\n"
    "c\tgo on when names do not increase\n"
    "p\tprint how many objects were found\n"
    "nNUM\tnon-repeaters (0)\n"
    "rNUM\trepetitions a question (10)\n";

const struct option_row option_rows_ask[] = {
    LETTER('O', "LETTERS", "how OIDs and values are written:", SECTION_TEXT, VERBS_TEXT,
           output_letters),
    LETTER('I', "LETTERS", "how names are read:", SECTION_TEXT, VERBS_TEXT, input_letters),
    LETTER('T', "LETTERS", "what is printed:", SECTION_TEXT, VERB_TRANSLATE, report_letters),
    { .id = OPT_NET_SNMP, .letter = 'w', .value = "WIDTH", .standard = "1000000",
      .rule = { .kind = RULE_NUMBER, .min = 1, .max = 1000000 }, .section = SECTION_TEXT,
      .help = "greatest width of the lines of -Td and -Tp", .verbs = VERB_TRANSLATE },

    { .id = OPT_FORMAT, .name = "output", .letter = 'o', .value = "text|csv|json",
      .rule = { .kind = RULE_WORDS, .words = formats }, .standard = "text",
      .section = SECTION_MANY, .verbs = VERBS_MANY, .is_own = true,
      .help = "how answers are written; as csv and json, failures are among them, with reason and "
              "detail" },
    { .id = OPT_SORTED, .name = "sorted", .section = SECTION_MANY, .verbs = VERBS_MANY,
      .is_own = true, .help = "write answers in the order of the targets" },

    LETTER('C', "LETTERS", "how the verb works:", SECTION_VERB, VERB_GET | VERB_GETNEXT,
           "f\tdo not ask again without the objects that the agent refuses\n"),
    LETTER('C', "LETTERS", "how the verb works:", SECTION_VERB, VERB_BULKGET,
           "nNUM\task for the first NUM objects once (0)\n"
           "rNUM\task for the others NUM times (10)\n"),
    LETTER('C', "LETTERS", "how the verb works:", SECTION_VERB, VERB_WALK, walk_letters),
    LETTER('C', "LETTERS", "how the verb works:", SECTION_VERB, VERB_BULKWALK,
           bulkwalk_letters),
    LETTER('C', "LETTERS", "how the verb works:", SECTION_VERB, VERB_TABLE, table_letters),
    LETTER('C', "LETTERS", "how the verb works:", SECTION_VERB, VERB_SET,
           "q\tdo not print what was set\n"),

    { .id = OPT_NET_SNMP, .name = "timeout", .letter = 't', .key = &target_keys[TARGET_TIMEOUT],
      .section = SECTION_OTHER, .verbs = VERBS_ASK },
    { .id = OPT_NET_SNMP, .name = "retries", .letter = 'r', .key = &target_keys[TARGET_RETRIES],
      .standard = "5", .section = SECTION_OTHER, .verbs = VERBS_ASK },
    LETTER('s', "ADDRESS", "ask from this local address", SECTION_OTHER, VERBS_ASK, NULL),
    { .id = OPT_NET_SNMP, .letter = 'd', .section = SECTION_OTHER, .verbs = VERBS_ASK,
      .help = "show the datagrams on standard error, in hexadecimal and decoded" },
    LETTER('L', "LETTER", "where messages go:", SECTION_OTHER, VERBS_ASK, log_letters),
    LETTER('Y', "NAME=VALUE", "a setting of snmp.conf(5); --NAME=VALUE is the same",
           SECTION_OTHER, VERBS_ASK, NULL),
    { .id = OPT_NET_SNMP, .letter = 'H', .section = SECTION_OTHER, .verbs = VERBS_ASK,
      .help = "list the settings of snmp.conf that count" },
    LETTER('Z', "BOOTS,TIME", "engine boots and time: accepted without effect",
           SECTION_OTHER, VERBS_ASK, NULL),
    LETTER('D', "TEXT", "accepted without effect", SECTION_OTHER, VERBS_ASK, NULL),
    { .id = OPT_NET_SNMP, .letter = 'D', .value = "TEXT", .rule = { .kind = RULE_TEXT },
      .help = "debugging output: there is none", .verbs = VERB_TRANSLATE,
      .is_hidden = true },
    LETTER('P', "LETTERS", "accepted without effect", SECTION_OTHER, VERBS_TEXT, NULL),
    LETTER('L', "LETTERS", "accepted without effect", SECTION_OTHER, VERB_TRANSLATE, NULL),
    /* table asks one agent, and says so. */
    { .id = OPT_CONFIG, .name = "config", .letter = 'f', .value = "FILE",
      .rule = { .kind = RULE_TEXT }, .help = "of many agents", .verbs = VERB_TABLE,
      .is_own = true, .is_hidden = true },
    { .id = OPT_TARGETS, .name = "targets", .value = "FILE", .rule = { .kind = RULE_TEXT },
      .help = "of many agents", .verbs = VERB_TABLE, .is_own = true, .is_hidden = true },
    { .id = OPT_FORMAT, .name = "output", .letter = 'o', .value = "text|csv|json",
      .rule = { .kind = RULE_WORDS, .words = formats }, .help = "of many agents",
      .verbs = VERB_TABLE, .is_own = true, .is_hidden = true },
    { .id = OPT_SORTED, .name = "sorted", .help = "of many agents", .verbs = VERB_TABLE,
      .is_own = true, .is_hidden = true },
    { .id = OPT_NET_SNMP, .letter = 'p', .value = "PORT", .rule = { .kind = RULE_TEXT },
      .help = "no longer used", .verbs = VERBS_ASK, .is_hidden = true },
    { .id = OPT_NET_SNMP, .letter = 'T', .value = "NAME=VALUE", .rule = { .kind = RULE_TEXT },
      .help = "settings of a transport; UDP has none", .verbs = VERBS_ASK, .is_hidden = true },
    { .help = NULL },
};
