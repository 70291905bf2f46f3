#!/usr/bin/env python3
"""Agents that misbehave as those in the field do: what is polled of them all the same, and what the report says.

Always: exactly one report a poll, rows that came are delivered once, and the program ends by itself.
"""
import collections
import os
import re
import signal
import socket
import time

from fake_agent import (END_OF_MIB_VIEW, GEN_ERR, GET, GETBULK, GETNEXT, NO_SUCH_NAME, TOO_BIG, FakeAgent, Mib, integer, numbers_of,
                        oid, read, string, text_of, tlv)
from support import PROGRAM, Poll, Running, check, end, equal, parse_csv, run

TREE = "1.3.6.1.4.1.99999"
ROOT = numbers_of(TREE)
IF_ENTRY, IF_X_ENTRY = numbers_of("1.3.6.1.2.1.2.2.1"), numbers_of("1.3.6.1.2.1.31.1.1.1")
SYSTEM = numbers_of("1.3.6.1.2.1.1")
INTERFACES = 40

PLAIN = Mib({ROOT + (1, i): integer(i) for i in range(1, 101)})
PLAIN_OIDS = [text_of(o) for o in PLAIN.order]
SCALARS = {SYSTEM + (1, 0): string(b"a box"), SYSTEM + (2, 0): oid(ROOT), SYSTEM + (3, 0): tlv(0x43, b"\x07"),
           SYSTEM + (4, 0): string(b"contact"), SYSTEM + (5, 0): string(b"name"), SYSTEM + (6, 0): string(b"here"),
           SYSTEM + (7, 0): integer(72)}


def interface_objects(rows=INTERFACES):
    objects = dict(SCALARS)
    for i in range(1, rows + 1):
        for column, value in ((1, integer(i)), (2, string(b"eth%d" % i)), (3, integer(6)), (4, integer(1500)), (5, integer(10**9, 0x42)),
                              (6, string(bytes([2, 0, 0, 0, 0, i % 256]))), (7, integer(1)), (8, integer(1 + i % 2)), (9, integer(0, 0x43)),
                              (10, integer(1000 * i, 0x41)), (16, integer(2000 * i, 0x41))):
            objects[IF_ENTRY + (column, i)] = value
        for column, value in ((1, string(b"e%d" % i)), (6, integer(10**12 + i, 0x46)), (10, integer(10**13 + i, 0x46)),
                              (15, integer(1000, 0x42)), (18, string(b"to %d" % i))):
            objects[IF_X_ENTRY + (column, i)] = value
    return objects


BOX = Mib(interface_objects())
BOX_COLUMNS = 15  # of the 16 above, ifIndex is not polled


def walk(work, io, behaviour, *args, host="127.0.0.1", options=("-t", "250ms", "-r", "2"), code=0, reason="ok", detail=None):
    """--walk of TREE; the poll, its report and its agent."""
    agent = work.closing(FakeAgent(behaviour, host))
    poll = Poll(work, io, ["--walk", TREE, *options, *args, agent.address])
    check(agent.error is None, f"the fake agent failed: {agent.error!r}")
    report = poll.expect(code, reason, "walk", detail=detail)
    equal(int(report["rows"]), len(poll.rows), "rows of the report")
    return poll, report, agent


def modules(work, io, behaviour, *args, options=("-t", "250ms", "-r", "2")):
    agent = work.closing(FakeAgent(behaviour))
    poll = Poll(work, io, [*options, *args, agent.address])
    check(agent.error is None, f"the fake agent failed: {agent.error!r}")
    return poll, agent


def oids(poll):
    return [r["oid"] for r in poll.rows]


def complete(poll):
    equal(oids(poll), PLAIN_OIDS, "OIDs")
    equal([r["value"] for r in poll.rows], [str(i) for i in range(1, 101)], "values")


def counted(poll, what):
    """A line of the summary: how often."""
    found = re.search(rf"^ +([\d,]+) {re.escape(what)}$", poll.err, re.M)
    return int(found.group(1).replace(",", "")) if found else 0


def attempts_of(agent):
    """Number of datagrams for each question, in order: the same type and OIDs."""
    return collections.Counter((r.type, tuple(r.oids)) for r in agent.requests)


def box_complete(poll, rows=INTERFACES):
    poll.expect(0, "ok", "system")
    poll.expect(0, "ok", "interfaces")
    equal(len(poll.values(module="system")), 7, "scalars")
    interfaces_complete(poll, rows)


def interfaces_complete(poll, rows=INTERFACES, columns=BOX_COLUMNS):
    by_index = collections.defaultdict(dict)
    for row in poll.rows:
        if row["module"] == "interfaces":
            check(row["object"] not in by_index[int(row["index"])], f"twice: {row}")
            by_index[int(row["index"])][row["object"]] = row["value"]
    equal(sorted(by_index), list(range(1, rows + 1)), "indexes")
    for i, row in by_index.items():
        equal(len(row), columns, f"columns of interface {i}")
        equal((row["ifDescr"], row["ifInOctets"], row["ifHCInOctets"], row["ifAlias"]),
              (f"eth{i}", str(1000 * i), str(10**12 + i), f"to {i}"), f"interface {i}")


# Datagrams that are not the answer.

def test_good_agent(work, io):
    """the fake agent is a good one while it does not misbehave"""
    poll, _, agent = walk(work, io, lambda a, r: [PLAIN.answer(r)])
    complete(poll)
    check(len({r.id for r in agent.requests}) == len(agent.requests), "a request-id came twice")
    check(all(0 < r.id < 2**31 and r.community == b"public" and r.version == 1 for r in agent.requests), "id, community or version")
    box_complete(modules(work, io, lambda a, r: [BOX.answer(r)])[0])


GARBAGE = [b"", b"\0", b"0", b"\x30\x84\xff\xff\xff\xff", b"\x30\x80\0\0", os.urandom(40), b"0" * 1500,
           bytes.fromhex("302902010104067075626c6963a21c"), string(b"x"), tlv(0x30, integer(3) + b"junk")]


def test_garbage_before_the_answer(work, io):
    """garbage in front of every answer changes nothing"""
    poll, _, _ = walk(work, io, lambda a, r: GARBAGE + [PLAIN.answer(r)])
    complete(poll)
    check(counted(poll, "malformed datagrams") >= 9, poll.err)


