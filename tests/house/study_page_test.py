#!/usr/bin/env python3
"""The page of a study in a headless browser: it draws, answers to mouse, finger and address, loads nothing, and fits a phone.

    study_page_test.py BINARY            a small study, its page opened and used
    study_page_test.py BINARY bites      broken pages must be seen
    study_page_test.py PAGE pictures FOLDER    PNG files of a page, to be looked at

Skips with the reason where Chromium is not installed (Debian: chromium).
"""
import base64
import csv
import html.parser
import json
import pathlib
import subprocess
import sys
import tempfile

import chromium
from skipping import skip

HOSTILE = "</script><img src=x>&\"'"
STUDY = f"""schema: swimsim-study/1
name: page
workload: lenet_glyphs
set:
  network.width: 2
  network.train.epochs: 1
  dataset.train_images: 300
  dataset.test_images: 200
  programming.driver: batched
  selection.selectors: [swim, magnitude, random]
  selection.fractions: [0, 0.1, 0.5, 1]
  selection.images: 100
points:
  - {{name: plain, set: {{device.card: swim_pulse}}}}
  - {{name: {json.dumps(HOSTILE)}, set: {{device.card: reram_neurram_like}}}}
trials: {{at_most: 3}}
"""
ATTEMPTS = 3
DESKTOP, PHONE = (1280, 900), (390, 844)
PLOT = "document.getElementById('plot')"
# Where the marker of a series and row stands, in pixels of the window.
MARKER = """(([series, row]) => {{
  const plot = jQuery('#plot').data('plot'), one = plot.getData()[series], at = plot.pointOffset({{x: one.data[row][0], y: one.data[row][1]}});
  const box = document.getElementById('plot').getBoundingClientRect();
  return [box.left + at.left, box.top + at.top];
}})([{series}, {row}])"""
AXES = "(() => { const axes = jQuery('#plot').data('plot').getAxes(); return [axes.xaxis.min, axes.xaxis.max, axes.yaxis.min, axes.yaxis.max]; })()"


class Loads(html.parser.HTMLParser):
    """What a page would load, and what is in its script elements."""

    def __init__(self):
        super().__init__()
        self.found, self.data, self.policy, self.inside = [], "", "", None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.inside = attributes.get("id") if tag == "script" else None
        if attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes.get("content", "")
        for name in ("src", "srcset", "data", "poster", "background", "xlink:href"):
            if name in attributes:
                self.found.append(f"{tag} {name}={attributes[name]}")
        href = attributes.get("href", "")
        if tag == "link" or (href and (":" in href or href.startswith("/"))):
            self.found.append(f"{tag} href={href}")

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside == "study-data":
            self.data += data


def text_problems(page, rows):
    """What is wrong with the page as it is written; `rows` of results.csv must be in it."""
    loads, problems = Loads(), []
    loads.feed(page.read_text(encoding="utf-8"))
    problems += [f"loads {what}" for what in loads.found]
    if not loads.policy.startswith("default-src 'none';"):
        problems.append("nothing forbids loads")
    try:
        data = json.loads(loads.data)
        drawn = {(data["points"][curve["point"]]["number"], data["selectors"][curve["selector"]], row[0], row[4]) for curve in data["curves"] for row in curve["rows"]}
        wanted = {(int(row["point"]), row["selector"], float(row["fraction"]), float(f"{float(row['accuracy_mean']):.7g}")) for row in rows}
        if drawn != wanted:
            problems.append(f"the data are not those of results.csv: {drawn ^ wanted}")
    except (ValueError, KeyError, TypeError, IndexError) as error:
        problems.append(f"the data cannot be read: {error!r}")
    return problems


