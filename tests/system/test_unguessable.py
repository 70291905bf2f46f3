#!/usr/bin/env python3
"""Request-ids cannot be foreseen: not by an SNMPv3 agent that sees the salts which go out in clear, nor from the ids themselves.

The salt of encryption and the key of the ids once came of one seed by a mixing that can be undone. Whoever got four encrypted messages knew
the seed, and with it each id that other agents were to get. The attack is repeated here as it worked then.
"""
import os
import select
import socket
import threading

from fake_agent import FakeAgent, Mib, numbers_of, read, string, elements
from fake_agent_v3 import V3Request, signed
from simulated import Simulated
from support import Poll, check, equal, run

MASK64, HALF, ROUNDS = 2**64 - 1, 0x7fff, 4


def unmix(x):
    """The inverse of splitmix64's finaliser."""
    def unshift(y, by):
        for _ in range(64 // by + 1):
            y = x_ ^ (y >> by)
        return y
    x_ = x
    x = unshift(x, 31)
    x = x * pow(0x94d049bb133111eb, -1, 2**64) & MASK64
    x_ = x
    x = unshift(x, 27)
    x = x * pow(0xbf58476d1ce4e5b9, -1, 2**64) & MASK64
    x_ = x
    return unshift(x, 30)


def mix(x):
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9 & MASK64
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb & MASK64
    return x ^ (x >> 31)


def keys_of(seed):
    keys = []
    for _ in range(ROUNDS):
        seed = (seed + 0x9e3779b97f4a7c15) & MASK64
        keys.append(mix(seed) & 0xffffffff)
    return keys


def counter_of(keys, identifier):
    """The number whose place in the order of ids that were drawn @identifier had."""
    left, right = (identifier >> 15) & HALF, identifier & HALF
    for key in reversed(keys):
        mixed = (left ^ key) * 0x9e3779b1 & 0xffffffff
        mixed ^= mixed >> 15
        mixed = mixed * 0x85ebca6b & 0xffffffff
        left, right = right ^ ((mixed >> 13) & HALF), left
    return left << 15 | right


def foreseen(pairs, others):
    """How many of the ids of others the pairs of id and salt give away."""
    for before in range(256):
        keys = keys_of((unmix((pairs[0][1] - before) & MASK64) - 1) & MASK64)
        counters = [counter_of(keys, identifier & (2**30 - 1)) for identifier, _ in pairs]
        if max(counters) < 2**16:
            return sum(counter_of(keys, identifier & (2**30 - 1)) < 2**16 for identifier in others)
    return 0


class Relay(threading.Thread):
    """Between the poller and an agent: notes the msgID and the salt of each encrypted request."""

    def __init__(self, agent):
        super().__init__(daemon=True)
        self.front, self.back = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        self.front.bind(("127.0.0.1", 0))
        self.back.connect(agent)
        self.address = "127.0.0.1:%d" % self.front.getsockname()[1]
        self.pairs, self.is_over, self.poller = [], False, None
        self.start()

    def run(self):
        while not self.is_over:
            for s in select.select([self.front, self.back], [], [], 0.1)[0]:
                if s is self.front:
                    data, self.poller = s.recvfrom(65536)
                    self.note(data)
                    self.back.send(data)
                elif self.poller is not None:
                    self.front.sendto(s.recv(65536), self.poller)

    def note(self, data):
        _, (_, header), (_, security), _ = elements(read(data, 0)[1])
        salt = elements(read(security, 0)[1])[5][1]
        if len(salt) == 8:
            self.pairs.append((signed(elements(header)[0][1]), int.from_bytes(salt, "big")))

    def close(self):
        self.is_over = True
        self.join()
        self.front.close()
        self.back.close()


def test_salts_say_nothing_of_ids(work, io):
    """an agent that gets encrypted requests does not know the ids of requests to others"""
    host, port = Simulated(work, 1).address(0).split(":")
    relay = work.closing(Relay((host, int(port))))
    other = work.closing(FakeAgent(lambda agent, request: [Mib({numbers_of("1.3.6.1.2.1.1.5.0"): string(b"x")}).answer(request)]))
    targets = work.write("targets", f"{relay.address} auth=secret modules=system,interfaces\n" +
                         "".join(f"{other.address} name=o{i} modules=system\n" for i in range(6)))
    config = work.write("c.yaml", "auths: { secret: { username: sha256_aes, auth_protocol: SHA-256, auth_password: authpass_sha256,"
                                  " priv_protocol: AES, priv_password: privpass_aes } }\n")
    os.chmod(config, 0o600)
    poll = Poll(work, io, ["-f", config, "-t", "5s", targets])
    check({r["reason"] for r in poll.reports if r["module"] == "interfaces"} == {"ok"}, f"{poll.result}")
    check(len(relay.pairs) >= 4, f"encrypted requests: {len(relay.pairs)}")
    ids = [r.id for r in other.requests]
    check(len(ids) >= 6, f"requests to the other agent: {len(ids)}")
    equal(foreseen(relay.pairs, ids), 0, f"ids foreseen of {len(ids)}")
    equal(len(set(ids)), len(ids), "different ids")
    check(all(2**30 <= i < 2**31 for i in ids), f"ids of four octets: {ids}")
    steps = {b - a for a, b in zip(ids, ids[1:])}
    check(len(steps) == len(ids) - 1, f"steps between ids: {steps}")


run([test_salts_say_nothing_of_ids])
