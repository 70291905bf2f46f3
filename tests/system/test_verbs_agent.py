#!/usr/bin/env python3
"""The verbs that ask one agent beside Net-SNMP's programs on a real snmpd: the same bytes, texts of what is wrong, and exit codes.

Each case runs three ways: Net-SNMP's program, a link of its name to ours, and `snmpfleet VERB` with the same modules. What differs on
purpose is named at its test.
"""
import os
import re
import tempfile

import walk_text
from net_snmp import Snmpd
from support import PROGRAM, check, equal, run
from verbs import VERBS, Trio, need_programs, output

S = "1.3.6.1.2.1.1"
V1, V2C = ["-v1", "-c", "public"], ["-v2c", "-c", "public"]
WRITE = ["-v2c", "-c", "private"]
SILENT = ["-t", "0.2", "-r", "0"]
def test_questions(work):
    """GET, GETNEXT, GETBULK and walks of all versions, numeric and with Net-SNMP's own names of the top"""
    t, at = Trio(work), f"127.0.0.1:{agent.port}"
    for args in (["snmpget", *V2C, at, S + ".5.0", S + ".4.0", "1.3.6.1.9.9.0", S + ".5.1"], ["snmpget", *V1, at, S + ".5.0"],
                 ["snmpgetnext", *V2C, at, S + ".5.0", "2.9", ".1"], ["snmpgetnext", at, *V1, S + ".5"],
                 ["snmpbulkget", *V2C, "-Cn1", "-Cr3", at, S + ".3.0", S + ".4"], ["snmpbulkget", *V2C, "-Cn1r3", at, S + ".4", S + ".4"],
                 ["snmpbulkget", *V2C, at], ["snmpwalk", *V1, at, S], ["snmpwalk", *V2C, at, S], ["snmpwalk", *V2C, at, S + ".5.0"],
                 ["snmpbulkwalk", *V2C, at, S], ["snmpbulkwalk", *V2C, "-Cr50", "-Cn0", "-Cp", at, S + ".4"],
                 ["snmpbulkwalk", *V2C, "-Cip", at, S + ".5.0"], ["snmpwalk", *V2C, "-CI", at, S + ".5.0"],
                 ["snmpwalk", *V2C, "-CIp", at, S + ".5.0"], ["snmpwalk", *V2C, "-Cip", at, S + ".5.0"],
                 ["snmpwalk", *V2C, "-CpE", S + ".6", at, S + ".4"], ["snmpwalk", *V2C, at, "2.9"], ["snmpwalk", *V1, at, "2.9"],
                 ["snmpwalk", *V2C, at, ".2"], ["snmpbulkwalk", *V2C, at, S + ".5.1"], ["snmpwalk", *V2C, "-Cc", at, S + ".4"]):
        t.same(*args, verb=False)
    for name, count in (("snmpwalk", 1), ("snmpwalk", 2)):
        got = t.link(name, *V2C, "-C" + "t" * count, at, S + ".5")
        equal(bool(re.fullmatch(r"Total traversal time = \d+\.\d{6} seconds\n", got[2])), count == 1, f"-C{'t' * count} tells the time")
    check(re.match(r"\d+\.\d{6} s: iso", t.link("snmpwalk", *V2C, "-CT", at, S + ".5")[1]), "-CT tells the time of each answer")


def test_agents(work):
    """AGENT in Net-SNMP's spellings"""
    t, port = Trio(work), agent.port
    for at in (f"127.0.0.1:{port}", f"udp:127.0.0.1:{port}", f"UDP:localhost:{port}", f"localhost:{port}", f"{port}", f"udp:{port}",
               f"[::1]:{port}", f"udp6:[::1]:{port}", f"udpv6:[::1]:{port}", f"udpipv6:[::1]:{port}", f"udp6:[::1%lo]:{port}",
               "nosuch.invalid", f"udp:nosuch.invalid:{port}", "foo:bar:99"):
        t.same("snmpget", *V2C, at, S + ".5.0", verb=False)
    for at in (f"127.0.0.1@lo:{port}", f"udp:127.0.0.1@lo:{port}"):
        t.same("snmpget", *V2C, at, S + ".5.0", verb=False)
    t.same("snmpget", *V2C, "-T", "a=b", f"127.0.0.1:{port}", S + ".5.0", verb=False)
    got = t.verb("snmpget", "tcp:127.0.0.1:9", S + ".5.0")
    check(got[0] == 1 and "only UDP" in got[2], f"of another transport it is told {got}")