def test_garbage_only(work, io):
    """an agent that sends only garbage is malformed, not silent; it is not up, for anybody can send garbage"""
    poll, report, _ = walk(work, io, lambda a, r: GARBAGE, code=1, reason="malformed")
    equal((poll.rows, report["requests"], report["up"]), ([], "3", "0"), "rows, requests, up")


def test_wrong_request_id(work, io):
    """answers to no request of ours are not believed"""
    poll, _, _ = walk(work, io, lambda a, r: [r.reply(PLAIN.varbinds(r), id=r.id ^ 1), r.reply(PLAIN.varbinds(r), id=0)],
                      code=1, reason="timeout")
    equal(poll.rows, [], "rows")
    check(counted(poll, "answers to no request") == 6, poll.err)


def test_wrong_community(work, io):
    """nor are those with another community, or an empty one: the report says what came; a key takes them"""
    for community, words in ((b"publiC", "another community"), (b"", "an empty community")):
        behaviour = lambda a, r: [r.reply(PLAIN.varbinds(r), community=community)]
        poll, report, _ = walk(work, io, behaviour, code=1, reason="malformed", detail=f"answers with {words} (reply_community=any takes them)")
        equal((poll.rows, report["up"], report["rtt_ms"]), ([], "0", ""), "rows, up, round trip")
        check(counted(poll, "answers with a wrong version, community or user") == 3, poll.err)
        poll, _, _ = walk(work, io, behaviour, "--reply-community", "any")
        complete(poll)


def test_wrong_version(work, io):
    """nor those of another version"""
    poll, report, _ = walk(work, io, lambda a, r: [r.reply(PLAIN.varbinds(r), version=0)], code=1, reason="malformed",
                           detail="answers of version 1, asked was version 2c")
    equal((poll.rows, report["up"]), ([], "0"), "rows, up")
    check(counted(poll, "answers with a wrong version, community or user") == 3, poll.err)


def test_what_is_not_believed_decides_nothing_of_life_and_death(work, io):
    """an agent whose answers are not believed is not declared dead: it is asked its whole question each time"""
    agent = work.closing(FakeAgent(lambda a, r: [r.reply(PLAIN.varbinds(r), community=b"")]))
    poll = Running(work, io, "--interval", "300ms", "-t", "50ms", "-r", "1", "--walk", TREE, "--for", "2.5s", agent.address)
    poll.end(8)
    equal({r["reason"] for r in poll.all_reports}, {"malformed"}, "reasons, no backoff among them")
    check(len(poll.all_reports) >= 5, f"reports: {poll.all_reports}")


def test_garbled_answers_are_told(work, io):
    """answers that begin well and do not decode, under the right id: malformed, with what was seen"""
    poll, report, _ = walk(work, io, lambda a, r: [PLAIN.answer(r)[:-5]], code=1, reason="malformed", detail="answers that do not decode")
    equal((poll.rows, report["up"]), ([], "0"), "rows, up")


def from_elsewhere(work):
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other.bind(("127.0.0.3", 0))
    work.closing(other)
    return lambda a, r: [(PLAIN.answer(r), 0, other)]


def test_other_source_address(work, io):
    """an answer from another address is taken with --reply-from any, and else is not"""
    poll, report, _ = walk(work, io, from_elsewhere(work), code=1, reason="malformed", detail="answers came from 127.0.0.3:")
    equal((poll.rows, report["up"], report["rtt_ms"]), ([], "0", ""), "rows, up, round trip")
    check(counted(poll, "answers from a wrong address") == 3, poll.err)
    poll, _, _ = walk(work, io, from_elsewhere(work), "--reply-from", "any")
    complete(poll)


def test_duplicates(work, io):
    """three answers to every request count once"""
    poll, report, _ = walk(work, io, lambda a, r: [PLAIN.answer(r)] * 3)
    complete(poll)
    equal(report["retries"], "0", "retries")
    check(counted(poll, "duplicate answers") > 0, poll.err)


def test_late_answers(work, io):
    """an answer that comes after the first time-out counts: an agent slower than the timeout loses nothing"""
    poll, report, agent = walk(work, io, lambda a, r: [(PLAIN.answer(r), 0.35)], "--max-repetitions", "25")
    complete(poll)
    check(int(report["retries"]) >= 1, f"retries: {report}")
    check(counted(poll, "late answers") >= 1, poll.err)
    check(float(report["rtt_ms"]) > 300, f"round trip: {report}")


def test_answer_to_an_older_attempt(work, io):
    """only the first attempt of each question is answered, after the second went out: it counts"""
    def behave(agent, request):
        same = attempts_of(agent)[request.type, tuple(request.oids)]
        return [(PLAIN.answer(request), 0.4)] if same == 1 else []
    poll, report, agent = walk(work, io, behave, "--max-repetitions", "25", "-t", "300ms")
    complete(poll)
    check(int(report["retries"]) >= 1, f"retries: {report}")


def test_lost_answers(work, io):
    """every other request is lost: retries get all of it"""
    poll, report, _ = walk(work, io, lambda a, r: [PLAIN.answer(r)] if len(a.requests) % 2 == 0 else [])
    complete(poll)
    check(int(report["retries"]) >= 3, f"retries: {report}")


def test_large_answers_lost(work, io):
    """a path that loses every large answer: all rows come, by smaller ones, and few more attempts are lost on trying"""
    mib = Mib({ROOT + (1, i): string(b"a value of some length, %d" % i) for i in range(1, 1001)})
    def small_only(agent, request):
        reply = mib.answer(request)
        return [reply] if len(reply) <= 600 else []
    poll, report, agent = walk(work, io, small_only)
    equal(oids(poll), [text_of(o) for o in mib.order], "OIDs")
    check(int(report["retries"]) <= 16, f"{report['retries']} retries of {report['requests']} requests")
    check(int(report["requests"]) < 350, f"{report['requests']} requests for 1,000 rows, of which 12 fit an answer")


# Answers that are not well formed.

def test_truncated_answers(work, io):
    """an answer that is cut off is malformed; nothing of it is taken"""
    poll, _, _ = walk(work, io, lambda a, r: [PLAIN.answer(r)[:-7]], code=1, reason="malformed")
    equal(poll.rows, [], "rows")
    check(counted(poll, "malformed datagrams") == 3, poll.err)


