"""A reader of .snmprec recordings (a line: OID|TAG|VALUE), and how the program's CSV shows what they hold.

TAG is the decimal BER tag; behind it x means that the value is hexadecimal, e that it holds Python's escapes. A line that cannot be
read is damaged: kept aside, not guessed at. Of an OID that comes twice the first line counts.
"""
import os
import re

from support import CORPUS, skip

TYPES = {2: "Integer32", 4: "OctetString", 5: "Null", 6: "ObjectIdentifier", 64: "IpAddress", 65: "Counter32", 66: "Gauge32",
         67: "TimeTicks", 68: "Opaque", 70: "Counter64"}
ESCAPES = {"\\": 92, "'": 39, '"': 34, "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}


def names():
    """Names of all recordings, without .snmprec; skips the test where there are none."""
    folder = os.path.join(CORPUS, "recordings")
    if not os.path.isdir(folder):
        skip("no recordings here (CORPUS)")
    return sorted(n[:-8] for n in os.listdir(folder) if n.endswith(".snmprec"))


def unescape(text):
    found, at = bytearray(), 0
    while at < len(text):
        if text[at] != "\\":
            found.append(ord(text[at]))
            at += 1
        elif text[at + 1] == "x":
            found.append(int(text[at + 2:at + 4], 16))
            at += 4
        else:
            found.append(ESCAPES[text[at + 1]])
            at += 2
    return bytes(found)


def octets(tag, encoding, value):
    if encoding == "x":
        return bytes.fromhex(value)
    if encoding == "e":
        return unescape(value)
    return value.encode("latin-1")


def read_value(tag, encoding, value):
    """Value of a line: int, bytes, or the numbers of an OID; ValueError when it is none of its type."""
    if tag in (4, 68):
        return octets(tag, encoding, value)
    if tag == 64:
        data = octets(tag, encoding, value) if encoding else bytes(int(n) for n in value.split("."))
        if len(data) != 4:
            raise ValueError("an IpAddress of other than four octets")
        return data
    if tag == 5:
        return None
    if encoding:
        raise ValueError("a number in hexadecimal")
    if tag == 6:
        return tuple(int(n) for n in value.strip(".").split("."))
    if tag in TYPES:
        return int(value)
    raise ValueError("unknown tag")


class Recording:
    """
    objects: OID numbers -> (tag, value), each once, in the order of the file; damaged: OID texts of the lines that could not be
    read, and with how many objects in front of them; strip: as snmpsim, which takes blanks at the end of a line away.
    """

    def __init__(self, name, strip=False):
        self.name, self.objects, self.damaged, self.doubles = name, {}, [], 0
        with open(os.path.join(CORPUS, "recordings", name + ".snmprec"), "rb") as f:
            lines = f.read().decode("latin-1").split("\n")
        for line in lines:
            line = line.strip() if strip else line.rstrip("\r")
            if line == "":
                continue
            try:
                text, kind, value = line.split("|", 2)
                form = re.fullmatch(r"(\d+)([xe]?)", kind)
                numbers = tuple(int(n) for n in text.strip(".").split("."))
                cell = int(form.group(1)), read_value(int(form.group(1)), form.group(2), value)
            except (ValueError, AttributeError, IndexError, KeyError):
                self.damaged.append((line.split("|")[0], len(self.objects)))
                continue
            if numbers in self.objects:
                self.doubles += 1
            else:
                self.objects[numbers] = cell

    def expected(self, count=None):
        """What --walk should give: OID text -> (type, value) as the CSV has it, of all objects or the first of the file."""
        return {text_of(o): (TYPES[tag], shown(tag, value)) for o, (tag, value) in list(self.objects.items())[:count]}

    def increasing(self):
        """With how many objects the file begins that are in order; all of them when it is sorted."""
        order = list(self.objects)
        return next((i for i in range(1, len(order)) if order[i] <= order[i - 1]), len(order))


def text_of(numbers):
    return ".".join(map(str, numbers))


def is_text(data):
    """Octets are shown as text when they are UTF-8 without control characters other than tab and line breaks."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not text.startswith("0x") and not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)


def shown(tag, value):
    if tag == 4:
        return value.decode("utf-8") if is_text(value) else "0x" + value.hex()
    if tag == 68:
        return "0x" + value.hex()
    if tag == 64:
        return ".".join(map(str, value))
    if tag == 6:
        return text_of(value)
    return "" if value is None else str(value)
