"""An agent that misbehaves as a test wants: its own small BER codec, and a thread that answers on a UDP socket.

A behaviour is a function (agent, request) that returns the datagrams to send: bytes, or (bytes, delay in seconds), or
(bytes, delay, socket) for one that leaves from elsewhere. Mib.answer gives what a good agent would say.
"""
import bisect
import heapq
import select
import socket
import threading
import time

GET, GETNEXT, RESPONSE, GETBULK = 0xa0, 0xa1, 0xa2, 0xa5
NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB_VIEW = b"\x80\0", b"\x81\0", b"\x82\0"
TOO_BIG, NO_SUCH_NAME, GEN_ERR = 1, 2, 5


def tlv(tag, contents, length_octets=0):
    """An element; length_octets asks for a length that is longer than needed."""
    n = len(contents)
    if n < 0x80 and not length_octets:
        return bytes([tag, n]) + contents
    octets = max(length_octets, (n.bit_length() + 7) // 8, 1)
    return bytes([tag, 0x80 | octets]) + n.to_bytes(octets, "big") + contents


def integer(value, tag=0x02):
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def string(value):
    return tlv(0x04, value)


def oid(numbers):
    contents = b""
    for n in (40 * numbers[0] + numbers[1],) + tuple(numbers[2:]):
        part = bytes([n & 0x7f])
        while n > 0x7f:
            n >>= 7
            part = bytes([0x80 | n & 0x7f]) + part
        contents += part
    return tlv(0x06, contents)


def numbers_of(text):
    return tuple(int(n) for n in text.strip(".").split("."))


def text_of(numbers):
    return ".".join(map(str, numbers))


def read(data, at):
    """tag, contents and what is behind the element at data[at]."""
    tag, n = data[at], data[at + 1]
    at += 2
    if n > 0x7f:
        octets = n & 0x7f
        n = int.from_bytes(data[at:at + octets], "big")
        at += octets
    return tag, data[at:at + n], at + n


def elements(data):
    at, found = 0, []
    while at < len(data):
        tag, contents, at = read(data, at)
        found.append((tag, contents))
    return found


def decode_oid(contents):
    numbers, n = [], 0
    for b in contents:
        n = n << 7 | b & 0x7f
        if b < 0x80:
            numbers.append(n)
            n = 0
    first = min(numbers[0] // 40, 2)
    return (first, numbers[0] - 40 * first) + tuple(numbers[1:])


class Request:
    def __init__(self, data, peer, at):
        (_, version), (_, self.community), (self.type, pdu) = elements(read(data, 0)[1])
        self.version = version[0]
        (_, request_id), (_, first), (_, second), (_, varbinds) = elements(pdu)
        self.id = int.from_bytes(request_id, "big", signed=True)
        self.non_repeaters, self.repetitions = int.from_bytes(first, "big"), int.from_bytes(second, "big")
        self.varbinds = [v for _, v in elements(varbinds)]
        self.names = [read(v, 0)[1] for v in self.varbinds]
        self.oids = [decode_oid(name) for name in self.names]
        self.peer, self.time = peer, at

    def reply(self, varbinds, error_status=0, error_index=0, **changed):
        """The datagram that answers with [(oid numbers, value element)]; id, community and version can be changed."""
        parts = b"".join(tlv(0x30, oid(o) + v) for o, v in varbinds)
        pdu = integer(changed.get("id", self.id)) + integer(error_status) + integer(error_index) + tlv(0x30, parts)
        return tlv(0x30, integer(changed.get("version", self.version)) + string(changed.get("community", self.community)) +
                   tlv(RESPONSE, pdu))

    def echo(self):
        """The datagram that answers with the varbinds that came, as they came."""
        pdu = integer(self.id) + integer(0) + integer(0) + tlv(0x30, b"".join(tlv(0x30, v) for v in self.varbinds))
        return tlv(0x30, integer(self.version) + string(self.community) + tlv(RESPONSE, pdu))

    def nulls(self):
        return [(o, b"\x05\0") for o in self.oids]


class Mib:
    """Objects of a good agent: OID numbers -> value element."""

    def __init__(self, objects):
        self.objects = objects
        self.order = sorted(objects)

    def next(self, numbers):
        at = bisect.bisect_right(self.order, numbers)
        return (self.order[at], self.objects[self.order[at]]) if at < len(self.order) else (numbers, END_OF_MIB_VIEW)

    def varbinds(self, request, most=10000):
        if request.type == GET:
            return [(o, self.objects.get(o, NO_SUCH_OBJECT)) for o in request.oids]
        if request.type == GETNEXT:
            return [self.next(o) for o in request.oids]
        found, at = [], request.oids
        for _ in range(request.repetitions):
            row = [self.next(o) for o in at]
            found += row
            at = [o for o, _ in row]
            if len(found) >= most or all(v == END_OF_MIB_VIEW for _, v in row):
                break
        return found[:most]

    def answer(self, request, most=10000):
        varbinds = self.varbinds(request, most)
        if request.version == 0:
            for i, (_, value) in enumerate(varbinds):
                if value[0] >= 0x80:
                    return request.reply(request.nulls(), NO_SUCH_NAME, i + 1)
        return request.reply(varbinds)


class FakeAgent(threading.Thread):
    def __init__(self, behaviour, host="127.0.0.1", port=0, reader=Request):
        super().__init__(daemon=True)
        self.behaviour, self.host, self.reader = behaviour, host, reader
        self.socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind((host, port))
        self.port = self.socket.getsockname()[1]
        self.requests, self.error, self.over = [], None, False
        self.later, self.count = [], 0
        self.start()

    @property
    def address(self):
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def close(self):
        self.over = True
        if self.is_alive():
            self.join()
        self.socket.close()

    def run(self):
        try:
            while not self.over:
                wait = min(0.1, self.later[0][0] - time.monotonic()) if self.later else 0.1
                if select.select([self.socket], [], [], max(0, wait))[0]:
                    self.take()
                while self.later and self.later[0][0] <= time.monotonic():
                    _, _, data, sender, peer = heapq.heappop(self.later)
                    sender.sendto(data, peer)
        except Exception as e:  # told by the test: a thread has no other way
            self.error = e
            raise

    def take(self):
        data, peer = self.socket.recvfrom(65536)
        request = self.reader(data, peer, time.monotonic())
        request.size = len(data)
        self.requests.append(request)
        for reply in self.behaviour(self, request) or []:
            data, delay, sender = (reply + (self.socket,))[:3] if isinstance(reply, tuple) else (reply, 0, self.socket)
            self.count += 1
            heapq.heappush(self.later, (request.time + delay, self.count, data, sender, peer))
