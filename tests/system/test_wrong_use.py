#!/usr/bin/env python3
"""What people write wrong, and what they are told: where, what, what is right."""
import os
import signal
import subprocess
import time

from support import PROGRAM, check, equal, run, snmpfleet


def told(arguments, code, *texts, **options):
    said = snmpfleet(arguments, **options)
    equal(said.code, code, f"exit of {arguments}: {said}")
    for text in texts:
        check(text in said.err, f"{arguments}: no {text!r} in {said}")
    return said


def test_arguments_are_named_by_number_and_beginning(work):
    """a fault in a target of the command line says which argument, where in it, and nothing that may be secret"""
    said = told(["check", "192.0.2.1", "192.0.2.2 community=hunter2 naem=x"], 2,
                "argument 2 ('192.0.2.2 ...'), column 29: unknown key 'naem' (did you mean 'name'?)\n")
    check("hunter2" not in said.err, f"the community: {said}")
    file = work.write("core.targets", "192.0.2.3\n")
    told(["check", file, "192.0.2.4 interval=x"], 2, "argument 2 ('192.0.2.4 ...'), column 20: interval='x': expected a time")
    told(["check", "192.0.2.1", "192.0.2.1"], 2, "argument 2 ('192.0.2.1'), column 1: ", "at argument 1 and here")
    said = told(["check", "192.0.2.1", "community=hunter2"], 2, "argument 2 ('community ...'), column ", "in one pair of quotes: '192.0.2.1 community=x'")
    check("hunter2" not in said.err, f"the community: {said}")


def test_a_reload_names_the_argument_too(work):
    """an argument that a reload finds wrong is told by number and beginning, and polling goes on"""
    config = work.write("config.yaml", "auths: { lab: { community: public } }\n")
    os.chmod(config, 0o600)
    process = subprocess.Popen([PROGRAM, "poll", "-f", config, "--modules", "system", "--for", "4s", "-o", f"json:{work.path('rows')}",
                                "127.0.0.1:9 auth=lab"], stderr=subprocess.PIPE, text=True)
    time.sleep(0.5)
    work.write("config.yaml", "auths: { other: { community: public } }\n")
    process.send_signal(signal.SIGHUP)
    time.sleep(0.8)
    process.send_signal(signal.SIGTERM)
    err = process.communicate(timeout=10)[1]
    check("argument 1 ('127.0.0.1:9 ...'), column 18: unknown auth 'lab'" in err and "not reloaded" in err, err)


def test_a_file_that_is_not_there_is_told_beside_the_host(work):
    """a misspelt file is asked for as a host, and the file that it is like is named"""
    work.write("core.targets", "192.0.2.1\n")
    told(["check", "core.target"], 0, "'core.target': no such file; asked for as the name of a host (did you mean the file 'core.targets'?)\n", cwd=work.folder)
    equal(told(["check", "switch.example"], 0, cwd=work.folder).err, "", "a host's name")


def test_faults_beyond_the_twentieth_are_counted(work):
    """20 are told, and how many more there are; in targets and in the configuration"""
    targets = work.write("targets", "192.0.2.1 x=y\n" * 50)
    said = told(["check", targets], 2, f"{targets}: and 30 more\n")
    equal(said.err.count("\n"), 21, "lines")
    config = work.write("config.yaml", "".join(f"unknown{i}: 1\n" for i in range(25)))
    said = told(["check", "-f", config], 2, f"{config}: and 5 more\n")
    equal(said.err.count("\n"), 21, "lines")


def test_values_that_look_right_and_are_not(work):
    """null and ~ are no text; text(6)junk is no type; UTF-16 is named"""
    for value in ("null", "~", "Null", "NULL"):
        for text in (f"defaults: {{ community: {value} }}\n", f"auths: {{ a: {{ community: {value} }} }}\n", f"outputs: [ {{ format: csv, path: {value} }} ]\n"):
            config = work.write("config.yaml", text)
            told(["check", "-f", config], 2, f"{config}:1:{text.index(value) + 1}: '{value}' is not")
    config = work.write("config.yaml", "defaults: { community: 'null' }\n")
    os.chmod(config, 0o600)
    told(["check", "-f", config], 0)
    for kind in ("text(6)junk", "text(6", "text(6))"):
        config = work.write("config.yaml", "modules:\n  m:\n    tables:\n      - { name: t, columns: [ { oid: 1.3.6.1.4.1.9.1.1, object: v } ],\n"
                                           f"          index: [ {{ name: i, type: '{kind}' }} ] }}\n")
        told(["check", "-f", config], 2, f"type: expected integer, text, text(LENGTH), implied-text, oid, implied-oid or ip, not '{kind}'")
    for name, arguments in (("utf16.targets", []), ("utf16.yaml", ["-f"])):
        path = work.path(name)
        with open(path, "w", encoding="utf-16") as file:
            file.write("192.0.2.1\n")
        told(["check", *arguments, path], 2, f"{path}:", "this is UTF-16: save it as UTF-8")


def test_mib_folders_and_modules_that_are_not_there(work):
    """-M, MIBDIRS and -m that lead nowhere are warned of, with and without a configuration"""
    nowhere = work.path("nowhere")
    for verb, rest in (("check", ["192.0.2.1"]), ("translate", ["sysName"])):
        told([verb, "-M", f"+{nowhere}", *rest], 0, f"snmpfleet {verb}: warning: -M: {nowhere}: no such folder of MIB modules\n")
        told([verb, *rest], 0, f"warning: MIBDIRS: {nowhere}: no such folder", env={**os.environ, "MIBDIRS": f"+{nowhere}"})
    told(["check", "-m", "NO-SUCH-MIB", "--modules", "system", "192.0.2.1"], 0, "no module 'NO-SUCH-MIB'")


def test_a_pipe_that_nobody_reads_is_no_output(work):
    """a FIFO without a reader is said to be one"""
    fifo = work.path("fifo")
    os.mkfifo(fifo)
    told(["poll", "--once", "-o", f"csv:{fifo}", "127.0.0.1:9"], 4, f"{fifo}: cannot be written: nobody reads this pipe")


run([test_arguments_are_named_by_number_and_beginning, test_a_reload_names_the_argument_too,
     test_a_file_that_is_not_there_is_told_beside_the_host,
     test_faults_beyond_the_twentieth_are_counted, test_values_that_look_right_and_are_not, test_mib_folders_and_modules_that_are_not_there,
     test_a_pipe_that_nobody_reads_is_no_output])