def test_what_an_agent_refuses(work):
    """error-status with the object that failed, asked again without it, exit 2; End of MIB"""
    t, at = Trio(work), f"127.0.0.1:{agent.port}"
    t.same("snmpget", *V1, at, S + ".5.0", "1.3.6.1.9.9.0", verb=False)
    t.same("snmpget", *V1, "-Cf", at, S + ".5.0", "1.3.6.1.9.9.0", verb=False)
    t.same("snmpget", *V1, at, "1.3.6.1.9.9.0", "1.3.6.1.9.8.0", verb=False)
    t.same("snmpgetnext", *V1, at, S + ".5.0", "2.9.9", verb=False)
    t.same("snmpset", *V2C, at, S + ".7.0", "i", 5, verb=False)
    t.same("snmpset", *WRITE, at, S + ".7.0", "i", 5, verb=False)
    t.same("snmpset", *WRITE, at, S + ".5.0", "s", "a", S + ".3.0", "t", 5, verb=False)
    t.same("snmpset", "-v1", "-c", "private", at, S + ".3.0", "t", 5, verb=False)
    t.same("snmpbulkget", *V1, at, S + ".5", verb=False)
    t.same("snmpbulkwalk", *V1, at, S + ".5", verb=False)


def test_silence_and_security(work):
    """time-outs, unknown users, wrong digests and levels in Net-SNMP's words"""
    t, at = Trio(work), f"127.0.0.1:{agent.port}"
    for program in VERBS:
        oid = [S + ".5.0"] + (["s", "x"] if program == "snmpset" else [])
        t.same(program, "-v2c", "-c", "nobody", *SILENT, at, *oid, verb=program != "snmptable")
    t.same("snmpget", *V2C, *SILENT, "127.0.0.1:1", S + ".5.0")
    t.same("snmpget", "-v3", "-u", "nobody", *SILENT, "127.0.0.1:1", S + ".5.0")
    v3 = ["-v3", "-u", "md5_des", "-a", "MD5", "-A", "authpass_md5"]
    for args in (["-v3", "-u", "nobody", "-l", "noAuthNoPriv"], ["-v3", "-u", "nobody"], ["-v3"], ["-v3", "-u", "x", "-l", "authNoPriv"],
                 ["-v3", "-u", "x", "-l", "auth", "-A", "short"], [*v3, "-l", "authNoPriv"], [*v3, "-l", "authPriv"],
                 ["-v3", "-u", "md5_nopriv", "-l", "authPriv", "-A", "authpass_md5", "-X", "privpass_des"],
                 ["-v3", "-u", "md5_nopriv", "-l", "authNoPriv", "-A", "wrongpass"],
                 ["-v3", "-u", "md5_nopriv", "-l", "anp", "-A", "authpass_md5", "-E", "0x8000000001020304"],
                 ["-v3", "-u", "sha_aes", "-l", "ap", "-a", "SHA", "-A", "authpass_sha", "-x", "AES", "-X", "wrongpass", "-r0", "-t0.5"],
                 ["-v3", "-u", "sha_aes", "-l", "ap", "-a", "SHA", "-A", "authpass_sha", "-x", "AES", "-X", "privpass_aes"],
                 ["-v3", "-u", "md5_des", "-l", "priv", "-A", "authpass_md5", "-X", "privpass_des"]):
        t.same("snmpget", *args, at, S + ".4.0", verb=False)
    got = t.verb("snmpget", "-u", "sha_aes", "-a", "SHA", "-A", "authpass_sha", "-x", "AES", "-X", "privpass_aes", at, S + ".4.0")
    equal(got[0], 0, "exit of a user whose level is not said")


def test_command_lines(work):
    """mistakes: Net-SNMP's line, the usage, exit 1"""
    t, at = Trio(work), f"127.0.0.1:{agent.port}"
    for program, *args in (["snmpget", "-v4", at, "1.3"], ["snmpget", "-Oz", at, "1.3"], ["snmpget", "-Iz", at, "1.3"],
                           ["snmpget", "-Pz", at, "1.3"], ["snmpget", "-t0", at, "1.3"], ["snmpget", "-rx", at, "1.3"],
                           ["snmpget", "-q", at, "1.3"], ["snmpget", "-p", "161", at, "1.3"], ["snmpget", "-l", "high", at, "1.3"],
                           ["snmpget", "-a", "SHA-999", at, "1.3"], ["snmpget", "-x", "ROT13", at, "1.3"], ["snmpget", "-e", "xx", at, "1.3"],
                           ["snmpget", "-3m", "xx", at, "1.3"], ["snmpget", "-Lx", at, "1.3"], ["snmpget", "-Lf"],
                           ["snmpget", "-v2c", at, "1.3"], ["snmpget", *V2C], ["snmpget", *V2C, at],
                           ["snmpset", *V2C, at], ["snmpget", "-v3", "-l", "foo", at, "1.3"]):
        theirs, ours = t.theirs(program, *args), t.link(program, *args)
        equal(ours[:2], theirs[:2], f"exit and output of {program} {args}")
        equal(ours[2].splitlines()[:2], theirs[2].splitlines()[:2], f"first lines of {program} {args}")
    for program, *args in (["snmpget", "-Cz", at, "1.3"], ["snmpset", "-Cz", at], ["snmpwalk", "-Cz", at], ["snmpbulkwalk", "-Cz", at],
                           ["snmpbulkget", *V2C, "-Cn3", at, "1.3"], ["snmpset", *WRITE, at, S + ".5.0", "q", "a"],
                           ["snmpset", *WRITE, at, S + ".5.0", "s"], ["snmpset", *WRITE, at, S + ".5.0"], ["snmpget", *V2C, at, "noSuchName.0"]):
        t.same(program, *args, verb=False)
    help_text = output([PROGRAM, "get", "--help"], t.env)
    check(help_text[0] == 0 and help_text[1].startswith("usage: snmpfleet get [options] AGENT OID"), "help of a verb")