def test_truncated_then_good(work, io):
    """the retry after a cut-off answer brings the rest"""
    poll, _, _ = walk(work, io, lambda a, r: [PLAIN.answer(r)[:-7] if len(a.requests) in (1, 3) else PLAIN.answer(r)])
    complete(poll)


def test_trailing_octets(work, io):
    """octets behind the message are ignored"""
    complete(walk(work, io, lambda a, r: [PLAIN.answer(r) + b"\0\0trailing"])[0])


def test_long_lengths(work, io):
    """lengths in more octets than needed are read"""
    def behave(agent, r):
        parts = b"".join(tlv(0x30, oid(o) + v[:1] + b"\x82\0" + v[1:], 3) for o, v in PLAIN.varbinds(r))
        pdu = tlv(0x02, r.id.to_bytes(4, "big"), 2) + integer(0) + integer(0) + tlv(0x30, parts, 4)
        return [tlv(0x30, tlv(2, b"\1", 1) + tlv(4, r.community, 2) + tlv(0xa2, pdu, 4), 4)]
    complete(walk(work, io, behave)[0])


def test_empty_counter64(work, io):
    """a Counter64 of no octets is zero"""
    mib = Mib({ROOT + (1,): tlv(0x46, b""), ROOT + (2,): tlv(0x46, b"\0" + b"\xff" * 8), ROOT + (3,): tlv(0x41, b""),
               ROOT + (4,): tlv(0x41, b"\xff\xff\xff\xff"), ROOT + (5,): string(b"")})
    poll, _, _ = walk(work, io, lambda a, r: [mib.answer(r)])
    equal([(r["type"], r["value"]) for r in poll.rows],
          [("Counter64", "0"), ("Counter64", str(2**64 - 1)), ("Counter32", "0"), ("Counter32", str(2**32 - 1)), ("OctetString", "")], "values")


def padded_oid(numbers):
    """Every third sub-identifier has one or two octets 80 in front, and the last one always."""
    contents = b""
    for i, n in enumerate((40 * numbers[0] + numbers[1],) + tuple(numbers[2:])):
        last = i == len(numbers) - 2
        contents += b"\x80" * (1 + i % 2 if i % 3 == 0 or last else 0) + read(oid((0, n)), 0)[1]
    return tlv(0x06, contents)


def padded(mib, request):
    varbinds = [(o, padded_oid(numbers_of("1.3.6.1.4.1.300")) if v[0] == 0x06 else v) for o, v in mib.varbinds(request)]
    parts = b"".join(tlv(0x30, padded_oid(o) + v) for o, v in varbinds)
    pdu = integer(request.id) + integer(0) + integer(0) + tlv(0x30, parts)
    return [tlv(0x30, integer(request.version) + string(request.community) + tlv(0xa2, pdu))]


def test_padded_names(work, io):
    """names and OIDs with octets 80 that they do not need are read as without, and asked for without"""
    poll, _, agent = walk(work, io, lambda a, r: padded(PLAIN, r))
    complete(poll)
    check(all(tlv(0x06, n) == oid(o) for r in agent.requests for n, o in zip(r.names, r.oids)), "a name was sent padded")
    poll, agent = modules(work, io, lambda a, r: padded(BOX, r))
    box_complete(poll)
    equal([r["value"] for r in poll.rows if r["object"] == "sysObjectID"], ["1.3.6.1.4.1.300"], "an OID as a value")
    check(all(tlv(0x06, n) == oid(o) for r in agent.requests for n, o in zip(r.names, r.oids)), "a name was sent padded")


def test_short_unsigned_numbers(work, io):
    """unsigned numbers without the zero octet that their high bit asks for are read unsigned; an INTEGER has its sign"""
    given = [(0x41, b"\x80\xe8", "33000"), (0x42, b"\xc8", "200"), (0x43, b"\x80\xe8\xff", "8448255"), (0x46, b"\xc4\x65\x36\0", "3294967296"),
             (0x46, b"\xff" * 8, str(2**64 - 1)), (0x41, b"\xc4\x65\x36\0", "3294967296"), (0x02, b"\x80\xe8", "-32536")]
    mib = Mib({ROOT + (i,): tlv(tag, contents) for i, (tag, contents, _) in enumerate(given)})
    poll, _, _ = walk(work, io, lambda a, r: [mib.answer(r)])
    equal([r["value"] for r in poll.rows], [value for _, _, value in given], "values")


def test_empty_answers(work, io):
    """an answer without any varbind ends as malformed, not as the end of the table"""
    poll, _, _ = walk(work, io, lambda a, r: [r.reply([])], code=1, reason="malformed")
    equal(poll.rows, [], "rows")
    agent = work.closing(FakeAgent(lambda a, r: [r.reply([])]))
    poll = Poll(work, io, ["-t", "250ms", agent.address])
    for module in ("system", "interfaces"):
        poll.expect(1, "malformed", module)


def test_other_answers(work, io):
    """an answer with other OIDs than those asked, as to another GET, is malformed"""
    poll, _ = modules(work, io, lambda a, r: [r.reply([(ROOT + (1, 1), integer(1))] * len(r.oids))], "--modules", "system")
    poll.expect(1, "malformed", "system")
    equal(poll.rows, [], "rows")


# Walks that do not go forward.

def chain(steps):
    """An agent that answers GETNEXT of the i-th of these indexes with the next, whatever their order."""
    def varbinds(request):
        found, at = [], request.oids
        for _ in range(request.repetitions if request.type == GETBULK else 1):
            after = []
            for o in at:
                left = [i for i, s in enumerate(steps) if ROOT + (s,) == o]
                after.append(ROOT + (steps[(left[0] + 1) % len(steps)] if left else steps[0],))
            found += [(o, integer(o[-1])) for o in after]
            at = after
        return found
    return lambda agent, request: [request.reply(varbinds(request))] if request.type != GET else [PLAIN.answer(request)]


