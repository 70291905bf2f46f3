#!/usr/bin/env python3
"""SNMPv3 agents that keep to the standards loosely, and some that lie: what is let pass, what is told, what is not believed."""
from fake_agent import Mib, FakeAgent, integer, numbers_of, string, tlv
from fake_agent_v3 import (AUTH, CONTEXT_STATS, DECRYPTION, MPD_STATS, NOT_IN_WINDOW, REPORTABLE, UNKNOWN_ENGINE, UNKNOWN_USER,
                           UNSUPPORTED_LEVEL, USM_STATS, WRONG_DIGEST, Engine, V3Request)
from support import Poll, check, equal, run

SYSTEM = numbers_of("1.3.6.1.2.1.1")
TREE = "1.3.6.1.4.1.99999"
BOX = Mib({SYSTEM + (1, 0): string(b"a box"), SYSTEM + (3, 0): tlv(0x43, b"\x07"), SYSTEM + (5, 0): string(b"name"),
           **{numbers_of(TREE) + (i,): integer(i) for i in range(1, 301)}})
LIAR = b"\x80\0\0\0\5liar"
LIES = (NOT_IN_WINDOW, UNKNOWN_USER, UNSUPPORTED_LEVEL, WRONG_DIGEST, DECRYPTION)


def polled(work, io, auth, behaviour, *options, engine=None, what=("--modules", "system")):
    """The poll of one agent that does as behaviour(engine, agent, request) says, and the agent."""
    engine = engine or Engine(BOX, auth)
    agent = work.closing(FakeAgent(lambda a, r: behaviour(engine, a, r), reader=V3Request))
    user = ["-u", "anna"] + (["-a", auth, "-A", "maplesyrup"] if auth else [])
    poll = Poll(work, io, [*what, "-t", "300ms", "-r", "2", *user, *options, agent.address])
    check(agent.error is None, f"the agent: {agent.error}")
    return poll, agent


def good(engine, agent, request):
    return [engine.answer(request)]


def true_agents(work, io):
    """the agent of this test itself is one: a question for the engine, and one for the values"""
    for auth in (None, "MD5", "SHA-256", "SHA-512"):
        poll, agent = polled(work, io, auth, good)
        poll.expect(0, "ok")
        equal(len(agent.requests), 2, f"requests by {auth}")
        first, second = agent.requests
        equal((first.is_discovery, first.user, first.flags, first.oids), (True, b"", REPORTABLE, []), "discovery")
        equal((second.user, second.flags & AUTH, second.boots), (b"anna", AUTH if auth else 0, 5 if auth else 0), "request")
        poll, agent = polled(work, io, auth, good, what=("--walk", TREE))
        poll.expect(0, "ok")
        equal(len(poll.rows), 300, "rows")


def odd_reports(work, io):
    """request-id 0, 2^31-1 and -1 in Reports, a reportable Report, user and context engine left out or not"""
    for changed in ({"request_id": 0}, {"request_id": 2 ** 31 - 1}, {"request_id": -1}, {"flags": REPORTABLE}, {"user": b"anna"},
                    {"context_engine": b""}, {"boots": 0, "seconds": 0}, {"max_size": 484}):
        def behaviour(engine, agent, request):
            return [engine.report(request, UNKNOWN_ENGINE, **changed) if request.is_discovery else engine.answer(request)]
        for auth in (None, "MD5"):
            poll, agent = polled(work, io, auth, behaviour)
            poll.expect(0, "ok")
            equal(len(agent.requests), 3 if auth and changed.get("boots") == 0 else 2, f"requests: {changed}")


def boots_of_zero(work, io):
    """an engine that never counted its boots is as good as another, by authentication too"""
    for auth in (None, "SHA-256"):
        poll, agent = polled(work, io, auth, good, engine=Engine(BOX, auth, boots=0))
        poll.expect(0, "ok")


def clocks(work, io):
    """the time is told only to the authentic, by an authentic Report"""
    def behaviour(engine, agent, request):
        return [engine.report(request, UNKNOWN_ENGINE, boots=0, seconds=0) if request.is_discovery else engine.answer(request)]
    for auth in ("MD5", "SHA-256"):
        poll, agent = polled(work, io, auth, behaviour)
        poll.expect(0, "ok")
        equal([r.boots for r in agent.requests], [0, 0, 5], "boots asked with")
        check(" 1 clocks set anew" in poll.err, poll.err)


