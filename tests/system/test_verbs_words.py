#!/usr/bin/env python3
"""Verbs that ask one agent, beside Net-SNMP's programs: the same grammar, output, messages and exit codes, one by one.

Agents are a real snmpd, recordings that `simulate` plays, and agents of the test's own that misbehave. More recordings, all letters on each and all
users of SNMPv3 stand in compare_verbs.py.
"""
import os
import shutil
import socket
import subprocess
import time

import recordings
from fake_agent import GEN_ERR, NO_SUCH_NAME, TOO_BIG, FakeAgent, Mib, integer, numbers_of, string
from net_snmp import Snmpd
from simulated import Simulated
from support import PROGRAM, Work, check, equal, free_port, run, skip
from side_by_side import MIBS, VERBS, Pair, Said, environment, links

SYSTEM = ".1.3.6.1.2.1.1"
V2C = ("-v2c", "-c", "public")
# Recordings that have much of what the modules describe, and how many requests their walk of these roots takes.
RICH = ["avocent_8000", "timos_7750"]
OUTPUT_LETTERS = ["n", "s", "f", "u", "b", "X", "E", "e", "q", "Q", "v", "t", "T", "a", "x", "U", "0", "XE", "Qe", "sqt", "nx", "ee", "qQ", "p.2", "p+08.3"]

snmpd = simulated = None


def at():
    return f"127.0.0.1:{snmpd.port}"


def pair(work, **env):
    return Pair(work.folder, **env)


def test_objects_of_a_real_agent(work):
    """get, getnext, bulkget: SNMPv1, SNMPv2c; what is there, what is not, and what is left out of the next question"""
    names = [SYSTEM + ".5.0", SYSTEM + ".4.0", SYSTEM + ".55.0", ".1.3.6.1.9.9.0"]
    commands = []
    for version in ("1", "2c"):
        who = ["-v", version, "-c", "public", at()]
        commands += [("snmpget", *who, *names[:2]), ("snmpget", *who, *names), ("snmpget", "-Cf", *who, *names),
                     ("snmpget", *who, *reversed(names)), ("snmpgetnext", *who, *names), ("snmpgetnext", *who, ".2.9", names[0]),
                     ("snmpgetnext", "-Cf", *who, ".2.9", names[0]), ("snmpget", *who, *names[:2], "-On", "-Oq")]
    commands += [("snmpbulkget", *V2C, *how, at(), SYSTEM + ".4", SYSTEM + ".5")
                 for how in (["-Cr2"], ["-Cn1", "-Cr3"], ["-Cn2r1"], ["-Cr0"], ["-Cn1", "-Cr", "-v2c"], ["-Cn3"])]
    commands += [("snmpbulkget", "-v1", "-c", "public", at(), SYSTEM), ("snmpbulkget", *V2C, at()),
                 ("snmpbulkget", *V2C, "-Cr2", at(), ".2.9")]
    pair(work, MIBS="").same(commands)


def test_users_of_snmpv3(work):
    """users, levels, passwords, keys and contexts, and what is told where one of them is wrong"""
    system = SYSTEM + ".4.0"
    users = [("-u", "noauth_nopriv"), ("-u", "noauth_nopriv", "-l", "noAuthNoPriv"),
             ("-u", "md5_nopriv", "-l", "authNoPriv", "-a", "MD5", "-A", "authpass_md5"),
             ("-u", "sha256_aes", "-l", "authPriv", "-a", "SHA-256", "-A", "authpass_sha256", "-x", "AES", "-X", "privpass_aes"),
             ("-u", "md5_des", "-l", "ap", "-A", "authpass_md5", "-X", "privpass_des"),
             ("-3u", "md5_des", "-3l", "authPriv", "-3A", "authpass_md5", "-3X", "privpass_des"),
             ("-u", "sha512_aes256c", "-l", "3", "-a", "SHA-512", "-A", "authpass_sha512", "-x", "AES256C", "-X", "privpass_aes256c"),
             ("-u", "md5_nopriv"), ("-u", "md5_nopriv", "-a", "MD5", "-A", "authpass_md5"), ("-u", "nobody"),
             ("-u", "md5_nopriv", "-l", "authNoPriv", "-a", "MD5", "-A", "authpass_wrong"),
             ("-u", "noauth_nopriv", "-l", "authNoPriv", "-a", "MD5", "-A", "authpass_md5"),
             ("-u", "md5_nopriv", "-l", "authNoPriv", "-a", "MD5", "-A", "short"),
             ("-u", "md5_des", "-l", "authPriv", "-a", "MD5", "-A", "authpass_md5", "-x", "DES", "-X", "privpass_wrong"),
             ("-u", "md5_nopriv", "-l", "authNoPriv", "-A", "authpass_md5", "-n", "nowhere"), ()]
    pair(work, MIBS="").same([("snmpget", "-v3", "-t", "1", "-r", "1", *user, at(), system) for user in users])


