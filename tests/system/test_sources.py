#!/usr/bin/env python3
"""Sources of targets: folders, file_sd, commands and http_sd servers; read at the start, at SIGHUP and by themselves."""
import glob
import http.server
import json
import os
import signal
import ssl
import subprocess
import threading
import time

from fake_agent import FakeAgent, Mib, numbers_of, string
from support import check, equal, eventually, run, snmpfleet

SYSTEM = numbers_of("1.3.6.1.2.1.1")
BOX = Mib({SYSTEM + (1, 0): string(b"a box")})
SECRET = "hunter2hunter2"


def agent_of(work):
    return work.closing(FakeAgent(lambda agent, request: [BOX.answer(request)]))


def start(work, config, *args):
    """A poll with a configuration that names its targets."""
    work.write("config.yaml", "defaults: { modules: [system], interval: 200ms }\n" + config)
    with open(work.path("err"), "wb") as err:
        return work.poll(["-f", work.path("config.yaml"), "-o", "csv:/dev/null", *args], stdout=subprocess.DEVNULL, stderr=err)


def said(work, text, seconds=8):
    """Wait until it is told."""
    return eventually(lambda: text in work.read("err") and work.read("err"), seconds, f"'{text}' is told, not only: {work.read('err')}")


def is_polled(agent, what):
    before = len(agent.requests)
    eventually(lambda: len(agent.requests) > before + 1, 5, f"{what}: the agent is polled")


def is_silent(agent, what):
    time.sleep(0.1)
    before = len(agent.requests)
    time.sleep(0.7)
    equal(len(agent.requests), before, f"{what}: requests to an agent that is not polled any more")


def stop(process):
    process.send_signal(signal.SIGTERM)
    equal(process.wait(5), 0, "exit after SIGTERM")


def script(work, name, text):
    path = work.write(name, "#!/bin/sh\n" + text)
    os.chmod(path, 0o755)
    return path


def check_config(work, config, *args):
    work.write("config.yaml", "defaults: { modules: [system] }\n" + config)
    return snmpfleet(["check", "-f", work.path("config.yaml"), *args])


def processes_with(text):
    """Command lines of all processes that hold a text."""
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as f:
                line = f.read()
        except OSError:
            continue
        if text.encode() in line:
            found.append(line)
    return found


class Server:
    """An http_sd server; `answer` is called with the handler of each request."""

    def __init__(self, answer, certificate=None, key=None):
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                server.requests.append((self.path, dict(self.headers)))
                server.answer(self)

            def log_message(self, *_):
                pass
        self.answer, self.requests = answer, []
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()


def reply(handler, body, status=200, **headers):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    try:
        handler.wfile.write(body.encode())
    except OSError:
        pass


def document(*agents, **labels):
    return json.dumps([{"targets": [a.address for a in agents], "labels": labels}])


def test_configured_files(work):
    """files, folders and file_sd of a configuration are read from its folder on; with TARGETS beside them both are"""
    os.mkdir(work.path("targets.d"))
    work.write("targets.d/b.targets", "192.0.2.2 tag.from=b\n")
    work.write("targets.d/a.yaml", "- targets: [192.0.2.1]\n  labels: { site: ams, __param_module: 'system,interfaces' }\n")
    work.write("targets.d/.swp", "no target\n")
    work.write("sd.json", '[{"targets": ["192.0.2.3:1161"]}]')
    work.write("core.targets", "192.0.2.4\n")
    result = check_config(work, "targets:\n  - core.targets\n  - folder: targets.d\n  - file_sd: s?.json\n", "--list", "192.0.2.5")
    equal(result.code, 0, result)
    names = [line.split()[1][len("name="):] for line in result.out.splitlines() if line.startswith("192.0.2.")]
    equal(sorted(names), ["192.0.2.1", "192.0.2.2", "192.0.2.3:1161", "192.0.2.4", "192.0.2.5"], result)
    check("site" in result.out and "ams" in result.out, result)