def test_not_increasing(work, io):
    """OIDs that go back behind the name asked end the walk, and the report says where; what came before is kept"""
    poll, _, _ = walk(work, io, chain([1, 2, 3, 7, 5, 6, 8]), "--max-repetitions", "2", code=1, reason="not-increasing",
                      detail=f"OIDs do not increase at {TREE}.7: {TREE}.5 came")
    equal(oids(poll), [f"{TREE}.{i}" for i in (1, 2, 3, 7)], "OIDs")
    poll, _, _ = walk(work, io, chain([1, 2, 3, 7, 5, 6, 8]), code=1, reason="not-increasing", detail=f"{TREE}.8: {TREE}.1 came")
    equal(oids(poll), [f"{TREE}.{i}" for i in (1, 2, 3, 7, 5, 6, 8)], "OIDs out of order, until they go round")


class Unsorted:
    """An agent whose OIDs follow each other as in @order, which is none of theirs."""

    def __init__(self, objects, order):
        self.objects, self.order = objects, order
        self.place = {o: i for i, o in enumerate(order)}

    def next(self, numbers):
        if numbers in self.place:
            at = self.place[numbers] + 1
        else:
            at = min((i for o, i in self.place.items() if o[:len(numbers)] == numbers), default=len(self.order))
        return (self.order[at], self.objects[self.order[at]]) if at < len(self.order) else (numbers, END_OF_MIB_VIEW)

    def answer(self, request):
        if request.type == GET:
            return request.reply([(o, self.objects.get(o, NO_SUCH_OBJECT)) for o in request.oids])
        found, at = [], request.oids
        for _ in range(request.repetitions if request.type == GETBULK else 1):
            row = [self.next(o) for o in at]
            found, at = found + row, [o for o, _ in row]
        return request.reply(found)


ADDRESSES = [(192, 0, 2, 17), (10, 1, 1, 1), (172, 16, 0, 1), (10, 0, 0, 9), (127, 0, 0, 1)]


def unsorted_addresses():
    """ipAddrTable, whose rows are in the order in which the addresses were given."""
    entry = numbers_of("1.3.6.1.2.1.4.20.1")
    columns = [{entry + (c, *a): v(i, a) for i, a in enumerate(ADDRESSES)} for c, v in (
        (1, lambda i, a: tlv(0x40, bytes(a))), (2, lambda i, a: integer(i + 1)), (3, lambda i, a: tlv(0x40, b"\xff\xff\xff\0")),
        (4, lambda i, a: integer(1)))]
    order = [o for column in columns for o in column]
    return Unsorted({o: v for column in columns for o, v in column.items()}, order)


def test_out_of_order(work, io):
    """a table whose rows are out of order is walked to its end, each row once, as subtree and as table"""
    agent = unsorted_addresses()
    poll = Poll(work, io, ["--walk", "1.3.6.1.2.1.4", work.closing(FakeAgent(lambda a, r: [agent.answer(r)])).address])
    poll.expect(0, "ok", "walk")
    equal(oids(poll), [text_of(o) for o in agent.order], "OIDs")
    config = work.write("modules", "modules: { t: { tables: [{ name: t, columns: [ipAdEntIfIndex, ipAdEntNetMask, ipAdEntBcastAddr] }] } }\n")
    poll, _ = modules(work, io, lambda a, r: [agent.answer(r)], "-f", config, "--modules", "t")
    poll.expect(0, "ok", "t")
    found = collections.Counter((r["object"], r["index"]) for r in poll.rows)
    equal(found, {(o, ".".join(map(str, a))): 1 for a in ADDRESSES for o in ("ipAdEntIfIndex", "ipAdEntNetMask", "ipAdEntBcastAddr")}, "cells")


def test_left_out(work, io):
    """an agent that leaves the varbinds of an ended column out loses no row; nor does one that leaves some out at random"""
    rows = 40
    mib = Mib({ROOT + (1, c, i): integer(100 * c + i) for c, n in ((1, rows), (2, 3), (3, 0), (4, 20)) for i in range(1, n + 1)})
    cells = {(c, i) for c, n in ((1, rows), (2, 3), (4, 20)) for i in range(1, n + 1)}
    config = work.write("modules", "modules: { t: { tables: [{ name: t, index: [i], columns: [" +
                        ", ".join(f"{{ oid: {TREE}.1.{c}, object: c{c} }}" for c in (1, 2, 3, 4)) + "] }] } }\n")

    def leave_out(ends_only):
        def behave(agent, request):
            varbinds, n = mib.varbinds(request), len(request.oids)
            kept = [(o, v) for k, (o, v) in enumerate(varbinds) if o[:len(ROOT) + 2] == request.oids[k % n][:len(ROOT) + 2]
                    and (ends_only or n == 1 or (o[-1] + o[-2] + len(agent.requests)) % 7)]
            return [request.reply(kept if n > 1 else varbinds)]
        return behave

    for ends_only in (True, False):
        poll, _ = modules(work, io, leave_out(ends_only), "-f", config, "--modules", "t")
        found = collections.Counter((int(r["object"][1:]), int(r["index"])) for r in poll.rows)
        equal(sorted(found), sorted(cells), f"cells, {'ends' if ends_only else 'some'} left out")
        check(set(found.values()) == {1}, "a cell came twice")
        poll.expect(0, "ok", "t")


def test_jump_back(work, io):
    """after row 10 the agent goes back to sysDescr.0: the report says so; when only its GETBULK does it, all rows come"""
    def behave(breaks_getnext):
        def jumping(agent, request):
            varbinds = [(SYSTEM + (1, 0), SCALARS[SYSTEM + (1, 0)]) if o[-1] > 10 + (request.oids[0][-1] if not breaks_getnext else 0)
                        and o[:len(IF_ENTRY)] == IF_ENTRY and (breaks_getnext or request.type == GETBULK) else (o, v)
                        for o, v in BOX.varbinds(request)]
            return [request.reply(varbinds)]
        return jumping
    poll, _ = modules(work, io, behave(True), "--modules", "interfaces")
    poll.expect(1, "not-increasing", "interfaces", detail=".10: 1.3.6.1.2.1.1.1.0 came")
    rows = collections.Counter(r["object"] for r in poll.rows)
    equal((rows["ifDescr"], rows["ifHCInOctets"]), (10, 40), "rows")
    poll, _ = modules(work, io, behave(False), "--modules", "interfaces")
    poll.expect(0, "ok", "interfaces")
    interfaces_complete(poll)