def test_agents_in_all_spellings(work):
    """AGENT as snmpcmd(1) describes it, for UDP; and what is no agent"""
    port, ask = snmpd.port, ["snmpget", *V2C, "-t", "0.5", "-r", "0"]
    good = [f"127.0.0.1:{port}", f"udp:127.0.0.1:{port}", f"UDP:localhost:{port}", f"localhost:{port}", f"{port}", f"udp:{port}", f":{port}",
            f"[::1]:{port}", f"udp6:[::1]:{port}", f"udpv6:[::1]:{port}", f"udpipv6:[::1]:{port}", f"ipv6:[::1]:{port}",
            f"udp6:[::1%lo]:{port}", f"UDP6:{port}"]
    bad = ["nosuch.invalid", f"udp:nosuch.invalid:{port}", f"nothing:127.0.0.1:{port}"]
    both = pair(work, MIBS="")
    both.same([(*ask, agent, SYSTEM + ".5.0") for agent in good + bad])
    # Net-SNMP appends what some system call said last.
    for agent in (f"udp6:nosuch.invalid:{port}", f"127.0.0.1:9{port}", f"udp:[::1]:{port}", f"udp6:127.0.0.1:{port}", "127.0.0.1:port", "[::1"):
        theirs, ours = both.theirs(*ask, agent, SYSTEM + ".5.0"), both.link(*ask, agent, SYSTEM + ".5.0")
        start = f"snmpget: Unknown host ({agent})"
        check(theirs.err.startswith(start) and ours.err.startswith(start), f"{agent}: {ours.err!r}, expected {theirs.err!r}")
        equal(ours.code, theirs.code, f"exit of {agent}")
    for agent in (f"tcp:127.0.0.1:{port}", "unix:/nowhere", "/nowhere", f"dtlsudp:127.0.0.1:{port}"):
        ours = both.link(*ask, agent, SYSTEM + ".5.0")
        check(ours.code == 1 and agent in ours.err and "UDP" in ours.err, f"{agent}: {ours.err!r}")


def test_silence(work):
    """nobody is there: what is told, and how long it takes"""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        agent = f"127.0.0.1:{deaf.getsockname()[1]}"
        ask = ["-t", "0.3", "-r", "1", agent, SYSTEM]
        commands = [(program, *V2C, *ask) for program in VERBS if program != "snmpset"]
        commands += [("snmpset", *V2C, *ask[:-1], SYSTEM + ".5.0", "s", "x"), ("snmpget", "-v1", "-c", "x", *ask),
                     ("snmpget", "-v3", "-u", "nobody", *ask), ("snmpwalk", "-v3", "-u", "nobody", *ask)]
        both = pair(work, MIBS="")
        both.same(commands)
        began = time.monotonic()
        both.link("snmpget", *V2C, "-t", "0.5", "-r", "2", agent, SYSTEM)
        seconds = time.monotonic() - began
        # All but the last attempt give up to an eighth of their wait away, by chance.
        check(1.37 < seconds < 2.2, f"three attempts of half a second take {seconds:.2f} s")


def test_letters_of_output_and_input(work):
    """every letter of -O and -I, with all modules loaded, for recordings of real devices: both faces"""
    if not os.path.isdir(MIBS):
        skip("no MIB modules here (MIBS_FOLDER)")
    commands = []
    for name in RICH:
        who = [*V2C, "-m", "ALL", "-M", MIBS, device(name)]
        commands += [("snmpbulkwalk", "-O" + letters, "-Cr25", *who, root) for letters in OUTPUT_LETTERS for root in roots(name)]
    who = [*V2C, "-m", "ALL", "-M", MIBS, device(RICH[0])]
    commands += [("snmpget", *how, *who, *names) for how, names in (
        ([], ["sysName.0", "SNMPv2-MIB::sysDescr.0", "system.sysUpTime.0", ".iso.org.dod.internet.mgmt.mib-2.system.sysName.0"]),
        (["-IR"], ["sysName.0"]), (["-Ib"], ["sysNam"]), (["-Ib"], ["^sys.*ntact$"]), ([], ["sysuptime"]), (["-Iu"], ["system.sysName.0", "1.5.0"]),
        (["-Is", "0"], ["sysName", "sysContact"]), (["-Is0"], ["sysName"]), (["-IS", "SNMPv2-MIB::"], ["sysName.0"]),
        (["-IS", "sys", "-Is", ".0"], ["Name", "Descr"]), ([], ["IF-MIB::ifDescr.1", "ifType.1", "ifSpeed.1"]),
        (["-Ir"], ["vacmSecurityToGroupStatus.9.\"x\""]))]
    pair(work).same(commands, faces=("link", "verb"))