def discovery_of_one_user_only(work, io):
    """agents that are silent to the empty user, or to any other, are found by the attempt that they like"""
    for likes in (b"", b"anna"):
        def behaviour(engine, agent, request):
            return [engine.answer(request)] if not request.is_discovery or request.user == likes else []
        poll, agent = polled(work, io, "SHA-256", behaviour)
        report = poll.expect(0, "ok")
        equal(report["retries"], "0" if likes == b"" else "1", f"retries where '{likes}' is liked")


def bad_engine_ids(work, io):
    """an engine ID of less than 5 or more than 32 octets is none"""
    for engine_id in (b"", b"\x80\0\0\1", b"\x80" + bytes(32)):
        poll, agent = polled(work, io, None, good, engine=Engine(BOX, engine=engine_id))
        poll.expect(1, "malformed", detail="a Report without a proper engine ID")
        check(all(r.is_discovery for r in agent.requests), "it was asked for values")
    for engine_id in (b"\x80\0\0\1\5", b"\x80" + bytes(31)):
        poll, agent = polled(work, io, "MD5", good, engine=Engine(BOX, "MD5", engine=engine_id))
        poll.expect(0, "ok")


def reports_have_names(work, io):
    """what an agent reports of itself is the reason, or its detail; two attempts are enough"""
    for stats, reason, detail in (
            (CONTEXT_STATS + (5,), "agent-error", "snmpUnknownContexts"), (CONTEXT_STATS + (4,), "agent-error", "snmpUnavailableContexts"),
            (MPD_STATS + (1,), "agent-error", "snmpUnknownSecurityModels"), (MPD_STATS + (3,), "agent-error", "snmpUnknownPDUHandlers"),
            (USM_STATS + (3,), "unknown-user", "usmStatsUnknownUserNames"), (USM_STATS + (6,), "decrypt-error", "usmStatsDecryptionErrors"),
            (numbers_of("1.3.6.1.4.1.9.9.9"), "agent-error", "a Report of no known kind")):
        def behaviour(engine, agent, request):
            return [engine.report(request, UNKNOWN_ENGINE if request.is_discovery else stats)]
        for auth in (None, "MD5"):
            poll, agent = polled(work, io, auth, behaviour, "-t", "2s")
            report = poll.expect(1, reason, detail=detail)
            equal(len(agent.requests), 3 if auth else 2, f"requests until {detail}")
            check(float(report["duration_ms"]) < 1000, f"slow: {report}")


def an_authentic_report_is_believed_at_once(work, io):
    """unknown context, signed: no second attempt"""
    def behaviour(engine, agent, request):
        return [engine.report(request, UNKNOWN_ENGINE) if request.is_discovery else engine.report(request, CONTEXT_STATS + (5,), flags=AUTH)]
    poll, agent = polled(work, io, "SHA-256", behaviour, "-n", "nowhere")
    poll.expect(1, "agent-error", detail="snmpUnknownContexts")
    equal((len(agent.requests), agent.requests[-1].context), (2, b"nowhere"), "requests")


def lies_before_the_answer(work, io):
    """a forged Report of each kind, or a stranger's answer, comes first: the true one still counts, and the walk is complete"""
    def by_report(stats):
        return lambda engine, agent, request: [engine.report(request, stats, boots=77), engine.answer(request)]
    behaviours = [by_report(stats) for stats in LIES]
    behaviours += [lambda engine, agent, request, changed=changed: ([] if request.is_discovery else [engine.respond(request, **changed)]) +
                   [engine.answer(request)]
                   for changed in ({"flags": 0}, {"user": b"bert"}, {"engine": LIAR}, {"seconds": -400 + 2 ** 20},
                                   {"boots": 4}, {"request_id": 1}, {"type": 0xa0}, {"model": 2}, {"id": 1})]
    for behaviour in behaviours:
        poll, agent = polled(work, io, "SHA-256", behaviour, "-t", "1s", what=("--walk", TREE))
        poll.expect(0, "ok")
        equal(len(poll.rows), 300, "rows")
        check(len(agent.requests) < 30, f"{len(agent.requests)} requests")