def test_wrong_sources(work):
    """what is wrong with a source is told with its place"""
    for config, text in (
            ("targets: [{ fil: x }]\n", "config.yaml:2:11: expected a path, or a key file, folder, file_sd, command or http_sd"),
            ("targets: [{ file: x, evry: 1m }]\n", "config.yaml:2:22: unknown key 'evry' (did you mean 'every'?)"),
            ("targets: [{ command: [x], every: 10ms }]\n", "config.yaml:2:34: every: expected at least 1s, not '10ms'"),
            ("targets: [{ command: 'ls -l' }]\n", "config.yaml:2:22: command: expected a list, not text"),
            ("targets: [{ http_sd: 'ftp://x' }]\n", "config.yaml:2:22: http_sd: expected a URL that begins with http:// or https://"),
            (f"targets: [{{ http_sd: 'http://u:{SECRET}@x/' }}]\n", "config.yaml:2:22: http_sd: a URL holds no user and no password here"),
            ("targets: [{ http_sd: 'http://x', user: u }]\n", "config.yaml:2:11: http_sd: `user` and a password"),
            ("targets: [nowhere.targets]\n", "nowhere.targets: No such file or directory"),
            ("targets: [{ file_sd: 'no*.json' }]\n", "no*.json: no file has such a name"),
            ("targets: [{ command: [./nothing] }]\n", "command "),
    ):
        result = check_config(work, config)
        equal(result.code, 2, f"{config}: {result}")
        check(text in result.err, f"{config}: {result}")
        check(SECRET not in result.err, f"{config}: {result}")
    work.write("bad.json", '[{"targets": ["192.0.2.1"],\n  "labels": {"__param_module": "nosuch"}}]')
    result = snmpfleet(["check", work.path("bad.json")])
    check("bad.json:2:32: unknown module 'nosuch'" in result.err, result)
    result = snmpfleet(["poll", "--once", "-f", work.write("none.yaml", "defaults: { modules: [system] }\n")])
    equal(result.code, 3, result)
    check("or a part 'targets' of the configuration" in result.err, result)


def test_command(work):
    """a command: read again by itself; a device comes and leaves; failing, flooding and hanging keep the fleet and are told once"""
    a, b = agent_of(work), agent_of(work)
    work.write("said", a.address + "\n")
    script(work, "inventory", f'echo run >> {work.path("runs")}\n[ -e {work.path("how")} ] && . {work.path("how")}\ncat "$1"\n')
    process = start(work, f"targets:\n  - {{ command: [./inventory, '{work.path('said')}'], timeout: 700ms, every: 1s }}\n")
    is_polled(a, "at the start")
    work.write("said", document(a, b))
    is_polled(b, "a device that comes, as file_sd")
    check("1 added, 0 changed, 0 removed, 1 as before" in said(work, "targets reloaded"), "the change is told")
    work.write("said", b.address + "\n")
    said(work, "1 removed")
    is_silent(a, "a device that left")
    lines = len(work.read("err").splitlines())
    for how, text in (("echo 'no database' >&2; exit 7\n", "it ended with status 7: no database"),
                      ("sleep 4711\n", "it did not end within 0.7 s, and was ended"),
                      ("exec yes 10.0.0.1\n", "")):
        work.write("how", how)
        if text and "7:" in text:
            said(work, text)
            said(work, "targets stay as they are until this source can be read")
        runs = work.read("runs").count("run")
        eventually(lambda: work.read("runs").count("run") >= runs + 2, 8, "it is run again")
        is_polled(b, how)
    equal(len(work.read("err").splitlines()), lines + 2, f"lines while it fails, which it does once: {work.read('err')}")
    equal(processes_with("4711"), [], "processes that hang")
    os.unlink(work.path("how"))
    said(work, "can be read again")
    work.write("how", "sleep 4712\n")
    eventually(lambda: processes_with("4712"), 5, "a command hangs")
    begin = time.monotonic()
    stop(process)
    check(time.monotonic() - begin < 2, "the end waits for a command")
    eventually(lambda: not processes_with("4712"), 2, "a command that hangs is ended with the program")


def test_hanging_source_delays_no_poll(work):
    """while a command hangs, a target that is polled every 100 ms keeps its beat; SIGHUP reads all again"""
    a = agent_of(work)
    work.write("core.targets", f"{a.address} interval=100ms\n")
    script(work, "slow", f'[ -e {work.path("hang")} ] && exec sleep 4713\necho 127.0.0.9:9 interval=1h\n')
    process = start(work, "targets:\n  - core.targets\n  - { command: [./slow], timeout: 2s, every: 1s }\n")
    is_polled(a, "at the start")
    work.write("hang", "")
    eventually(lambda: processes_with("4713"), 5, "the command hangs")
    before, begin = len(a.requests), time.monotonic()
    time.sleep(1.5)
    beats = (len(a.requests) - before) / (time.monotonic() - begin)
    check(8 <= beats <= 13, f"{beats} requests a second")
    os.unlink(work.path("hang"))
    said(work, "targets stay as they are")
    work.write("core.targets", f"{a.address} interval=100ms tag.new=1\n")
    said(work, "can be read again")
    check("targets reloaded" not in work.read("err"), "a file without a period is read at SIGHUP only")
    process.send_signal(signal.SIGHUP)
    said(work, "0 added, 1 changed, 0 removed, 1 as before")
    stop(process)