def roots(name):
    """Two subtrees with much in them."""
    return {"avocent_8000": ["1.3.6.1.2.1.2", "1.3.6.1.2.1.4"], "timos_7750": ["1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.1"]}[name]


def device(name):
    return simulated.address(RICH.index(name))


def test_walks(work):
    """walk and bulkwalk: roots of all kinds, and every letter of -C"""
    who = [*V2C, device(RICH[0])]
    commands = []
    for program in ("snmpwalk", "snmpbulkwalk"):
        commands += [(program, *how, *who, *root) for how, root in (
            ([], [SYSTEM]), ([], [SYSTEM + ".5.0"]), ([], [SYSTEM + ".5.0.0"]), ([], [".1.3.6.1.7"]), ([], [".2.9"]), (["-Ci"], [SYSTEM + ".5"]),
            (["-Ci"], [SYSTEM + ".5.0"]), (["-Cp"], [SYSTEM]), (["-Cpp"], [SYSTEM + ".5"]), (["-Cc"], [SYSTEM]), (["-Ccip"], [SYSTEM + ".4"]),
            (["-Cz"], [SYSTEM]), ([], [".1.3.6.1.2.1.2.2.1.1"]))]
        commands.append((program, "-v1", "-c", "public", device(RICH[0]), ".1.3.6.1.7"))
        commands.append((program, "-v1", "-c", "public", "-Cp", device(RICH[0]), SYSTEM))
    commands += [("snmpwalk", *how, *who, *root) for how, root in (
        (["-CI"], [SYSTEM + ".5.0"]), (["-CII"], [SYSTEM + ".5.0"]), (["-CI"], [SYSTEM + ".5"]), (["-CE", SYSTEM + ".6"], [SYSTEM + ".2"]),
        (["-CE", SYSTEM + ".2"], [SYSTEM + ".4"]), (["-Ct"], [SYSTEM + ".5"]), (["-CpE", SYSTEM + ".4"], [SYSTEM]))]
    commands += [("snmpbulkwalk", *how, *who, SYSTEM) for how in (["-Cr1"], ["-Cr3"], ["-Cr40"], ["-Cn1"], ["-Cr"], ["-Cn"], ["-Cr5p"], ["-Cn0r2"])]
    pair(work, MIBS="").same(commands)
    each = pair(work, MIBS="").link("snmpwalk", "-CT", *who, SYSTEM + ".5")
    check(each.out.startswith("0.") and " s: iso.3.6.1.2.1.1.5.0 = " in each.out, f"-CT: {each.out!r}")


def looping(agent, request):
    """Goes back to the first object behind the third."""
    mib = Mib({numbers_of(f"1.3.6.1.2.1.1.{i}.0"): integer(i) for i in (1, 2, 3)})
    if request.oids[0] >= numbers_of("1.3.6.1.2.1.1.3.0"):
        return [request.reply([(numbers_of("1.3.6.1.2.1.1.1.0"), integer(1))])]
    return [request.reply([mib.next(request.oids[0])])]


def test_agents_that_loop_or_refuse(work):
    """names that do not increase, and every error-status"""
    both = pair(work, MIBS="")
    agent = work.closing(FakeAgent(looping))
    both.same([("snmpwalk", *V2C, f"127.0.0.1:{agent.port}", SYSTEM), ("snmpbulkwalk", *V2C, f"127.0.0.1:{agent.port}", SYSTEM)])
    for status in range(20):
        refusing = work.closing(FakeAgent(lambda a, r, s=status: [r.reply(r.nulls(), s, 1)]))
        ask = [*V2C, f"127.0.0.1:{refusing.port}"]
        both.same([("snmpget", "-Cf", *ask, SYSTEM + ".5.0"), ("snmpgetnext", "-Cf", *ask, SYSTEM), ("snmpset", *ask, SYSTEM + ".5.0", "s", "x")] +
                  ([("snmpwalk", *ask, SYSTEM), ("snmpbulkwalk", *ask, SYSTEM), ("snmpbulkget", *ask, SYSTEM)] if status > 0 else []))
    for status, index in ((GEN_ERR, 0), (GEN_ERR, 7), (TOO_BIG, 0), (NO_SUCH_NAME, 0)):
        refusing = work.closing(FakeAgent(lambda a, r, s=status, i=index: [r.reply(r.nulls(), s, i)]))
        ask = [*V2C, f"127.0.0.1:{refusing.port}"]
        both.same([("snmpget", *ask, SYSTEM + ".5.0"), ("snmpset", *ask, SYSTEM + ".5.0", "s", "x"), ("snmpwalk", *ask, SYSTEM)])


