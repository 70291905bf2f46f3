#!/usr/bin/env python3
"""libsnmpfleet as it is installed: what it shows, and projects outside of the tree that are built with it and run."""
import os
import re
import shutil
import subprocess

from support import SOURCE_DIR, check, equal, run, skip

BUILD = os.environ.get("BUILD_DIR", "")
LIBRARY = os.path.join(BUILD, "packaging", "libsnmpfleet.so")
ARCHIVE = os.path.join(BUILD, "packaging", "libsnmpfleet.a")
HEADERS = os.path.join(SOURCE_DIR, "include", "snmpfleet")
PAGE = os.path.join(SOURCE_DIR, "man", "libsnmpfleet.3")
EXTERNAL = os.path.join(SOURCE_DIR, "tests", "external")
SYS_NAME = "1.3.6.1.2.1.1.5.0"
OUTSIDE = """OUTSIDE-MIB DEFINITIONS ::= BEGIN
IMPORTS OBJECT-TYPE FROM SNMPv2-SMI DisplayString FROM SNMPv2-TC system FROM SNMPv2-MIB;
alsoSysName OBJECT-TYPE SYNTAX DisplayString MAX-ACCESS read-only STATUS current DESCRIPTION "" ::= { system 5 }
END
"""


def call(*args, **options):
    done = subprocess.run([str(a) for a in args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=240, **options)
    check(done.returncode == 0, f"{args}: exit {done.returncode}\n{done.stdout[-3000:]}")
    return done.stdout


def declared():
    """The functions that the public headers declare."""
    found = set()
    for name in os.listdir(HEADERS):
        with open(os.path.join(HEADERS, name), encoding="utf-8") as f:
            code = re.sub(r"/\*.*?\*/", " ", f.read(), flags=re.S)
        found |= set(re.findall(r"(?<!\(\*)\b(fleet_\w+)\(", code))
    return found


def symbols(*args):
    return {line.split()[-1].split("@")[0] for line in call("nm", *args).splitlines() if re.search(r" [A-Z] ", line)} - {"SNMPFLEET_0.1"}


def install(work):
    call("cmake", "--install", BUILD, "--prefix", work.path("prefix"))
    return work.path("prefix")


def library_folder(prefix):
    for path, _, names in os.walk(prefix):
        if "libsnmpfleet.so" in names:
            return path
    raise AssertionError("no library was installed")


def test_the_shared_library_shows_what_the_headers_declare(work):
    """its dynamic symbols, and nothing else; its name has the version of its interface"""
    equal(sorted(symbols("-D", "--defined-only", LIBRARY)), sorted(declared()), "symbols")
    head = call("readelf", "-d", LIBRARY)
    check("[libsnmpfleet.so.0.1]" in head, head)
    needed = set(re.findall(r"NEEDED.*\[(\w+)", head))
    equal(needed - {"libm", "libgcc_s"}, {"liburing", "libcares", "libcrypto", "libc"}, "libraries that it needs")


def test_the_archive_shows_what_the_headers_declare(work):
    """one object whose other functions are local, and no code of the compiler's own kind"""
    equal(sorted(symbols("-g", "--defined-only", ARCHIVE)), sorted(declared()), "symbols")
    check(".gnu.lto_" not in call("readelf", "-SW", ARCHIVE), "there is intermediate code of the compiler in it")


def test_each_header_stands_alone(work):
    """as C17 with all warnings, and as C++"""
    for name in sorted(os.listdir(HEADERS)):
        text = f"#include <snmpfleet/{name}>\n"
        flags = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-I", os.path.dirname(HEADERS)]
        call("cc", "-std=c17", *flags, work.write("alone.c", text + "int main(void) { return 0; }\n"))
        if shutil.which("g++") is not None:
            call("g++", "-std=c++17", *flags, work.write("alone.cc", text + "int main() { return 0; }\n"))


def test_a_cmake_project_is_built_against_the_installed_copy(work):
    """find_package(snmpfleet): both targets, and a MIB file read by the installed program"""
    prefix = install(work)
    call("cmake", "-S", EXTERNAL, "-B", work.path("out"), f"-DCMAKE_PREFIX_PATH={prefix}")
    call("cmake", "--build", work.path("out"))
    agent = ["127.0.0.1", work.simulator("--agents", "1")]
    reader = work.read("out/reader")
    check(os.access(reader, os.X_OK) and reader.startswith(prefix), f"no reader of the installed copy: {reader}")
    mibs = work.path("mibs")
    os.mkdir(mibs)
    work.write("mibs/OUTSIDE-MIB", OUTSIDE)
    for program in ("ask", "ask_static"):
        path = work.path(f"out/{program}")
        numeric = call(path, *agent, SYS_NAME)
        check(len(numeric) > 1, "no name of the agent")
        equal(call(path, *agent, "SNMPv2-MIB::sysName.0"), numeric, "the same by a built-in name")
        equal(call(path, *agent, "OUTSIDE-MIB::alsoSysName.0", mibs, reader), numeric, "the same by a name from a file")


def test_an_example_is_built_against_the_installed_copy(work):
    """the folder examples by itself is a project that finds the library"""
    prefix = install(work)
    call("cmake", "-S", os.path.join(SOURCE_DIR, "examples"), "-B", work.path("out"), f"-DCMAKE_PREFIX_PATH={prefix}")
    call("cmake", "--build", work.path("out"), "--target", "example_get")
    said = call(work.path("out/get"), "127.0.0.1", work.simulator("--agents", "1"), "public", "get", SYS_NAME)
    check(said.startswith(SYS_NAME + " = "), said)


def test_a_makefile_is_built_against_the_installed_copy(work):
    """pkg-config: --libs, and --static with what the archive needs"""
    if shutil.which("make") is None:
        skip("no make here")
    prefix = install(work)
    libraries = library_folder(prefix)
    shutil.copytree(EXTERNAL, work.path("project"))
    environment = {**os.environ, "PKG_CONFIG_PATH": os.path.join(libraries, "pkgconfig")}
    call("make", "-C", work.path("project"), env=environment)
    reader = call("pkg-config", "--variable=mib_reader", "snmpfleet", env=environment).strip()
    check(os.access(reader, os.X_OK), f"no reader: {reader}")
    agent = ["127.0.0.1", work.simulator("--agents", "1")]
    said = {call(work.path("project/ask"), *agent, SYS_NAME, env={**os.environ, "LD_LIBRARY_PATH": libraries}),
            call(work.path("project/ask_static"), *agent, SYS_NAME)}
    equal(len(said), 1, "different names of the agent")
    check("libsnmpfleet" not in call("ldd", work.path("project/ask_static")), "the static one needs the shared library")


def test_the_manual_page_is_sound_and_whole(work):
    """it is formatted without a warning, and names each function that there is, and no other"""
    if shutil.which("groff") is not None:
        equal(call("groff", "-man", "-ww", "-z", "-Tutf8", PAGE), "", "warnings")
    with open(PAGE, encoding="utf-8") as f:
        named = set(re.findall(r"\bfleet_\w+", f.read()))
    equal(sorted(declared() - named), [], "functions that the page lacks")
    known = set().union(*(re.findall(r"\bfleet_\w+", call("cat", os.path.join(HEADERS, name))) for name in os.listdir(HEADERS)))
    equal(sorted(named - known), [], "what the page names and no header has")


if not os.path.exists(LIBRARY):
    skip("the library is not built here (sanitizers)")
run([test_the_shared_library_shows_what_the_headers_declare, test_the_archive_shows_what_the_headers_declare, test_each_header_stands_alone,
     test_a_cmake_project_is_built_against_the_installed_copy, test_an_example_is_built_against_the_installed_copy,
     test_a_makefile_is_built_against_the_installed_copy,
     test_the_manual_page_is_sound_and_whole], workers=2)