def test_http(work):
    """http_sd: headers as Prometheus sends them; a status, a redirect, a slow and an empty answer; secrets in no command line"""
    a, b = agent_of(work), agent_of(work)
    state = {"body": document(a), "status": 200}

    def answer(handler):
        if handler.path == "/moved":
            return reply(handler, "", 302, Location="/sd?token=x")
        if state.get("slow"):
            time.sleep(2)
        return reply(handler, state["body"], state["status"])
    server = work.closing(Server(answer))
    work.write("password", SECRET + "\n")
    os.chmod(work.path("password"), 0o600)
    process = start(work, f"targets:\n  - {{ http_sd: '{server.url}/moved', every: 1s, timeout: 800ms, user: me, password_file: password }}\n")
    if "without libcurl" in eventually(lambda: a.requests and "polled" or work.read("err"), 5, "the first poll, or why there is none"):
        equal(process.wait(5), 2, "exit without libcurl")
        return
    is_polled(a, "at the start")
    equal([r[0] for r in server.requests[:2]], ["/moved", "/sd?token=x"], "a redirect is followed")
    headers = {k.lower(): v for k, v in server.requests[0][1].items()}
    equal(headers.get("x-prometheus-refresh-interval-seconds"), "1", headers)
    equal(headers.get("authorization", "")[:6], "Basic ", headers)
    state["body"] = document(a, b)
    is_polled(b, "a device that comes")
    state["status"] = 503
    said(work, "the server answers with status 503: expected 200")
    state.update(status=200, slow=True)
    eventually(lambda: processes_with("fetch-targets"), 5, "the verb runs")
    equal(processes_with(SECRET), [], "secrets in command lines")
    state.update(slow=False, body="[]")
    is_polled(a, "behind an answer without targets")
    check("cannot be asked: " not in work.read("err"), "it is told once that the source fails")
    state["body"] = document(b)
    said(work, "1 removed")
    is_silent(a, "a device that left")
    stop(process)


def test_https(work):
    """http_sd over TLS: the certificate is verified, and no redirect leads from https to http, by whatever way it came to https"""
    made = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                           "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", work.path("key"), "-out", work.path("ca.pem")], stderr=subprocess.DEVNULL, check=False)
    equal(made.returncode, 0, "exit of openssl")
    ways = {}

    def answer(handler):
        if handler.path in ways:
            return reply(handler, "", 302, Location=ways[handler.path])
        return reply(handler, '[{"targets": ["192.0.2.7"]}]')
    plain, secure = work.closing(Server(answer)), work.closing(Server(answer, work.path("ca.pem"), work.path("key")))
    ways.update({"/down": plain.url + "/sd", "/up": secure.url + "/sd", "/up-down": secure.url + "/down"})

    def ask(url, more="ca_file: ca.pem"):
        return check_config(work, f"targets: [{{ http_sd: '{url}', {more} }}]\n", "--list")
    result = ask(secure.url + "/sd")
    if "without libcurl" in result.err:
        return
    for url in (secure.url + "/sd", plain.url + "/up"):
        result = ask(url)
        check(result.code == 0 and "192.0.2.7" in result.out, result)
    for url in (secure.url + "/down", plain.url + "/up-down"):
        result = ask(url)
        check(result.code == 2 and "leads from https to http" in result.err, result)
    check("/sd" not in [r[0] for r in plain.requests], "what was redirected to http was asked")
    result = ask(secure.url + "/sd", "every: 1m")
    check(result.code == 2 and "certificate" in result.err, result)


def test_http_refused(work):
    """http_sd at the start: too many redirects, another scheme, nobody who listens"""
    server = work.closing(Server(lambda h: reply(h, "", 302, Location="ftp://127.0.0.1/" if h.path == "/ftp" else "/again")))
    for path, text in (("/again", "edirects"), ("/ftp", "rotocol")):
        result = check_config(work, f"targets: [{{ http_sd: '{server.url}{path}' }}]\n")
        equal(result.code, 2, result)
        check(text in result.err or "libcurl" in result.err, result)
    check(len(server.requests) <= 8, f"{len(server.requests)} requests")
    result = check_config(work, "targets: [{ http_sd: 'http://127.0.0.1:1/sd' }]\n")
    equal(result.code, 2, result)
    check("http://127.0.0.1:1/sd (" in result.err, result)


run([test_configured_files, test_wrong_sources, test_command, test_hanging_source_delays_no_poll, test_http, test_https, test_http_refused])