def test_values_that_are_set(work):
    """every type reaches the agent as snmpset sends it; an agent that takes all shows it again"""
    sent = []

    def echo(agent, request):
        sent.append(request)
        return [request.echo()]

    agent = work.closing(FakeAgent(echo))
    cases = [("i", "5"), ("i", "-7"), ("u", "4294967295"), ("3", "9"), ("t", "360000"), ("a", "192.0.2.1"), ("o", ".1.3.6.1.4"), ("s", "some text"),
             ("s", ""), ("x", "00 ff 41"), ("x", "0x0102"), ("d", "1 2 255"), ("b", "0 9"), ("U", "18446744073709551615"), ("U", "5"),
             ("I", "-5"), ("I", "9223372036854775807"), ("F", "1.5"), ("D", "-2.25"), ("=", "5")]
    commands = [("snmpset", *V2C, f"127.0.0.1:{agent.port}", ".1.3.6.1.4.1.99999.1.0", kind, value) for kind, value in cases]
    commands.append(("snmpset", *V2C, f"127.0.0.1:{agent.port}", ".1.3.6.1.4.1.99999.1.0", "i", "1", ".1.3.6.1.4.1.99999.2.0", "s", "two"))
    commands.append(("snmpset", "-Cq", *V2C, f"127.0.0.1:{agent.port}", ".1.3.6.1.4.1.99999.1.0", "i", "1"))
    both = pair(work, MIBS="")
    both.same(commands)
    for command in commands:
        sent.clear()
        both.theirs(*command)
        both.link(*command)
        if command[-2] != "=":
            equal(sent[1].varbinds, sent[0].varbinds, f"varbinds of {command[-2:]}")


def test_values_that_do_not_fit(work):
    """what is refused before anything is sent, in snmpset's words; -Ir leaves it to the agent"""
    if not os.path.isdir(MIBS):
        skip("no MIB modules here (MIBS_FOLDER)")
    agent = work.closing(FakeAgent(lambda a, r: [r.echo()]))
    who = [*V2C, "-m", "ALL", "-M", MIBS, f"127.0.0.1:{agent.port}"]
    cases = [("sysContact.0", "i", "5"), ("sysContact.0", "=", "me"), ("ifAdminStatus.1", "i", "sideways"), ("ifAdminStatus.1", "=", "down"),
             ("ifAdminStatus.1", "s", "up"), ("ipDefaultTTL.0", "i", "256"), ("ipDefaultTTL.0", "i", "64"), ("ipDefaultTTL.0", "u", "64"),
             ("ifPhysAddress.1", "s", "0:1:2:3:4:5"), ("ifPhysAddress.1", "x", "000102030405"), ("ifAlias.1", "s", "x" * 65), ("ifAlias.1", "=", "x"),
             ("ipAdEntAddr.1.2.3.4", "a", "1.2.3.4"), ("ipAdEntAddr.1.2.3.4", "a", "1.2.3.456"), ("sysObjectID.0", "o", "sysName"),
             ("sysObjectID.0", "=", "noSuchName.0"), ("ifPromiscuousMode.1", "=", "true"), ("snmpSetSerialNo.0", "=", "5"),
             ("snmpSetSerialNo.0", "i", "-1"), ("ifInOctets.1", "=", "5"), ("sysUpTime.0", "=", "500"), ("sysName.0", "x", "4"), ("sysName.0", "d", "300"),
             ("noSuchName.0", "i", "1")]
    commands = [("snmpset", *who, *case) for case in cases] + [("snmpset", "-Ir", *who, *case) for case in cases if case[0] != "noSuchName.0"]
    commands.append(("snmpset", *who, "sysContact.0", "i", "5", "ipDefaultTTL.0", "i", "300", "sysName.0", "s", "x"))
    pair(work).same([c for c in commands if "noSuchName.0" not in c], faces=("link", "verb"))
    both = pair(work)
    for command in (c for c in commands if "noSuchName.0" in c):
        ours = both.link(*command)
        equal(ours.code, both.theirs(*command).code, f"exit of {command}")
        check("Unknown Object Identifier (" in ours.err, f"{command}: {ours.err!r}")