def another_engine_says_the_same(work, io):
    """each answer comes under a stranger's engine ID as well, before the true one, behind it, or both: the true one is found at the second try"""
    def behaviour(engine, agent, request):
        is_report = request.engine != engine.engine
        true, liar = [engine.report(request, UNKNOWN_ENGINE, **name) if is_report else engine.respond(request, **name)
                      for name in ({}, {"engine": LIAR})]
        return {"before": [liar, true], "behind": [true, liar], "both": [liar, true, liar], "often": [liar, liar, true]}[order]
    for order, requests in (("before", 3), ("behind", 2), ("both", 3), ("often", 3)):
        for auth in (None, "MD5"):
            poll, agent = polled(work, io, auth, behaviour)
            poll.expect(0, "ok")
            equal((len(agent.requests), len(poll.rows)), (requests, 3), f"requests and values, the stranger {order}")


def spoilt_answers(work, io):
    """answers that are never right end the poll with what is wrong about them, also when its deadline comes first"""
    cases = (({"flags": 0}, "unsupported-level", "answers less secure than the request"),
             ({"user": b"bert"}, "timeout", "answers as another user"),
             ({"engine": LIAR}, "timeout", "only another engine answered"),
             ({"boots": 4}, "not-in-window", "answers outside the time window"),
             ({"id": 1}, "timeout", "no answer to 3 attempts"))
    for changed, reason, detail in cases:
        def behaviour(engine, agent, request):
            return [engine.answer(request) if request.is_discovery or request.boots != 5 else engine.respond(request, **changed)]
        # The first walk gets the time; a later answer with less boots is what is refused.
        if "boots" in changed:
            def behaviour(engine, agent, request):
                good_one = request.is_discovery or len(agent.requests) <= 2
                return [engine.answer(request) if good_one else engine.respond(request, **changed)]
            poll, agent = polled(work, io, "MD5", behaviour, "--max-repetitions", "10", what=("--walk", TREE))
            poll.expect(1, "partial", detail=f"{reason} after 10 varbinds: {detail}")
            continue
        poll, agent = polled(work, io, "MD5", behaviour)
        poll.expect(1, reason, detail=detail)
        if reason != "timeout":
            poll, agent = polled(work, io, "MD5", behaviour, "-t", "2s", "--deadline", "200ms")
            poll.expect(1, "deadline", detail=detail)


def wrong_digests(work, io):
    """a flipped bit of the digest is seen, wherever it is"""
    def behaviour(engine, agent, request):
        message = engine.answer(request)
        if not request.is_discovery:
            at = message.index(engine.engine) + len(engine.engine) + 12  # within the security parameters, behind boots, time and user
            at = message.index(b"\x04\x18", at) + 2 + len(agent.requests) % 24
            message = message[:at] + bytes([message[at] ^ 1]) + message[at + 1:]
        return [message]
    poll, agent = polled(work, io, "SHA-256", behaviour)
    poll.expect(1, "wrong-digest", detail="answers with a wrong digest")
    check(" 3 answers with a wrong digest" in poll.err, poll.err)


def a_pinned_engine_is_not_talked_away(work, io):
    """Reports without end of another engine change nothing: the true answer is taken, and without it the poll says who spoke"""
    for is_there in (True, False):
        def behaviour(engine, agent, request):
            liar = [engine.report(request, UNKNOWN_ENGINE, engine=LIAR + bytes([i])) for i in range(200)]
            return liar + ([engine.answer(request)] if is_there else [])
        poll, agent = polled(work, io, "MD5", behaviour, "-e", Engine(BOX).engine.hex(), "-t", "1s")
        if is_there:
            poll.expect(0, "ok")
        else:
            poll.expect(1, "timeout", detail=f"engine {LIAR.hex()}00 answers, another one is pinned")


run([true_agents, odd_reports, boots_of_zero, clocks, discovery_of_one_user_only, bad_engine_ids, reports_have_names,
     an_authentic_report_is_believed_at_once, lies_before_the_answer, another_engine_says_the_same, spoilt_answers, wrong_digests, a_pinned_engine_is_not_talked_away],
    workers=8)
