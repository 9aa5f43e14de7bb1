#!/usr/bin/env python3
"""Names the tests that skipped, with their reasons, and fails if one skipped although its data was there.

skipped_tests.py JUNIT.xml   reads what `ctest --output-junit` wrote; SWIMSIM_DATA and SWIMSIM_MODELS say what was there
skipped_tests.py --bites     checks that the check bites

A test that skips says why and names what it lacks: SWIMSIM_DATA, SWIMSIM_MODELS, or "platform: ..." for what no data can cure.
"""

import os
import pathlib
import re
import sys
import tempfile
import xml.etree.ElementTree


def skipped(junit):
    """(number of tests, [(name, reason)]) of a JUnit file."""
    cases = xml.etree.ElementTree.parse(junit).getroot().findall("testcase")
    found = []
    for case in cases:
        if case.find("skipped") is None:
            continue
        output = case.findtext("system-out") or ""
        # GoogleTest: "FILE:LINE: Skipped", the reason, an empty line, "[  SKIPPED ] ..."
        match = re.search(r": Skipped\n(.*?)\n*\[  SKIPPED \]", output, re.DOTALL)
        reason = match.group(1) if match else output or case.find("skipped").get("message") or ""
        found.append((case.get("name"), " ".join(reason.split()) or "no reason given"))
    return len(cases), found


def verdict(reason, have_data, have_models):
    """'' if the skip is fair, else why it is not."""
    if "platform:" in reason:
        return ""
    wants_data, wants_models = "SWIMSIM_DATA" in reason, "SWIMSIM_MODELS" in reason
    if (wants_data and not have_data) or (wants_models and not have_models):
        return ""
    if wants_data or wants_models:
        return "what it asks for is there"
    if have_data or have_models:
        return "the reason names neither SWIMSIM_DATA nor SWIMSIM_MODELS nor 'platform:'"
    return ""


def check(junit, have_data, have_models):
    total, tests = skipped(junit)
    bad = 0
    for name, reason in tests:
        why = verdict(reason, have_data, have_models)
        bad += bool(why)
        print(f"skipped: {name}: {reason}" + (f"  <-- wrong: {why}" if why else ""))
    print(f"{len(tests)} of {total} tests skipped, {bad} of them wrongly")
    return 1 if bad or total == 0 else 0


def bites():
    def junit(reason):
        skip = f"<skipped message='SKIP_REGULAR_EXPRESSION_MATCHED'/><system-out>a_test.cpp:3: Skipped\n{reason}\n\n[  SKIPPED ] A.b (0 ms)</system-out>"
        return f"<testsuite><testcase name='A.b' status='notrun'>{skip}</testcase><testcase name='A.c' status='run'/></testsuite>"

    cases = [  # reason, data there, models there, expected exit code
        ("SWIMSIM_DATA is not set", False, False, 0),
        ("SWIMSIM_DATA is not set", True, False, 1),
        ("SWIMSIM_DATA is not set", True, True, 1),
        ("SWIMSIM_MODELS is not set", True, False, 0),
        ("SWIMSIM_MODELS is not set", True, True, 1),
        ("needs SWIMSIM_DATA and SWIMSIM_MODELS", True, False, 0),
        ("platform: no AVX-512 here", True, True, 0),
        ("", True, True, 1),
        ("no mnist", True, False, 1),
        ("no mnist", False, False, 0),
    ]
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "junit.xml")
        for reason, data, models, expected in cases:
            path.write_text(junit(reason), encoding="utf-8")
            if check(path, data, models) != expected:
                failures += 1
                print(f"wrong verdict on {reason!r}, data {data}, models {models}: expected {expected}")
        path.write_text("<testsuite></testsuite>", encoding="utf-8")
        if check(path, True, True) != 1:
            failures += 1
            print("a run without tests must fail")
    print(f"skipped: {len(cases) + 1} made-up runs, {failures} wrong verdicts")
    return 1 if failures else 0


def main(arguments):
    if arguments == ["--bites"]:
        return bites()
    if len(arguments) != 1:
        print(__doc__)
        return 2
    if not pathlib.Path(arguments[0]).exists():
        print(f"{arguments[0]} does not exist: did ctest run?")
        return 1
    return check(arguments[0], *(os.path.isdir(os.environ.get(name) or "") for name in ("SWIMSIM_DATA", "SWIMSIM_MODELS")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
