"""Debian's snmpsim serving the recordings; the community is the recording's name."""
import os
import subprocess

import recordings
from support import AGENTS, check, eventually, free_port, kill, need_snmpsim, snmp_answers


class Snmpsim:
    """An agent on 127.0.0.1; what it needs is in @folder."""

    def __init__(self, folder, first="zxr10_5928"):
        need_snmpsim()
        self.port, self.folder = free_port(), os.path.join(folder, "snmpsim")
        os.mkdir(self.folder)
        os.symlink("/dev/null", os.path.join(self.folder, "snmpsimd.log"))  # it would write hundreds of megabytes
        started = subprocess.run([os.path.join(AGENTS, "snmpsim-start"), self.folder, os.path.join(recordings.CORPUS, "recordings"), str(self.port)],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20)
        check(started.returncode == 0, "snmpsim does not start")
        with open(os.path.join(self.folder, "snmpsimd.pid"), encoding="ascii") as f:
            self.pid = int(f.read())
        try:
            eventually(lambda: snmp_answers(self.port, first), 90, "snmpsim answers")
        except BaseException:
            self.close()
            raise

    def close(self):
        kill(self.pid)