UNDECODABLE = {"BOOLEAN": tlv(0x01, b"\xff"), "NSAP": tlv(0x45, b"\x49\0"), "an OID of a number too large": tlv(0x06, b"\x2b\xff\xff\xff\xff\x7f"),
               "a REAL": tlv(0x09, b"\x80\0\1"), "a BIT STRING of 9 unused bits": tlv(0x03, b"\x09\xa0")}


def test_undecodable(work, io):
    """a value that is none of SNMP's costs its cell, which the report names, and nothing behind it"""
    for what, value in UNDECODABLE.items():
        mib = Mib({**PLAIN.objects, ROOT + (1, 7): value})
        poll, _, _ = walk(work, io, lambda a, r, m=mib: [m.answer(r)], code=1, reason="malformed", detail=f"decode at {TREE}.1.7")
        equal(oids(poll), [o for o in PLAIN_OIDS if o != f"{TREE}.1.7"], f"OIDs around {what}")
        mib = Mib({**BOX.objects, IF_ENTRY + (10, 7): value})
        poll, _ = modules(work, io, lambda a, r, m=mib: [m.answer(r)], "--modules", "interfaces")
        poll.expect(1, "malformed", "interfaces", detail="ifInOctets.7")
        equal({r["index"] for r in poll.rows if r["object"] == "ifInOctets"}, {str(i) for i in range(1, 41) if i != 7}, f"rows around {what}")
        mib = Mib({**SCALARS, SYSTEM + (4, 0): value})
        poll, _ = modules(work, io, lambda a, r, m=mib: [m.answer(r)], "--modules", "system")
        poll.expect(1, "malformed", "system", detail="sysContact")
        equal(len(poll.rows), 6, f"scalars around {what}")


def test_bit_strings(work, io):
    """a BIT STRING is read as the OCTET STRING that is meant, and counted"""
    mib = Mib({**PLAIN.objects, ROOT + (1, 7): tlv(0x03, b"\0\xa2\xff")})
    poll, _, _ = walk(work, io, lambda a, r: [mib.answer(r)])
    equal([(r["type"], r["value"]) for r in poll.rows if r["oid"].endswith(".1.7")], [("OctetString", "0xa2ff")], "value")
    check("BIT STRINGs" in poll.err, poll.err)


def test_undecodable_name(work, io):
    """a name that is too long costs its cell; what follows comes"""
    long_name = tlv(0x06, b"\x2b" + b"\1" * 200)
    def behave(agent, request):
        parts = b"".join(tlv(0x30, (long_name if o == ROOT + (1, 7) else oid(o)) + v) for o, v in PLAIN.varbinds(request))
        pdu = integer(request.id) + integer(0) + integer(0) + tlv(0x30, parts)
        return [tlv(0x30, integer(request.version) + string(request.community) + tlv(0xa2, pdu))]
    poll, _, _ = walk(work, io, behave, code=1, reason="malformed", detail=f"decode at {TREE}.1.6")
    equal(oids(poll), [o for o in PLAIN_OIDS if o != f"{TREE}.1.7"], "OIDs")
    poll, _, _ = walk(work, io, behave, "--max-repetitions", "1", code=1, reason="malformed")
    equal(oids(poll), [o for o in PLAIN_OIDS if o != f"{TREE}.1.7"], "OIDs, when the name comes alone")


def test_cell_errors(work, io):
    """genErr or tooBig for one cell, wherever it is, costs that cell, which the report names; the rest comes, mostly by GETBULK"""
    for status, reason in ((GEN_ERR, "agent-error"), (TOO_BIG, "too-big")):
        for bad_rows in ({1}, {7}, {40}, {7, 8}, {3, 20, 31}):
            bad = {IF_ENTRY + (10, i) for i in bad_rows}
            def behave(agent, request, bad=bad, status=status):
                found = BOX.varbinds(request)
                at = [k for k, (o, _) in enumerate(found) if o in bad]
                return [request.reply(request.nulls(), status, at[0] % len(request.oids) + 1) if at else request.reply(found)]
            poll, agent = modules(work, io, behave, "--modules", "interfaces")
            poll.expect(1, reason, "interfaces", detail=f"ifInOctets.{min(bad_rows)}")
            rows = collections.Counter(r["object"] for r in poll.rows)
            equal({int(r["index"]) for r in poll.rows if r["object"] == "ifInOctets"}, set(range(1, 41)) - bad_rows, f"rows but {bad_rows}")
            equal((rows["ifDescr"], rows["ifMtu"], rows["ifOutOctets"], rows["ifAlias"]), (40,) * 4, "rows of other columns")
            check(len(agent.requests) < 100, f"{len(agent.requests)} requests for {bad_rows}")
    bad = ROOT + (1, 50)
    poll, _, agent = walk(work, io, lambda a, r: [r.reply(r.nulls(), GEN_ERR, 1) if bad in [o for o, _ in PLAIN.varbinds(r)] else PLAIN.answer(r)],
                          code=1, reason="agent-error", detail=f"genErr at {TREE}.1.50")
    equal(oids(poll), [o for o in PLAIN_OIDS if o != f"{TREE}.1.50"], "OIDs of a subtree")


def test_same_again(work, io):
    """an agent that repeats its last OID is not asked for ever"""
    poll, _, agent = walk(work, io, lambda a, r: [r.reply([(ROOT + (4,), integer(1))] * max(1, r.repetitions))], code=1,
                          reason="not-increasing")
    equal(oids(poll), [TREE + ".4"], "OIDs")
    check(len(agent.requests) <= 3, f"{len(agent.requests)} requests")


def test_loop(work, io):
    """1,2,3,1,2,3 is a loop: each row once"""
    for size in ([], ["--max-repetitions", "2"]):
        poll, _, agent = walk(work, io, chain([1, 2, 3]), *size, code=1, reason="not-increasing")
        equal(oids(poll), [f"{TREE}.{i}" for i in (1, 2, 3)], "OIDs")
        check(len(agent.requests) <= 4, f"{len(agent.requests)} requests")