def test_mistakes_on_the_command_line(work):
    """wrong options, what lacks, what is too much: the first line of the message, the usage, exit code 1"""
    who = [*V2C, at()]
    commands = [("snmpget", *args) for args in (
        ["-y", *who, SYSTEM], ["-c"], ["-v4", *who, SYSTEM], ["-v"], ["-Oz", *who, SYSTEM], ["-Iz", *who, SYSTEM], ["-Pz", *who, SYSTEM],
        ["-Cz", *who, SYSTEM], ["-t", "x", *who, SYSTEM], ["-t", "0", *who, SYSTEM], ["-r", "x", *who, SYSTEM], ["-r", "-1", *who, SYSTEM],
        ["-l", "high", *who, SYSTEM], ["-a", "SHA-999", *who, SYSTEM], ["-x", "ROT13", *who, SYSTEM], ["-e", "xx", *who, SYSTEM],
        ["-p", "161", *who, SYSTEM], ["-v2c", at(), SYSTEM], ["-v1", at(), SYSTEM], [], V2C, who, ["-v3", at(), SYSTEM], ["-Z", "x", *who, SYSTEM],
        [*who, *[SYSTEM + ".5.0"] * 129])]
    commands += [("snmpset", *who, *args) for args in ([], [SYSTEM], [SYSTEM, "i"], [SYSTEM, "k", "5"], [SYSTEM, "i", "5", SYSTEM],
                                                       [SYSTEM, "i", ""], [SYSTEM, "a", "x"], [SYSTEM, "u", "x"], [SYSTEM, "=", "x"])]
    commands += [("snmpset", "-Cz", *who), ("snmpbulkget", "-Cz", *who, SYSTEM), ("snmpbulkget", "-Cn", *who, SYSTEM), ("snmpwalk", *V2C)]
    pair(work, MIBS="").same(commands)


def test_names_that_are_not_known(work):
    """each is told, and nothing is asked"""
    both = pair(work, MIBS="")
    for names in (["noSuchName.0"], ["noSuchName.0", SYSTEM + ".5.0", "another.1"], ["NO-MIB::sysName.0"], ["1.3.x"], ["-CE", ".1.3.x", SYSTEM]):
        program = "snmpwalk" if "-CE" in names else "snmpget"
        theirs, ours = both.theirs(program, *V2C, at(), *names), both.link(program, *V2C, at(), *names)
        equal((ours.code, ours.out), (theirs.code, theirs.out), f"exit and output of {names}")
        told = [line.split(" (")[0] for line in theirs.err.splitlines() if "Unknown Object Identifier" in line]
        equal([line.split(" (")[0] for line in ours.err.splitlines()], told, f"names told of {names}")


def test_settings_of_snmp_conf(work):
    """linked as Net-SNMP's program a verb reads its files; as `snmpfleet VERB` it does not"""
    conf = os.path.join(work.folder, "conf")
    os.makedirs(conf, exist_ok=True)
    both = pair(work, SNMPCONFPATH=conf)
    user = "defVersion 3\ndefSecurityName sha_aes\ndefSecurityLevel authPriv\ndefAuthType SHA\ndefPrivType AES\nmibs :\n"
    texts = ["mibs :\ndefVersion 2c\ndefCommunity public\n", "mibs :\ndefVersion 1\ndefCommunity public\nquickPrinting yes\n",
             "mibs :\ndefVersion 2c\ndefCommunity public\nprintNumericOids yes\nprintNumericEnums 1\nnumericTimeticks yes\n",
             "mibs :\ndefVersion 2c\ndefCommunity public\noidOutputFormat 4\nprintValueOnly yes\n", user + "defAuthPassphrase authpass_sha\n"
             "defPrivPassphrase privpass_aes\n", user.replace("sha_aes", "sha_nopriv").replace("authPriv", "authNoPriv") + "defPassphrase authpass_sha\n",
             f"mibs :\nmibdirs {MIBS}\ndefVersion 2c\ndefCommunity public\n",
             f"mibs SNMPv2-MIB:IF-MIB\nmibdirs {MIBS}\ndefVersion 2c\ndefCommunity public\nhexOutputLength 4\n"]
    for text in texts:
        work.write("conf/snmp.conf", text)
        both.same([("snmpget", at(), SYSTEM + ".5.0", SYSTEM + ".2.0"), ("snmpget", "-On", at(), SYSTEM + ".5.0"),
                   ("snmpget", "-Oe", "-v2c", "-c", "public", at(), SYSTEM + ".5.0"), ("snmpwalk", at(), SYSTEM + ".5")])
    work.write("conf/snmp.conf", texts[0])
    work.write("conf/snmp.local.conf", "quickPrinting yes\n")
    work.write("conf/snmpwalk.conf", "printStatistics yes\n")
    both.same([("snmpget", at(), SYSTEM + ".5.0"), ("snmpwalk", at(), SYSTEM + ".5"), ("snmpget", "--quickPrinting=no", at(), SYSTEM + ".5.0"),
               ("snmpget", "-Y", "printNumericOids yes", at(), SYSTEM + ".5.0")])
    work.write("conf/snmp.conf", texts[0] + f"defaultPort {snmpd.port}\ntimeout 1\nretries 0\n")
    both.same([("snmpget", "127.0.0.1", SYSTEM + ".5.0"), ("snmpget", "localhost", SYSTEM + ".5.0")])
    # Net-SNMP reads its files twice, and counts mistakes; each is told here once.
    for text in ("[snmpd]\ndefVersion 1\n[snmp]\n", "defSecurityLevel high\n", "noSuchToken 5\nquickPrinting maybe\n", "[snmp\ndefaultPort x\n"):
        work.write("conf/snmp.conf", f"mibs :\ndefVersion 2c\ndefCommunity public\n{text}")
        theirs, ours = both.theirs("snmpget", at(), SYSTEM + ".5.0"), both.link("snmpget", at(), SYSTEM + ".5.0")
        equal((ours.code, ours.out), (theirs.code, theirs.out), f"exit and output with {text!r}")
        equal(set(ours.err.splitlines()), {line for line in theirs.err.splitlines() if not line.startswith("net-snmp: ")}, f"mistakes told of {text!r}")
    # The verb knows nothing of it.
    said = both.verb("snmpget", *V2C, at(), SYSTEM + ".5.0")
    check(said.out.startswith("SNMPv2-MIB::sysName.0 = STRING: "), f"{said.out!r}")


