"""The verbs that ask one agent, and Net-SNMP's programs beside them."""
import os
import re
import subprocess

import walk_text
from support import PROGRAM, check, equal, skip

VERBS = {"snmpget": "get", "snmpgetnext": "getnext", "snmpbulkget": "bulkget", "snmpset": "set", "snmpwalk": "walk", "snmpbulkwalk": "bulkwalk", "snmptable": "table"}
TICKS = re.compile(r"\(\d+\) (?:\d+ days?, )?\d+:\d\d:\d\d\.\d\d")


def output(args, env):
    done = subprocess.run(args, capture_output=True, text=True, timeout=30, env=env, stdin=subprocess.DEVNULL, errors="surrogateescape")
    check("Sanitizer" not in done.stderr and "runtime error" not in done.stderr, done.stderr[-3000:])
    return done.returncode, TICKS.sub("(TICKS)", done.stdout), done.stderr


class Trio:
    """The three, with the modules of @mibs and nobody's settings but @conf's."""

    def __init__(self, work, mibs="", folder=walk_text.MIBS, conf=None):
        self.work, self.mibs, self.folder = work, mibs, folder
        self.links = os.path.join(work.folder, "links")
        os.makedirs(self.links, exist_ok=True)
        for name in VERBS:
            if not os.path.islink(os.path.join(self.links, name)):
                os.symlink(PROGRAM, os.path.join(self.links, name))
        settings = os.path.join(work.folder, "conf")
        os.makedirs(settings, exist_ok=True)
        with open(os.path.join(settings, "snmp.conf"), "w", encoding="utf-8") as f:
            f.write(conf or "")
        self.env = {**os.environ, "HOME": work.folder, "XDG_CACHE_HOME": os.path.join(work.folder, "cache"), "SNMPCONFPATH": settings}
        for name in ("MIBS", "MIBDIRS"):
            self.env.pop(name, None)
        if conf is None:
            self.env.update(MIBS=mibs, MIBDIRS=folder)

    def theirs(self, program, *args):
        return output([program, *args], self.env)

    def link(self, program, *args):
        return output([os.path.join(self.links, program), *args], self.env)

    def verb(self, program, *args):
        how = ["-m", self.mibs, "-M", self.folder] if self.mibs else []
        return output([PROGRAM, VERBS[program], *how, *args], self.env)

    def same(self, program, *args, errors=True, verb=True):
        """`errors`: of standard error, too, but for warnings of modules; `verb`: as `snmpfleet VERB`, too."""
        args = [str(a) for a in args]
        what = f"{program} {' '.join(args)}"
        theirs, ours = self.theirs(program, *args), self.link(program, *args)
        equal(ours[:2], theirs[:2], f"exit and output of {what}")
        if errors:
            equal(ours[2], theirs[2], f"errors of {what}")
        if verb:
            ours = self.verb(program, *args)
            equal(ours[:2], theirs[:2], f"exit and output of {VERBS[program]} for {what}")
            if errors:
                equal(ours[2].replace(f"snmpfleet {VERBS[program]}: ", f"{program}: "), theirs[2], f"errors of {VERBS[program]} for {what}")
        return theirs


def need_programs():
    if not all(os.access(os.path.join("/usr/bin", name), os.X_OK) for name in VERBS):
        skip("Net-SNMP's programs are not here")