def test_table_not_increasing(work, io):
    """one column of a table that goes round does not cost the others their rows"""
    def behave(agent, request):
        found = []
        for o, v in BOX.varbinds(request):
            if o[:len(IF_ENTRY) + 1] == IF_ENTRY + (10,) and o[-1] > 5:
                o = o[:-1] + (o[-1] % 5 + 1,)
            found.append((o, v))
        return [request.reply(found)]
    poll, agent = modules(work, io, behave, "--modules", "interfaces")
    poll.expect(1, "not-increasing", "interfaces", detail="ifInOctets")
    rows = collections.Counter(r["object"] for r in poll.rows)
    equal((rows["ifInOctets"], rows["ifDescr"], rows["ifHCInOctets"], rows["ifAlias"]), (5, 40, 40, 40), "rows of the columns")


def memory_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))


def runs_on(work, io, args, behaviour, seconds):
    """Poll an agent without an end: rows, report, and by how much memory grew between the first and the last second."""
    agent = work.closing(FakeAgent(behaviour))
    process = work.poll(["--once", "--io", io, "-q", "--deadline", f"{seconds}s", "-o", "csv:" + work.path("rows"),
                         "--report", "csv:" + work.path("reports"), *args, agent.address])
    time.sleep(1)
    first = last = memory_kib(process.pid)
    until = time.monotonic() + seconds + 3
    while process.poll() is None:
        check(time.monotonic() < until, "the deadline passed without a report")
        try:
            last = memory_kib(process.pid)
        except (AttributeError, OSError):
            break
        time.sleep(0.05)
    equal(process.wait(5), 1, "exit")
    reports = parse_csv(work.read("reports"))
    equal([r["reason"] for r in reports], ["deadline"], "reasons")
    check(seconds * 1000 - 10 <= float(reports[0]["duration_ms"]) < seconds * 1000 + 500, f"duration: {reports}")
    check(agent.error is None, f"the fake agent failed: {agent.error!r}")
    return parse_csv(work.read("rows")), reports[0], last - first


def endless(agent, request):
    found, at = [], request.oids
    for _ in range(request.repetitions if request.type == GETBULK else 1):
        at = [o[:-2] + (o[-2] + (o[-1] == 999), (o[-1] + 1) % 1000) if len(o) > len(ROOT) + 1 else o + (0, 1) for o in at]
        found += [(o, string(b"for ever and ever")) for o in at]
    return [request.reply(found)]


def test_endless_walk(work, io):
    """OIDs that increase for ever: the deadline ends it, the rows are delivered, memory does not grow"""
    rows, report, grown = runs_on(work, io, ["--walk", TREE], endless, 4)
    check(len(rows) > 2000, f"only {len(rows)} rows")
    equal(int(report["rows"]), len(rows), "rows of the report")
    equal(len({r["oid"] for r in rows}), len(rows), "distinct OIDs")
    check(grown < 8 << 10, f"memory grew by {grown} KiB over {len(rows)} rows")


def endless_table(columns):
    """Some columns of ifTable never end, the others hold one row."""
    def behave(agent, request):
        found, at = [], request.oids
        for _ in range(request.repetitions if request.type == GETBULK else 1):
            after = []
            for o in at:
                column = o[:len(IF_ENTRY) + 1] if o[:len(IF_ENTRY)] == IF_ENTRY else o[:len(IF_X_ENTRY) + 1]
                row = o[len(column)] if len(o) > len(column) else 0
                ends = column[-1] not in columns and row >= 1
                after.append(column[:-1] + (column[-1] + 1, 1) if ends else column + (row + 1,))
            found += [(o, integer(o[-1])) for o in after]
            at = after
        return [request.reply(found)]
    return behave


def test_varbinds_max(work, io):
    """OIDs that increase for ever: varbinds_max ends the poll as partial, of a target or of all"""
    agent = work.closing(FakeAgent(endless))
    targets = work.write("targets", f"{agent.address} name=a varbinds_max=1000\n{agent.host}:{agent.port} name=b\n")
    poll = Poll(work, io, ["--walk", TREE, "--varbinds-max", "3000", targets])
    found = {r["target"]: r for r in poll.reports}
    for name, most in (("a", 1000), ("b", 3000)):
        equal(found[name]["reason"], "partial", f"reason of {name}")
        check("varbinds_max" in found[name]["detail"], found[name]["detail"])
        check(most <= int(found[name]["varbinds"]) < most + 130, f"{found[name]['varbinds']} varbinds, {most} allowed")
        equal(sum(r["target"] == name for r in poll.rows), int(found[name]["rows"]), "rows")


def is_sanitized():
    """Whether the program is built with AddressSanitizer, which keeps freed memory and so says nothing of how much is in use."""
    with open(PROGRAM, "rb") as f:
        return b"__asan_init" in f.read()


def greedy(size):
    """Each reply is one varbind of the first column, a value of @size octets under an ever increasing OID."""
    value = string(b"x" * size)
    def behave(agent, request):
        agent.rows = getattr(agent, "rows", 0) + 1
        first = request.oids[0]
        entry = IF_ENTRY if first[:len(IF_ENTRY)] == IF_ENTRY else IF_X_ENTRY
        return [request.reply([(first[:len(entry) + 1] + (agent.rows,), value)])]
    return behave


def test_greedy_agents(work, io):
    """agents that answer each request with one large value of its first column: one costs less than 64 MiB, many no more than
    --memory, or memory of the configuration"""
    config, other = ["-f", work.write("config.yaml", "fleet: { memory: 16M }\n")], ["-f", work.write("other.yaml", "fleet: { memory: 1G }\n")]
    for size, agents, memory in ((60000, 1, []), (24, 1, []), (60000, 20, ["--memory", "16M", *other]), (60000, 20, config)):
        greedies = [work.closing(FakeAgent(greedy(size), f"127.44.1.{i + 1}")) for i in range(agents)]
        targets, report = work.write("targets", "".join(f"{a.address}\n" for a in greedies)), work.path(f"reports{size}-{agents}{''.join(memory[:1])}")
        process = work.poll(["--once", "--io", io, "-q", "--deadline", "3s", "--modules", "interfaces", *memory, "-o", "csv:/dev/null",
                             "--report", "csv:" + report, targets])
        time.sleep(0.3)
        first = most = memory_kib(process.pid)
        until = time.monotonic() + 12
        while process.poll() is None:
            check(time.monotonic() < until, "the deadline passed without a report")
            try:
                most = max(most, memory_kib(process.pid))
            except (AttributeError, OSError):
                break
            time.sleep(0.02)
        process.wait(5)
        with open(report, encoding="utf-8") as f:
            reports = parse_csv(f.read())
        check(len(reports) == agents and all(r["reason"] in ("deadline", "partial") for r in reports), f"reports: {reports}")
        check(all(2990 < float(r["duration_ms"]) < 8000 or r["reason"] == "partial" for r in reports), f"durations: {reports}")
        check(sum(a.rows for a in greedies) > (100 if is_sanitized() else 1000), "the agents were hardly asked")
        check(not memory or any("more rows wait than fit" in r["detail"] for r in reports), f"{memory} holds nobody back: {reports}")
        written = 64 << 10 if agents > 1 else 0  # rows that were handed out may wait for the writer
        check(is_sanitized() or most - first < (64 << 10) + written, f"{most - first} KiB for {agents} agents with {size} octets a value")