def test_where_messages_go(work):
    """-L: standard error, standard output, a file, nowhere; and from which priority on"""
    both = pair(work, MIBS="")
    ask = [*V2C, "nosuch.invalid", SYSTEM]
    both.same([("snmpget", *how, *ask) for how in (["-Le"], ["-Lo"], ["-Ln"], ["-LE", "3"], ["-LE", "2"], ["-LE", "4-7"], ["-LE", "err"], ["-LO", "0-3"],
                                                   ["-LN", "3"], ["-LE3"], ["-LX"], ["-LE", "x"])])
    both.same([("snmpget", *V2C, "-Lf")])
    theirs, ours = os.path.join(work.folder, "theirs.log"), os.path.join(work.folder, "ours.log")
    for how in (["-Lf"], ["-LF", "3"]):
        equal((both.theirs("snmpget", *how, theirs, *ask).err, both.link("snmpget", *how, ours, *ask).err), ("", ""),
              f"messages on the terminal with {how}")
        with open(theirs, encoding="ascii") as a, open(ours, encoding="ascii") as b:
            equal(b.read(), a.read(), f"messages in the file of {how}")
    both.same([("snmpget", "-Lo", "-v3", "-u", "nobody", at(), SYSTEM), ("snmpset", "-Lo", *V2C, at(), SYSTEM, "i", "x")])


def test_settings_of_agents(work):
    """alias, defDomain, defTarget, clientaddr, hosts/HOST.conf and its transport"""
    both = pair(work, SNMPCONFPATH=os.path.join(work.folder, "conf"))
    base, port = "mibs :\ndefVersion 2c\ndefCommunity public\n", snmpd.port
    os.makedirs(os.path.join(work.folder, "conf", "hosts"), exist_ok=True)
    for text, agents in ((f"alias here udp:127.0.0.1:{port}\nalias six udp6:[::1]:{port}\n", ["alias:here", "alias:six", "ALIAS:here"]),
                         ("defDomain snmp udp6 udp\n", [f"[::1]:{port}", f"127.0.0.1:{port}", f"{port}"]),
                         ("defDomain snmp udp\n", [f"127.0.0.1:{port}", f"localhost:{port}"]),
                         (f"defTarget snmp udp :{port}\n", ["127.0.0.1", "localhost"]), (f"defaultPort {port}\n", ["127.0.0.1", "[::1]"]),
                         ("clientaddr 127.0.0.9\n", [at()]), ("oidOutputFormat 6\n", [at()])):
        work.write("conf/snmp.conf", base + text)
        both.same([("snmpget", agent, SYSTEM + ".5.0", SYSTEM + ".2.0") for agent in agents])
    work.write("conf/snmp.conf", base)
    work.write("conf/hosts/core-1.example.conf", f"transport udp:127.0.0.1:{port}\nquickPrinting yes\ndefVersion 1\n")
    both.same([("snmpget", "core-1.example", SYSTEM + ".5.0"), ("snmpwalk", "core-1.example", SYSTEM + ".5")])
    work.write("conf/snmp.conf", base + "dontLoadHostConfig yes\n")
    both.same([("snmpget", "core-1.example", SYSTEM + ".5.0")])


