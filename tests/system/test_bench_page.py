#!/usr/bin/env python3
"""The pages of benchmarks: markup that no text of an agent breaks out of, and what a real browser makes of them (skipped where none can be had)."""
import html.parser
import os
import re
import subprocess
import tempfile

from support import check, equal, run, skip

TOOL = os.path.join(os.environ.get("TOOLS", ""), "tool_bench_report")
PAGE_CHECK = os.path.join(os.environ.get("AGENTS", ""), "..", "services", "page-check")
TAGS = set("html head meta link title style body h1 h2 h3 bdi p b br span ul li div table caption thead tbody tr th td figure figcaption svg desc "
           "line text path circle rect".split())
ATTRIBUTES = set("lang charset http-equiv content name rel href class scope tabindex viewbox role text-anchor x y x1 x2 y1 y2 d r cx cy width "
                 "height".split())
VOID = {"meta", "link", "br", "line", "path", "circle", "rect"}


def tool(*args):
    done = subprocess.run([TOOL, *args], capture_output=True, timeout=60, check=False)
    check(done.returncode == 0, f"{args}: {done.returncode}: {done.stderr[-400:]}")
    return done.stdout


class Strict(html.parser.HTMLParser):
    """Only our tags with our attributes, each closed; characters that turn the text around nowhere."""

    def __init__(self, name):
        super().__init__()
        self.name, self.open = name, []

    def handle_starttag(self, tag, attrs):
        check(tag in TAGS, f"{self.name}: the tag {tag}")
        for attribute, _ in attrs:
            check(attribute in ATTRIBUTES, f"{self.name}: the attribute {attribute} of {tag}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        equal(tag, self.open.pop(), f"{self.name}: a tag that ends")


def well_formed(name, page):
    text = page.decode("utf-8")
    bad = re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]", text)
    check(bad is None, f"{name}: holds {bad and bad.group()!r}")
    check(not re.search(r"(?<![\w-])(nan|inf)(?![\w-])", re.sub(r"<style>.*?</style>", "", text, flags=re.S)), f"{name}: a number is none")
    parser = Strict(name)
    parser.feed(text)
    parser.close()
    equal(parser.open, [], f"{name}: tags that stay open")
    check("://" not in re.sub(r">[^<]*<", "><", text), f"{name}: refers to another place")
    return text


def test_no_text_breaks_out_of_a_page(_work):
    """pages and comparisons of results with anything in them"""
    with tempfile.TemporaryDirectory() as folder:
        before = None
        for seed in range(60):
            path = os.path.join(folder, f"{seed}.json")
            with open(path, "wb") as file:
                file.write(tool("any", str(seed)))
            well_formed(f"page {seed}", tool("html", path))
            if before:
                well_formed(f"comparison {seed}", tool("compare-html", before, path))
            before = path


def test_a_page_has_an_end_however_long_the_run(_work):
    """100,000 agents and seconds"""
    page = tool("html", "long")
    check(len(page) < 200_000, f"{len(page)} bytes")
    text = well_formed("long", page)
    check("The first 200 of 100000" in text, "it is not said that the table is cut")


def luminance(colour):
    """WCAG 2.1, of #rgb or #rrggbb."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[i:i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_colours_can_be_read_in_light_and_dark(_work):
    """texts at least 4.5 to 1, lines 3 to 1, on both backgrounds of both schemes"""
    light, dark = re.findall(r":root\{(.*?)\}", tool("html", "plain").decode())[:2]
    schemes = [dict(re.findall(r"--(\w+):(#\w+)", light))]
    schemes.append({**schemes[0], **dict(re.findall(r"--(\w+):(#\w+)", dark))})
    check(schemes[0]["paper"] != schemes[1]["paper"], "there is no dark scheme")
    for colours in schemes:
        for name in ("ink", "soft", "good", "bad", "s1", "s2", "s3", "s4"):
            for ground in ("paper", "panel"):
                found, needed = contrast(colours[name], colours[ground]), 3 if name[1:].isdigit() else 4.5
                check(found >= needed, f"{name} {colours[name]} on {ground} {colours[ground]}: {found:.2f}")


def in_browser(name, *args):
    if not os.access(PAGE_CHECK, os.X_OK):
        skip("there is no ../shared/services/page-check")
    script = """const svgs = [...document.querySelectorAll('svg')];
        return [document.title, svgs.length, svgs.every(s => s.getBoundingClientRect().width > 300 && s.getBoundingClientRect().height > 60),
                svgs.every(s => [...s.querySelectorAll('path')].every(p => p.getTotalLength() > 50)), svgs.every(s => s.querySelector('title') && s.querySelector('desc')),
                svgs.every(s => [...s.querySelectorAll('text')].every(t => { const b = t.getBBox(), v = s.viewBox.baseVal;
                    return b.x >= -1 && b.y >= -1 && b.x + b.width <= v.width + 1 && b.y + b.height <= v.height + 1; })),
                document.querySelectorAll('script,img,iframe,object,a').length, document.querySelector('.verdict').getBoundingClientRect().top < 200].join('|')"""
    with tempfile.TemporaryDirectory() as folder:
        page = os.path.join(folder, "page.html")
        with open(page, "wb") as file:
            file.write(tool(*args))
        done = subprocess.run([PAGE_CHECK, "file://" + page, folder, script], capture_output=True, text=True, timeout=240, check=False)
        if done.returncode == 77:
            skip(f"no browser: {done.stderr.strip() or done.stdout.strip()}")
        check(done.returncode == 0, f"{name}: {done.stdout}{done.stderr}")
        with open(os.path.join(folder, "page.txt"), encoding="utf-8") as file:
            text = file.read()
        found = re.search(r'^script: "(.*)"', done.stdout, re.M)
        check(found is not None, f"{name}: {done.stdout}")
        return found.group(1).split("|"), text


def test_a_browser_shows_the_page_and_a_hostile_agent_does_nothing(_work):
    """desktop and phone: no error, no overflow, plots with lines, texts within them"""
    facts, text = in_browser("page", "html", "plain")
    equal(facts, ["snmpfleet bench: 3 agents", "8", "true", "true", "true", "true", "0", "true"], "what the browser sees")
    check("<script>document.title='owned'</script>" in text, "the agent's text is not shown as it is")
    check("knee at 75 requests/s" in text, "the verdict is not shown")


def test_a_browser_shows_a_comparison(_work):
    """the same of two reports"""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a<script>.json")
        with open(path, "wb") as file:
            file.write(tool("plain"))
        facts, text = in_browser("comparison", "compare-html", path, path)
        equal(facts[1:-1], ["1", "true", "true", "true", "true", "0"], "what the browser sees")
        check("no difference seen" in text, text)


if not os.access(TOOL, os.X_OK):
    skip("tool_bench_report is not built")
run([test_no_text_breaks_out_of_a_page, test_colours_can_be_read_in_light_and_dark, test_a_page_has_an_end_however_long_the_run,
     test_a_browser_shows_the_page_and_a_hostile_agent_does_nothing, test_a_browser_shows_a_comparison], workers=2, ios=["none"])