def test_a_crowd_of_greedy_agents(work, io):
    """400 such agents cost no more than --memory and what waits for the writer, and each poll says what was cut"""
    agent = work.closing(FakeAgent(greedy(30000), "0.0.0.0"))
    targets = work.write("targets", "".join(f"127.45.{i // 200}.{i % 200 + 1}:{agent.port}\n" for i in range(400)))
    report = work.path("crowd")
    process = work.poll(["--once", "--io", io, "-q", "--deadline", "4s", "--modules", "interfaces", "--memory", "32M", "--reply-from", "any",
                         "-o", "csv:/dev/null", "--report", "csv:" + report, targets])
    time.sleep(0.2)
    first = most = memory_kib(process.pid)
    until = time.monotonic() + 25
    while process.poll() is None:
        check(time.monotonic() < until, "the deadline passed without a report")
        try:
            most = max(most, memory_kib(process.pid))
        except (AttributeError, OSError):
            break
        time.sleep(0.02)
    process.wait(5)
    with open(report, encoding="utf-8") as f:
        reports = parse_csv(f.read())
    equal((len(reports), {r["reason"] for r in reports} <= {"deadline", "partial"}), (400, True), "reports, reasons")
    check(len(agent.requests) > (100 if is_sanitized() else 1000), f"the agents were hardly asked: {len(agent.requests)}")
    check(is_sanitized() or most - first < (32 + 64 + 32) << 10, f"{most - first} KiB for 400 agents with 30,000 octets a value and 32 MiB of memory")


def test_endless_column(work, io):
    """one column of a table increases for ever: the rows are delivered, memory does not grow"""
    rows, report, grown = runs_on(work, io, ["--modules", "interfaces"], endless_table({10}), 4)
    octets = [int(r["index"]) for r in rows if r["object"] == "ifInOctets"]
    check(len(octets) > 1000, f"only {len(octets)} rows")
    equal(octets, list(range(1, len(octets) + 1)), "indexes")
    # ifHCOutOctets of ifXTable has the same number and no end either; at the deadline it may be ahead.
    equal(int(report["rows"]), len({r["index"] for r in rows}), "rows of the report")
    check(grown < 8 << 10, f"memory grew by {grown} KiB over {len(rows)} cells")


# Errors.

def test_too_big_until_small(work, io):
    """tooBig without varbinds until few enough repetitions are asked: all rows come"""
    poll, _, agent = walk(work, io, lambda a, r: [r.reply([], TOO_BIG)] if r.repetitions > 3 else [PLAIN.answer(r)])
    complete(poll)
    big = [r.repetitions for r in agent.requests if r.repetitions > 3]
    check(len(big) <= 3, f"asked for too much again and again: {big}")
    poll, agent = modules(work, io, lambda a, r: [r.reply(r.nulls(), TOO_BIG)] if len(r.oids) * max(1, r.repetitions) > 4 else [BOX.answer(r)])
    box_complete(poll)


def test_too_big_always(work, io):
    """tooBig for everything, however little is asked"""
    poll, _, agent = walk(work, io, lambda a, r: [r.reply([], TOO_BIG)], code=1, reason="too-big")
    check(agent.requests[-1].type == GETNEXT or agent.requests[-1].repetitions <= 1, "it was not tried with a single value")
    poll, agent = modules(work, io, lambda a, r: [r.reply(r.nulls(), TOO_BIG)], "--modules", "system")
    poll.expect(1, "too-big", "system", detail="sys")
    check(any(len(r.oids) == 1 for r in agent.requests), "scalars were not asked one by one")


def test_too_big_value(work, io):
    """one scalar too big for any reply does not cost the others"""
    def behave(agent, request):
        return [request.reply([], TOO_BIG) if SYSTEM + (1, 0) in request.oids else BOX.answer(request)]
    poll, _ = modules(work, io, behave, "--modules", "system")
    poll.expect(1, "too-big", "system", detail="sysDescr")
    equal({r["object"] for r in poll.rows}, {"sysObjectID", "sysUpTime", "sysContact", "sysName", "sysLocation", "sysServices"}, "scalars")


def gen_err_at(column, names_it):
    def behave(agent, request):
        for i, asked in enumerate(request.oids):
            if asked[:len(IF_ENTRY) + 1] == IF_ENTRY + (column,):
                return [request.reply(request.nulls(), GEN_ERR, i + 1 if names_it else 0)]
        return [BOX.answer(request)]
    return behave


def test_gen_err_on_one_column(work, io):
    """genErr on one column: the others come, and the report names it; also when the agent does not say which"""
    for names_it in (True, False):
        poll, _ = modules(work, io, gen_err_at(10, names_it), "--modules", "interfaces")
        poll.expect(1, "agent-error", "interfaces", detail="genErr at ifInOctets")
        rows = collections.Counter(r["object"] for r in poll.rows)
        equal(rows["ifInOctets"], 0, "rows of the broken column")
        for name in ("ifDescr", "ifMtu", "ifOutOctets", "ifHCInOctets", "ifAlias"):
            equal(rows[name], INTERFACES, f"rows of {name} (error-index {'given' if names_it else '0'})")


def test_gen_err_always(work, io):
    """genErr for everything"""
    poll, _, _ = walk(work, io, lambda a, r: [r.reply(r.nulls(), GEN_ERR, 1)], code=1, reason="agent-error", detail="genErr")
    equal(poll.rows, [], "rows")


