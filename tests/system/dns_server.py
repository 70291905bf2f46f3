"""A name server for tests: answers A and AAAA queries from a dictionary, or says nothing at all."""
import socket
import struct
import threading


class DnsServer(threading.Thread):
    """names: "host" -> IPv4 or IPv6 text, or a list of them; others do not exist. With names=None it never answers."""

    def __init__(self, names, port=0, ttl=1):
        super().__init__(daemon=True)
        self.names, self.asked, self.ttl = names, [], ttl
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", port))
        self.socket.settimeout(0.1)
        self.port = self.socket.getsockname()[1]
        self.over = False
        self.start()

    def close(self):
        self.over = True
        self.join()
        self.socket.close()

    def run(self):
        while not self.over:
            try:
                query, peer = self.socket.recvfrom(2048)
            except OSError:
                continue
            name, kind, end = self._question(query)
            self.asked.append((name, kind))
            if self.names is not None:
                self.socket.sendto(self._answer(query, name, kind, end), peer)

    @staticmethod
    def _question(query):
        labels, at = [], 12
        while query[at] != 0:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        return ".".join(labels).lower(), struct.unpack("!H", query[at + 1:at + 3])[0], at + 5

    def _answer(self, query, name, kind, end):
        addresses = self.names.get(name)
        if addresses is None:
            return query[:2] + struct.pack("!HHHHH", 0x8183, 1, 0, 0, 0) + query[12:end]
        records = []
        for address in [addresses] if isinstance(addresses, str) else addresses:
            family, of_kind = (socket.AF_INET6, 28) if ":" in address else (socket.AF_INET, 1)
            if kind == of_kind:
                data = socket.inet_pton(family, address)
                records.append(struct.pack("!HHHIH", 0xc00c, of_kind, 1, self.ttl, len(data)) + data)
        return query[:2] + struct.pack("!HHHHH", 0x8180, 1, len(records), 0, 0) + query[12:end] + b"".join(records)
