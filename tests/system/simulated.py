"""`snmpfleet simulate` beside a test: agents on loopback addresses from a first one on, all with one port."""
import ipaddress
import re
import subprocess

from support import PROGRAM, check, end, free_port


class Simulated:
    """Agents that answer until the test ends; address(i) is that of the i-th."""

    def __init__(self, work, count, *options, port=None):
        self.first, self.port = ipaddress.IPv4Address("127.1.0.1"), port or free_port()
        self.log = work.path(f"simulate-{self.port}")
        with open(self.log, "wb") as log:
            self.process = work.start([PROGRAM, "simulate", "--listen", f"{self.first}:{self.port}", "--agents", str(count), "--for",
                                       "570s", *map(str, options)], stdout=subprocess.PIPE, stderr=log)
        self.ready = self.process.stdout.readline().decode()
        with open(self.log, encoding="utf-8", errors="replace") as log:
            self.said = log.read()
        check(re.match(rf"ready: {count} agents at ", self.ready), f"no {count} agents: {self.ready}{self.said}")

    def address(self, i):
        return f"{self.first + i}:{self.port}"

    def close(self):
        end(self.process)