def test_from_where_agents_are_asked(work):
    """-s and HOST@DEVICE; what cannot be had is told"""
    seen = []
    agent = work.closing(FakeAgent(lambda a, r: seen.append(r.peer[0]) or [r.reply([(r.oids[0], integer(1))])]))
    both = pair(work, MIBS="")
    both.same([("snmpget", *V2C, "-s", "127.0.0.7", f"127.0.0.1:{agent.port}", SYSTEM)])
    equal(seen, ["127.0.0.7"] * 2, "addresses that asked")
    refused = both.link("snmpget", *V2C, "-s", "192.0.2.1", f"127.0.0.1:{agent.port}", SYSTEM)
    equal(refused.code, both.theirs("snmpget", *V2C, "-s", "192.0.2.1", f"127.0.0.1:{agent.port}", SYSTEM).code, "exit for an address that is not ours")
    if os.geteuid() == 0:
        both.same([("snmpget", *V2C, f"127.0.0.1@lo:{agent.port}", SYSTEM)])
        gone = both.link("snmpget", *V2C, f"127.0.0.1@nosuch0:{agent.port}", SYSTEM)
        equal(gone.code, 1, "exit for a device that there is not")
        check("nosuch0" in gone.err, f"{gone.err!r}")
    both.same([("snmpget", *V2C, "-T", "name=value", f"127.0.0.1:{agent.port}", SYSTEM), ("snmpget", *V2C, "-T", "name", f"127.0.0.1:{agent.port}", SYSTEM)])


def test_which_modules_a_link_loads(work):
    """MIBS, MIBDIRS, -m and -M, with + and -, as Net-SNMP has them"""
    if not os.path.isdir(MIBS):
        skip("no MIB modules here (MIBS_FOLDER)")
    name, ask = "IF-MIB::ifDescr.1", [*V2C, device(RICH[0])]
    numeric = [SYSTEM + ".5.0", ".1.3.6.1.2.1.2.2.1.3.1", ".1.3.6.1.2.1.4.1.0"]
    for env in ({"MIBS": ""}, {"MIBDIRS": ""}, {"MIBDIRS": MIBS, "MIBS": "IF-MIB"}, {"MIBDIRS": MIBS, "MIBS": "IF-MIB:SNMPv2-MIB"},
                {"MIBDIRS": "+" + MIBS, "MIBS": "SNMPv2-MIB"}, {"MIBDIRS": "-" + MIBS, "MIBS": "ALL"}, {"MIBDIRS": MIBS, "MIBS": ""}):
        # What a program says of modules that are not there is its own.
        both = pair(work, **env)
        for command in [("snmpget", *ask, *numeric)] + [("snmpget", *how, *ask, *numeric) for how in (
                ["-m", ""], ["-m", "IF-MIB"], ["-M", MIBS, "-m", "IP-MIB"], ["-M", "+" + MIBS, "-m", "SNMPv2-MIB"], ["-m", "ALL", "-M", MIBS])]:
            theirs, ours = both.theirs(*command), both.link(*command)
            equal((ours.code, ours.out), (theirs.code, theirs.out), f"{env} {command}")
    both = pair(work, MIBDIRS=MIBS, MIBS="", MIBFILES=os.path.join(MIBS, "IP-MIB"))
    both.same([("snmpget", *ask, *numeric)])
    work.write("no-conf/snmp.conf", f"mibfile {os.path.join(MIBS, 'IF-MIB')}\nmibfile {os.path.join(MIBS, 'IP-MIB')}\n")
    pair(work, MIBDIRS=MIBS, MIBS="").same([("snmpget", *ask, *numeric)])
    os.unlink(work.path("no-conf/snmp.conf"))
    both = pair(work, MIBDIRS=MIBS, MIBS="")
    both.same([("snmpget", *ask, name), ("snmpget", *ask, name, ".1.3.6.1.2.1.2.2.1.3.1")])