def overflow(browser):
    return browser.value("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def state(browser):
    return browser.value(f"Object.assign({{}}, {PLOT}.dataset)")


def show(browser, what):
    browser.value(f"document.querySelector({json.dumps(what)}).scrollIntoView({{block: 'center'}})")
    browser.frames()


def centre(browser, selector):
    show(browser, selector)
    return browser.value(f"(() => {{ const b = document.querySelector({json.dumps(selector)}).getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }})()")


def tip(browser):
    return browser.value("document.getElementById('plot-tip').hidden ? '' : document.getElementById('plot-tip').textContent")


def tip_problems(text, who):
    lacking = [word for word in ("swim, fraction", "accuracy", "\u00b1", "NWC", "time", "energy", "3 trials") if word not in text]
    return [f"{who}: the figures of a marker lack {lacking}: {text!r}"] if lacking else []


def desktop(browser, address, curves):
    problems = []
    browser.screen(*DESKTOP)
    browser.open(address)
    browser.frames()
    first = state(browser)
    if first.get("ready") != "true" or first.get("series") != str(curves):
        problems.append(f"{curves} curves are not drawn: {first}")
        return problems + browser.complaints
    if not browser.value("document.getElementById('static-plots').offsetHeight === 0"):
        problems.append("the static pictures stand beside the plot")
    if overflow(browser) > 0:
        problems.append(f"desktop: {overflow(browser)} pixels too wide")

    browser.click(*centre(browser, "input[name=selector][value=random]"))
    browser.frames()
    fewer = curves - curves // 3
    if state(browser)["series"] != str(fewer) or "off=random" not in browser.value("location.hash"):
        problems.append(f"a switched off selector stays: {state(browser)}, {browser.value('location.hash')}")
    browser.click(*centre(browser, "input[name=point][value='2']"))
    browser.frames()
    if state(browser)["series"] != str(fewer // 2):
        problems.append(f"a switched off point stays: {state(browser)}")

    show(browser, "#plot-frame")
    browser.mouse("mouseMoved", *browser.value(MARKER.format(series=0, row=2)))
    browser.frames()
    problems += tip_problems(tip(browser), "mouse")

    whole = browser.value(AXES)
    corner, other = browser.value(MARKER.format(series=0, row=0)), browser.value(MARKER.format(series=0, row=2))
    browser.mouse("mousePressed", corner[0] + 30, corner[1] - 30, button="left", clickCount=1)
    browser.mouse("mouseMoved", other[0] - 20, corner[1] + 30, button="left", buttons=1)
    browser.mouse("mouseReleased", other[0] - 20, corner[1] + 30, button="left", clickCount=1)
    browser.frames()
    boxed = browser.value(AXES)
    if not boxed[1] - boxed[0] < 0.7 * (whole[1] - whole[0]):
        problems.append(f"a box does not zoom: {whole} {boxed}")
    middle = centre(browser, "#plot")
    browser.mouse("mouseWheel", *middle, deltaX=0, deltaY=-100)
    browser.frames()
    if not browser.value(AXES)[1] - browser.value(AXES)[0] < 0.9 * (boxed[1] - boxed[0]):
        problems.append(f"the wheel does not zoom: {boxed} {browser.value(AXES)}")
    browser.click(*middle, count=2)
    browser.frames()
    if browser.value(AXES) != whole:
        problems.append(f"a double click does not show everything: {whole} {browser.value(AXES)}")

    browser.open(address + "#x=time_s&scale=log&off=random,magnitude&points=2")
    browser.frames()
    said = state(browser)
    if (said.get("x"), said.get("scale"), said.get("series")) != ("time_s", "log", "1"):
        problems.append(f"the address is not obeyed: {said}")
    problems += [f"loads {url}" for url in browser.requests if url.split("#")[0] != address]
    return problems + browser.complaints


def phone(browser, address):
    browser.screen(*PHONE, phone=True)
    browser.open(address)
    browser.frames()
    problems = [f"phone: {overflow(browser)} pixels too wide"] if overflow(browser) > 0 else []
    if state(browser).get("ready") != "true":
        return problems + ["phone: nothing is drawn"] + browser.complaints
    show(browser, "#plot-frame")
    marker = browser.value(MARKER.format(series=0, row=2))
    browser.touch("touchStart", marker)
    browser.touch("touchEnd")
    browser.mouse("mouseMoved", *marker)  # what a browser makes of a tap, beside a click
    browser.click(*marker)
    browser.frames()
    problems += tip_problems(tip(browser), "finger")
    if not browser.value("(() => { const b = document.getElementById('plot-tip').getBoundingClientRect(); return b.left >= 0 && b.right <= innerWidth; })()"):
        problems.append("phone: the figures stand outside the screen")
    marker = browser.value(MARKER.format(series=0, row=1))
    browser.touch("touchStart", marker)
    browser.touch("touchEnd")
    browser.frames()
    if "swim, fraction 0.1" not in tip(browser):
        problems.append(f"a second tap does not show another marker: {tip(browser)!r}")
    whole, (x, y) = browser.value(AXES), centre(browser, "#plot")
    browser.touch("touchStart", (x - 30, y - 30), (x + 30, y + 30))
    for spread in (40, 60, 80, 100):
        browser.touch("touchMove", (x - spread, y - spread), (x + spread, y + spread))
        browser.frames()
    browser.touch("touchEnd")
    browser.frames()
    pinched = browser.value(AXES)
    if not pinched[1] - pinched[0] < 0.8 * (whole[1] - whole[0]):
        problems.append(f"two fingers do not zoom: {whole} {pinched}")
    whole, finger = browser.value(AXES), centre(browser, "#plot")
    browser.touch("touchStart", finger)
    for step in (20, 40, 60):
        browser.touch("touchMove", (finger[0] - step, finger[1]))
        browser.frames()
    browser.touch("touchEnd")
    if not browser.value(AXES)[0] > whole[0]:
        problems.append(f"a finger does not move the plot: {whole} {browser.value(AXES)}")
    return problems + browser.complaints


def without_scripts(browser, address):
    browser.screen(*DESKTOP, scripts=False)
    browser.open(address)
    pictures = browser.value("Array.from(document.querySelectorAll('#static-plots svg'), (svg) => svg.getBoundingClientRect().height > 100)")
    browser.screen(*DESKTOP)
    return [] if pictures and all(pictures) else [f"without scripts there are no pictures: {pictures}"]


def page_problems(browser, page, rows, parts=("text", "desktop", "phone", "plain")):
    address = page.resolve().as_uri()
    curves = len({(row["point"], row["selector"]) for row in rows})
    checks = {
        "text": lambda: text_problems(page, rows),
        "desktop": lambda: desktop(browser, address, curves),
        "phone": lambda: phone(browser, address),
        "plain": lambda: without_scripts(browser, address),
    }
    return [problem for part in parts for problem in checks[part]()]


def bites(browser, page, rows):
    """Each way of breaking the page, which check must see it, and what it must say."""
    text = page.read_text(encoding="utf-8")
    ways = [
        ("</main>", "<img src=\"http://127.0.0.1:9/x.png\"></main>", "text", "loads img src"),
        ("Content-Security-Policy", "Nothing", "text", "nothing forbids loads"),
        ("\"selectors\":[", "\"selectors\":[[", "text", "the data cannot be read"),
        ("\"number\":1,", "\"number\":7,", "text", "the data are not those of results.csv"),
        ("(function ($) {\n  'use strict';", "(function ($) { throw new Error('broken');", "desktop", "Error: broken"),
        ("</main>", "<script>fetch('http://127.0.0.1:9/x')</script></main>", "desktop", "violates"),
        ("state.selectors[curve.selector] && ", "", "desktop", "a switched off selector stays"),
        ("&& state.points[curve.point]", "", "desktop", "a switched off point stays"),
        ("'plothover'", "'plotnothing'", "desktop", "mouse: the figures of a marker lack"),
        ("'plotselected'", "'plotnothing'", "desktop", "a box does not zoom"),
        ("return this.off('wheel')", "return this; this.off('wheel')", "desktop", "the wheel does not zoom"),
        ("recenter: {interactive: true}", "recenter: {interactive: false}", "desktop", "a double click does not show everything"),
        ("let state = readAddress();", "let state = defaults();", "desktop", "the address is not obeyed"),
        ("</main>", "<div style=\"width:600px\">wide</div></main>", "phone", "pixels too wide"),
        ("'plothover'", "'plotnothing'", "phone", "finger: the figures of a marker lack"),
        ("zoom: {interactive: true, enableTouch: true}", "zoom: {interactive: true}", "phone", "two fingers do not zoom"),
        ("pan: {interactive: fingers.matches", "pan: {interactive: false", "phone", "a finger does not move"),
        ("id=\"static-plots\">", "id=\"static-plots\" hidden=\"\">", "plain", "without scripts there are no pictures"),
    ]
    failures = 0
    for old, new, part, expected in ways:
        if old not in text:
            raise SystemExit(f"{old!r} is not in the page any more")
        broken = page.with_name("broken.html")
        broken.write_text(text.replace(old, new), encoding="utf-8")
        found = page_problems(browser, broken, rows, [part])
        if not any(expected in problem for problem in found):
            failures += 1
            print(f"not seen: {old!r} -> {new!r}: {found}")
    print(f"{len(ways)} broken pages, {failures} not seen")
    return 1 if failures else 0


def pictures(browser, page, folder):
    for name, size, is_phone, fragment in (("desktop", DESKTOP, False, ""), ("desktop_log", DESKTOP, False, "#x=time_s&scale=log"), ("phone", PHONE, True, "")):
        browser.screen(*size, phone=is_phone)
        browser.open(page.resolve().as_uri() + fragment)
        browser.frames()
        (folder / f"{name}_top.png").write_bytes(base64.b64decode(browser.picture()))
        show(browser, "#plot-frame")
        marker = browser.value(MARKER.format(series=0, row=1))
        browser.mouse("mouseMoved", *marker)
        browser.frames()
        (folder / f"{name}_plot.png").write_bytes(base64.b64decode(browser.picture()))
        for i, section in enumerate(("#plot-panel", "section:nth-of-type(3)", "section:nth-of-type(4)")):
            browser.value(f"(document.querySelector({json.dumps(section)}) || document.body).scrollIntoView()")
            browser.frames()
            (folder / f"{name}_{i}.png").write_bytes(base64.b64decode(browser.picture()))


def main():
    program = chromium.find()
    if program is None:
        skip("not installed: chromium")
    with chromium.Chromium(program) as browser:
        if sys.argv[2:3] == ["pictures"]:
            return pictures(browser, pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[3]))
        with tempfile.TemporaryDirectory(prefix="swimsim_page_") as name:
            folder = pathlib.Path(name)
            (folder / "page.yaml").write_text(STUDY, encoding="utf-8")
            subprocess.run([pathlib.Path(sys.argv[1]).resolve(), "study", "page.yaml", "--out", "out"], cwd=folder, check=True, capture_output=True)
            with open(folder / "out" / "results.csv", encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            page = folder / "out" / "report.html"
            if sys.argv[2:] == ["bites"]:
                return bites(browser, page, rows)
            for _ in range(ATTEMPTS):  # a busy machine is slow to lift a finger, and then it was no tap
                problems = page_problems(browser, page, rows)
                if not problems:
                    break
            print("\n".join(problems) or f"{page.stat().st_size} bytes, {len(rows)} rows: nothing to complain about")
            return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