def test_v1_no_such_name(work, io):
    """v1: a scalar that is not there fails the whole request; the rest is asked again and comes, once"""
    for missing in ({7}, {1, 4, 7}, {1, 2, 3, 4, 5, 6, 7}):
        mib = Mib({o: v for o, v in SCALARS.items() if o[-2] not in missing})
        poll, agent = modules(work, io, lambda a, r, m=mib: [m.answer(r)], "-v", "1", "--modules", "system")
        poll.expect(0, "ok", "system")
        equal({numbers_of(o)[-2] for o in poll.values()}, set(range(1, 8)) - missing, "scalars")
        check(all(r.version == 0 and r.type == GET for r in agent.requests), "not v1 GETs")
        check(len(agent.requests) == len(missing) + (len(missing) < 7), f"{len(agent.requests)} requests")


def test_v1_tables(work, io):
    """v1: tables by GETNEXT, whose end is noSuchName"""
    poll, agent = modules(work, io, lambda a, r: [BOX.answer(r)], "-v", "1")
    box_complete(poll)
    check(all(r.type != GETBULK for r in agent.requests), "GETBULK in v1")


def test_no_getbulk_silence(work, io):
    """an agent that says nothing to GETBULK is walked by GETNEXT; the default number of retries suffices"""
    def behave(mib):
        return lambda a, r: [mib.answer(r)] if r.type != GETBULK else []
    poll, _, _ = walk(work, io, behave(PLAIN), options=("-t", "250ms"))
    complete(poll)
    poll, _ = modules(work, io, behave(BOX), options=("-t", "250ms"))
    box_complete(poll)


def test_no_getbulk_error(work, io):
    """an agent that answers GETBULK with genErr is walked by GETNEXT"""
    for status, nulls in ((GEN_ERR, True), (GEN_ERR, False), (NO_SUCH_NAME, True)):
        def behave(mib):
            return lambda a, r: [mib.answer(r) if r.type != GETBULK else r.reply(r.nulls() if nulls else [], status, 0)]
        poll, _, _ = walk(work, io, behave(PLAIN))
        complete(poll)
        poll, _ = modules(work, io, behave(BOX))
        box_complete(poll)


# Answers of unusual size.

def test_end_of_mib_view(work, io):
    """the end of the MIB ends a walk, wherever it comes"""
    for count in (0, 1, 9, 10, 11, 100):
        mib = Mib({o: v for o, v in PLAIN.objects.items() if o[-1] <= count})
        poll, _, _ = walk(work, io, lambda a, r, m=mib: [m.answer(r)])
        equal(oids(poll), PLAIN_OIDS[:count], f"OIDs of {count}")
    # As some agents have it: all repetitions filled up with it, and an OID of its own.
    fill = lambda r: [r.reply((Mib({}).varbinds(r) or [(o, END_OF_MIB_VIEW) for o in r.oids]) * max(1, r.repetitions))]
    poll, _, _ = walk(work, io, lambda a, r: fill(r) if r.oids[0] >= PLAIN.order[-1] else [PLAIN.answer(r)])
    complete(poll)


def test_more_than_asked(work, io):
    """an agent that gives more than was asked: rows once, nothing beyond the subtree"""
    mib = Mib({**PLAIN.objects, ROOT[:-1] + (ROOT[-1] + 1, 1): integer(1)})
    def behave(agent, request):
        request.repetitions = request.repetitions + 37 if request.type == GETBULK else request.repetitions
        return [mib.answer(request)]
    poll, _, _ = walk(work, io, behave)
    complete(poll)
    def more(agent, request):
        if request.type == GETBULK:
            request.repetitions += 11
        return [request.reply(BOX.varbinds(request) + ([(ROOT + (9,), integer(9))] * 3 if request.type == GET else []))]
    box_complete(modules(work, io, more)[0])


def test_fewer_than_asked(work, io):
    """an agent that caps its answers, also in the middle of a row"""
    for most in (1, 7):
        poll, _, _ = walk(work, io, lambda a, r: [PLAIN.answer(r, most)])
        complete(poll)
        poll, _ = modules(work, io, lambda a, r: [BOX.answer(r, 40 if r.type == GET else most)])
        box_complete(poll)


def test_ends_while_asked(work, io):
    """SIGTERM while an agent is silent: one report, at once at the second signal"""
    agent = work.closing(FakeAgent(lambda a, r: []))
    process = work.poll(["--once", "--io", io, "-q", "-t", "20s", "--modules", "system", "--report", "csv:" + work.path("reports"), agent.address])
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    check(process.poll() is None, "the first SIGTERM does not wait for running polls")
    process.send_signal(signal.SIGTERM)
    check(process.wait(3) in (0, 1), "exit")
    equal([r["reason"] for r in parse_csv(work.read("reports"))], ["cancelled"], "reasons")
    end(process)


run([test_endless_walk, test_varbinds_max, test_greedy_agents, test_a_crowd_of_greedy_agents, test_endless_column, test_good_agent, test_garbage_before_the_answer, test_garbage_only, test_wrong_request_id,
     test_wrong_community, test_wrong_version, test_what_is_not_believed_decides_nothing_of_life_and_death,
     test_garbled_answers_are_told, test_other_source_address, test_duplicates, test_late_answers,
     test_answer_to_an_older_attempt, test_lost_answers, test_large_answers_lost, test_truncated_answers, test_truncated_then_good, test_trailing_octets,
     test_long_lengths, test_padded_names, test_short_unsigned_numbers, test_empty_counter64, test_empty_answers, test_other_answers,
     test_not_increasing, test_out_of_order, test_left_out, test_jump_back, test_undecodable, test_bit_strings, test_undecodable_name,
     test_cell_errors, test_same_again, test_loop,
     test_table_not_increasing, test_too_big_until_small, test_too_big_always, test_too_big_value, test_gen_err_on_one_column,
     test_gen_err_always, test_v1_no_such_name, test_v1_tables, test_no_getbulk_silence, test_no_getbulk_error, test_end_of_mib_view,
     test_more_than_asked, test_fewer_than_asked, test_ends_while_asked], workers=8)
