"""An SNMPv3 agent that misbehaves as a test wants, for noAuthNoPriv and authNoPriv: messages read and written beside fake_agent's BER.

V3Request stands in for fake_agent's Request: FakeAgent(behaviour, reader=V3Request). An Engine holds what a true agent would know.
"""
import time

import usm
from fake_agent import RESPONSE, decode_oid, elements, integer, oid, read, string, tlv

REPORT = 0xa8
AUTH, PRIV, REPORTABLE = 1, 2, 4
USM_STATS, MPD_STATS, CONTEXT_STATS = (1, 3, 6, 1, 6, 3, 15, 1, 1), (1, 3, 6, 1, 6, 3, 11, 2, 1), (1, 3, 6, 1, 6, 3, 12, 1)
UNSUPPORTED_LEVEL, NOT_IN_WINDOW, UNKNOWN_USER, UNKNOWN_ENGINE, WRONG_DIGEST, DECRYPTION = range(1, 7)


def signed(octets):
    return int.from_bytes(octets, "big", signed=True)


class V3Request:
    def __init__(self, data, peer, at):
        self.data, self.peer, self.time = data, peer, at
        (_, version), (_, header), (_, security), (_, scoped) = elements(read(data, 0)[1])
        assert version == b"\x03", "version 3"
        message_id, max_size, flags, model = [c for _, c in elements(header)]
        self.id, self.max_size, self.flags, self.model = signed(message_id), signed(max_size), flags[0], signed(model)
        self.engine, boots, seconds, self.user, self.mac, self.salt = [c for _, c in elements(read(security, 0)[1])]
        self.boots, self.seconds = signed(boots), signed(seconds)
        (_, self.context_engine), (_, self.context), (self.type, pdu) = elements(scoped)
        (_, request_id), (_, first), (_, second), (_, varbinds) = elements(pdu)
        self.request_id, self.non_repeaters, self.repetitions = signed(request_id), signed(first), signed(second)
        self.version = 3
        self.oids = [decode_oid(read(v, 0)[1]) for _, v in elements(varbinds)]

    @property
    def is_discovery(self):
        return self.engine == b""


class Engine:
    """Authoritative engine with one user; auth: "MD5", "SHA-256", ... or None for noAuthNoPriv."""

    def __init__(self, mib, auth=None, password=b"maplesyrup", user=b"anna", boots=5, engine=b"\x80\0\x7e\xd9\x05fake"):
        self.mib, self.auth, self.user, self.boots, self.engine = mib, auth, user, boots, engine
        self.started = time.monotonic()
        self.key = usm.localized_key(auth, usm.master_key(auth, password), engine) if auth else b""

    def seconds(self):
        return int(time.monotonic() - self.started) + 100

    def message(self, request, varbinds, fields):
        """A message that answers @request, signed when its flags say so; any field can be another one."""
        has_auth = fields["flags"] & AUTH
        f = {"id": request.id, "max_size": 65507, "model": 3, "engine": self.engine, "boots": self.boots, "seconds": self.seconds(),
             "user": self.user if has_auth else request.user, "context_engine": self.engine, "request_id": request.request_id, **fields}
        parts = b"".join(tlv(0x30, oid(o) + v) for o, v in varbinds)
        pdu = tlv(f["type"], integer(f["request_id"]) + integer(0) + integer(0) + tlv(0x30, parts))
        scoped = tlv(0x30, string(f["context_engine"]) + string(request.context) + pdu)
        header = tlv(0x30, integer(f["id"]) + integer(f["max_size"]) + string(bytes([f["flags"]])) + integer(f["model"]))

        def whole(mac):
            parameters = (string(f["engine"]) + integer(f["boots"]) + integer(f["seconds"]) + string(f["user"]) + string(mac) + string(b""))
            return tlv(0x30, integer(3) + header + string(tlv(0x30, parameters)) + scoped)
        if not has_auth:
            return whole(b"")
        return whole(usm.mac(self.auth, self.key, whole(bytes(usm.MAC_LENGTHS[self.auth]))))

    def report(self, request, stats, **changed):
        """@stats: the OID's numbers without the instance, or the last one of usmStats."""
        stats = USM_STATS + (stats,) if isinstance(stats, int) else stats
        return self.message(request, [(stats + (0,), integer(7, 0x41))], {"type": REPORT, "flags": 0, **changed})

    def respond(self, request, **changed):
        return self.message(request, self.mib.varbinds(request), {"type": RESPONSE, "flags": request.flags & AUTH, **changed})

    def answer(self, request):
        """What a good agent says (RFC 3414 section 3.2)."""
        if request.engine != self.engine:
            return self.report(request, UNKNOWN_ENGINE)
        if request.user != self.user:
            return self.report(request, UNKNOWN_USER)
        if request.flags & (AUTH | PRIV) != (AUTH if self.auth else 0):
            return self.report(request, UNSUPPORTED_LEVEL)
        if self.auth:
            at = request.data.index(request.mac)
            blank = request.data[:at] + bytes(len(request.mac)) + request.data[at + len(request.mac):]
            if request.mac != usm.mac(self.auth, self.key, blank):
                return self.report(request, WRONG_DIGEST)
            if request.boots != self.boots or abs(request.seconds - self.seconds()) > 150:
                return self.report(request, NOT_IN_WINDOW, flags=AUTH)
        return self.respond(request)