def test_the_verb_has_defaults_of_its_own(work):
    """community public, SNMPv2c, SNMPv3 with a user, the level that the protocols allow, names that are built in"""
    env = environment(work.folder, MIBS="NO-SUCH-MIB", MIBDIRS="/nowhere")

    def ask(*args):
        said = Said([PROGRAM, *args], env)
        equal((said.code, said.err), (0, ""), f"exit and messages of {args}")
        return said.out

    check(ask("get", at(), "sysContact.0").startswith("SNMPv2-MIB::sysContact.0 = STRING: "), "a name without options")
    equal(ask("get", "-Oqv", at(), "sysContact.0", ".1.3.6.1.2.1.1.4.0"), "nobody@example.org\n" * 2, "values alone")
    out = ask("get", "-u", "sha256_aes", "-a", "SHA-256", "-A", "authpass_sha256", "-x", "AES", "-X", "privpass_aes", "-Oqv", at(), "sysContact.0")
    equal(out, "nobody@example.org\n", "a user's value")
    check(ask("getbulk", "-Cr2", "-Os", at(), "sysUpTime.0").startswith("sysContact.0 = STRING: "), "getbulk")
    check(ask("walk", "-Os", at(), "sysContact").startswith("sysContact.0 = STRING: "), "walk")
    said = Said([PROGRAM, "get", at(), "NO-MIB::sysName.0"], env)
    check(said.code == 1 and "no module \"NO-MIB\"" in said.err, f"{said.err!r}")


def test_help(work):
    """--help of each verb: on standard output, exit 0; all that is documented stands in it"""
    env = environment(work.folder)
    for program, verb in (*VERBS.items(), ("snmpbulkget", "getbulk")):
        said = Said([PROGRAM, verb, "--help"], env)
        equal((said.code, said.err), (0, ""), f"exit and messages of {verb} --help")
        for word in ("usage: snmpfleet " + verb, "-v 1|2c|3", "-O LETTERS", "-I LETTERS", "-m MODULE", "-t, --timeout DUR", "-r, --retries N"):
            check(word in said.out, f"{verb} --help does not have {word!r}:\n{said.out}")
        linked = Said([os.path.join(links(work.folder), program), "-h"], env)
        check(linked.code == 1 and linked.out == "" and linked.err.startswith(f"USAGE: {program} "), f"{program} -h: {linked.err[:200]!r}")
    said = Said([PROGRAM, "--help"], env)
    for verb in ("get", "getnext", "getbulk", "bulkget", "set", "walk", "bulkwalk"):
        check(f"\n  {verb} " in said.out, f"snmpfleet --help does not have {verb}")


def test_secrets_are_blanked(work):
    """communities, passwords and keys are not to be seen in the list of processes"""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        agent = f"127.0.0.1:{deaf.getsockname()[1]}"
        for secrets in (["-v2c", "-c", "my-community"], ["-v3", "-u", "x", "-l", "authPriv", "-A", "auth-secret", "-X", "priv-secret", "-x", "AES"]):
            process = work.start([PROGRAM, "get", "-t", "5", "-r", "0", *secrets, agent, SYSTEM], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, env=environment(work.folder))
            deaf.settimeout(10)
            deaf.recvfrom(4096)
            with open(f"/proc/{process.pid}/cmdline", "rb") as f:
                shown = f.read()
            process.kill()
            process.wait()
            for word in (b"my-community", b"auth-secret", b"priv-secret"):
                check(word not in shown, f"{word} is shown: {shown}")


def test_output_that_cannot_be_written(work):
    """a full disk is an error, not silence"""
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, "get", at(), SYSTEM + ".5.0"], stdout=full, stderr=subprocess.PIPE, env=environment(work.folder), timeout=20)
    check(done.returncode != 0 and b"standard output" in done.stderr, f"exit {done.returncode}: {done.stderr}")


def main():
    global snmpd, simulated
    if shutil.which("snmpget") is None:
        skip("no snmpget here")
    names = recordings.names()
    check(all(n in names for n in RICH), "the recordings that are asked are there")
    with Work() as work:
        snmpd = work.closing(Snmpd(work.path("snmpd")))
        folder = work.path("recordings")
        os.mkdir(folder)
        for name in RICH:
            os.symlink(os.path.join(recordings.CORPUS, "recordings", name + ".snmprec"), os.path.join(folder, name + ".snmprec"))
        simulated = work.closing(Simulated(work, len(RICH), "--recordings", folder))
        run([test_objects_of_a_real_agent, test_users_of_snmpv3, test_agents_in_all_spellings, test_silence, test_letters_of_output_and_input,
             test_walks, test_agents_that_loop_or_refuse, test_values_that_are_set, test_values_that_do_not_fit,
             test_mistakes_on_the_command_line, test_names_that_are_not_known, test_settings_of_snmp_conf, test_where_messages_go,
             test_settings_of_agents, test_from_where_agents_are_asked, test_which_modules_a_link_loads,
             test_the_verb_has_defaults_of_its_own, test_help, test_secrets_are_blanked, test_output_that_cannot_be_written],
            workers=1, ios=["mmsg"])


main()