def test_letters_of_output(work):
    """each letter of -O over real tables, with all modules, as link and as verb"""
    t, at = Trio(work, "ALL"), f"127.0.0.1:{agent.port}"
    for letters in ("n", "s", "S", "f", "u", "b", "X", "E", "e", "q", "Q", "v", "t", "T", "U", "0", "a", "x", "nq", "vq", "qq", "p", "ee"):
        how = ["-O" + letters] + (["%.1f"] if letters == "p" else [])
        t.same("snmpbulkwalk", *how, *V2C, at, "1.3.6.1.6.3.16", errors=False)
        t.same("snmpget", *how, *V2C, at, "ifPhysAddress.1", "ifAdminStatus.1", "ifSpeed.1", "sysORUpTime.1", "sysObjectID.0", errors=False)


def test_letters_of_input(work):
    """each letter of -I"""
    t, at = Trio(work, "ALL"), f"127.0.0.1:{agent.port}"
    for how in (["-IR", "sysName.0"], ["-Iu", "system.sysName.0"], ["-Iu", ".1.3.6.1.2.1.1.5.0"], ["-Is", ".0", "sysName"], ["-Is.0", "sysName"],
                ["-IS", "sys", "Name.0"], ["-Os", "sysuptime"], ["-Os", "sysName"], ["-Ih", "sysName.0"], ["-Ir", "ifDescr.1"], ["-OS", "SNMPv2-MIB::sysName.0"]):
        t.same("snmpget", *V2C, *how[:-1], at, how[-1], errors=False)


def test_values_of_set(work):
    """values are held against the module before anything is sent, in snmpset's words"""
    t, at = Trio(work, "ALL"), f"127.0.0.1:{agent.port}"
    for name, kind, value in (
            ("sysName.0", "i", "5"), ("ifAdminStatus.1", "i", "foo"), ("ifAdminStatus.1", "s", "foo"), ("sysLocation.0", "s", "x" * 300),
            ("sysLocation.0", "x", "00" * 300), ("sysORIndex.1", "u", "5"), ("sysUpTime.0", "=", "a"), ("sysName.7", "d", "1.2 300"),
            ("sysName.0", "b", "0 3,5"), ("sysObjectID.0", "o", "foo.0"), ("ifEntry.0", "=", "1"), ("snmpInPkts.0", "i", "5"),
            ("sysName.0", "F", "foo"), ("sysName.0", "U", "foo"), ("sysName.0", "I", "foo"), ("sysName.0", "3", "foo"), ("sysName.0", "t", "1"),
            ("sysName.0", "a", "1.2.3.4"), ("snmpEnableAuthenTraps.0", "i", "enabled"), ("RMON2-MIB::probeCapabilities.0", "b", "0 foo"),
            ("sysName.0", "s", "test"), ("sysName.0", "=", "test"), ("sysName.0", "x", "74 65 73 74"), ("sysName.0", "d", "116.101 115 116")):
        theirs, ours = t.theirs("snmpset", *WRITE, at, name, kind, value), t.link("snmpset", *WRITE, at, name, kind, value)
        equal(ours[:2], theirs[:2], f"exit and output of snmpset {name} {kind} {value[:20]}")
        if theirs[0] != 0:
            equal(ours[2].splitlines()[-1:], theirs[2].splitlines()[-1:], f"errors of snmpset {name} {kind} {value[:20]}")
    for kind, value in (("i", "7"), ("i", "99999999999"), ("u", "-1")):
        name = "ifSpeed.1" if kind == "u" else "ifAdminStatus.1"
        got = t.verb("snmpset", *WRITE, at, name, kind, value)
        check(got[0] == 1 and f"({value})" in got[2].splitlines()[-1], f"of {name} {kind} {value} it is told {got}")
    got = t.verb("snmpset", "-Ir", *WRITE, at, "sysName.0", "i", "5")
    check(got[0] == 2 and "wrongType" in got[2], "-Ir sends it")


def test_where_messages_go(work):
    """-L moves what is told of errors, by its priority, too"""
    t, at = Trio(work), f"127.0.0.1:{agent.port}"
    for how in (["-Le"], ["-Lo"], ["-Ln"], ["-LE", "2"], ["-LE", "3"], ["-LO", "0-7"], ["-LE", "4-7"]):
        t.same("snmpget", *how, *V2C, at, "noSuchName.0", verb=False)
        t.same("snmpget", *how, *V2C, "nosuch.invalid", S + ".5.0", verb=False)
        t.same("snmpget", *how, *V2C, *SILENT, "127.0.0.1:1", S + ".5.0", verb=False)
    texts = []
    for program in ("snmpget", os.path.join(t.links, "snmpget")):
        path = os.path.join(work.folder, "log")
        equal(output([program, "-Lf", path, *V2C, "nosuch.invalid", S], t.env), (1, "", ""), "exit and output with a log file")
        texts.append(work.read("log"))
        os.unlink(path)
    equal(texts[1], texts[0], "what the log file holds")


def test_settings_of_hosts(work):
    """aliases, files of hosts, default domains and source addresses"""
    t = Trio(work, conf=f"mibs :\nalias here udp:127.0.0.1:{agent.port}\ndefVersion 2c\ndefCommunity public\nclientaddr 127.0.0.1\n")
    os.makedirs(os.path.join(work.folder, "conf", "hosts"))
    with open(os.path.join(work.folder, "conf", "hosts", "lab.example.conf"), "w", encoding="utf-8") as f:
        f.write(f"transport udp:127.0.0.1:{agent.port}\n")
    for at in ("alias:here", "lab.example"):
        equal(t.same("snmpget", at, S + ".4.0", verb=False)[0], 0, f"exit of {at}")
    got = t.link("snmpget", "alias:nowhere", S + ".4.0")
    check(got[0] == 1 and got[2].startswith("No alias found for nowhere\nsnmpget: Unknown host (alias:nowhere)"), f"of no alias: {got}")
    t = Trio(work, conf=f"mibs :\ndefVersion 2c\ndefCommunity public\ndefDomain snmp udp6\ndefaultPort {agent.port}\n")
    equal(t.same("snmpget", "::1", S + ".4.0", verb=False)[0], 0, "exit by the default domain")


def test_settings(work):
    """snmp.conf decides for a link what it decides for Net-SNMP's program, and nothing for `snmpfleet get`"""
    at = f"127.0.0.1:{agent.port}"
    modules = f"mibs ALL\nmibdirs {walk_text.MIBS}\n"
    for conf, args in (
            (modules + "printNumericEnums yes\n", [*V2C, at, "ifAdminStatus.1"]), (modules + "printNumericEnums yes\n", [*V2C, "-Oe", at, "ifAdminStatus.1"]),
            (modules + "oidOutputFormat 1\nquickPrinting 1\n", [*V2C, "-Onq", at, "ifAdminStatus.1"]),
            (modules + "printNumericOids yes\n", [*V2C, at, "ifAdminStatus.1"]), (modules + "suffixPrinting 1\n", [*V2C, at, "sysName.0"]),
            (modules, [*V2C, "--printValueOnly=yes", at, "sysName.0"]), (modules, [*V2C, "-Y", "defaultPort 9", at, "sysName.0"]),
            (f"defVersion 2c\ndefCommunity public\ndefaultPort {agent.port}\nmibs :\n", ["127.0.0.1", S + ".4.0"]),
            ("defVersion 3\ndefSecurityName md5_des\ndefSecurityLevel authPriv\ndefPassphrase authpass_md5\ndefPrivPassphrase privpass_des\nmibs :\n",
             [at, S + ".4.0"]),
            ("[snmp] defVersion 2c\n# a comment\ndefCommunity \"public\"\nmibs :\n", [at, S + ".4.0"])):
        t = Trio(work, conf=conf)
        theirs = t.same("snmpget", *args, errors=False, verb=False)
        equal(theirs[0], 0, f"exit of theirs with {conf}")
    t = Trio(work, conf=f"defVersion 3\nmibs :\nbogus thing\n")
    check("line 3: Warning: Unknown token: bogus." in t.link("snmpget", *V2C, at, S + ".4.0")[2], "an unknown setting is told")
    equal(t.verb("snmpget", at, S + ".4.0")[0::2], (0, ""), "exit and errors of `snmpfleet get`")


need_programs()
with tempfile.TemporaryDirectory() as folder:
    os.chmod(folder, 0o755)
    agent = Snmpd(folder)
    try:
        run([test_questions, test_agents, test_what_an_agent_refuses, test_silence_and_security, test_command_lines, test_letters_of_output,
             test_letters_of_input, test_values_of_set, test_settings, test_settings_of_hosts, test_where_messages_go], workers=2)
    finally:
        agent.stop()
