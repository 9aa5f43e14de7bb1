#!/usr/bin/env python3
"""Models own no clock, print nothing and draw no random numbers of their own; no order of a hash table reaches a result.

no_clock_test.py [ROOT]    checks the tree
no_clock_test.py --bites   checks that the check bites, on made-up lines
"""

import pathlib
import re
import sys
import tempfile

import cpp_source

# A line that carries this comment may name an unordered container.
ORDER_MARK = "// order never reaches a result"

# (folders, pattern, why). Patterns see the code without comments and strings.
RULES = [
    (
        ("models", "sim"),
        r"\bs?rand\s*\(|\bdrand48\b|\brandom_device\b|\bmt19937(_64)?\b|\bminstd_rand0?\b|\branlux\w*\b|\bdefault_random_engine\b"
        r"|\bstd::\w+_distribution\b|#\s*include\s*<(random|boost/random.*)>",
        "randomness is by identity: draw through models/common/random.h",
    ),
    (
        ("models",),
        r"\bstd::chrono\b|#\s*include\s*<(chrono|ctime|time\.h|sys/time\.h)>|\bstd::(time|clock)\s*\(|(?<![\w.>:])time\s*\(\s*(nullptr|NULL|0|&)"
        r"|\bclock_gettime\b|\bgettimeofday\b|\bsleep_for\b",
        "models own no clock: time is an argument",
    ),
    (
        ("models",),
        r"\bstd::(cout|cerr|clog)\b|#\s*include\s*<iostream>|\b[fvd]*printf\s*\(|\bf?puts\s*\(|\bputchar\s*\(|\bperror\s*\(|\bfmt::print(ln)?\b|\bspdlog\b",
        "models print nothing: return it, or throw",
    ),
    (
        ("models", "sim/engine", "sim/report"),
        r"\bunordered_(multi)?(map|set)\b(?!>)",
        f"a hash table has no order of its own: use an ordered container, or say '{ORDER_MARK}' on the line",
    ),
]


def check_rules(root):
    """All violations as 'FILE:LINE: why', and the number of files that were looked at."""
    root = pathlib.Path(root).resolve()
    problems, seen = [], set()
    for folders, pattern, why in RULES:
        rule = re.compile(pattern)
        for path in cpp_source.sources(root, *folders):
            seen.add(path)
            text = path.read_text(encoding="utf-8")
            for number, (line, raw) in enumerate(zip(cpp_source.code_lines(text), text.split("\n")), 1):
                match = rule.search(line)
                if not match or ("unordered" in match.group(0) and (ORDER_MARK in raw or re.match(r"\s*#\s*include", line))):
                    continue
                problems.append(f"{path.relative_to(root).as_posix()}:{number}: '{match.group(0).strip()}': {why}")
    return sorted(problems), len(seen)


def bites():
    """Every forbidden line must be found, and every harmless one left alone."""
    forbidden = {
        "models/device/a.cpp": [
            "int x = std::rand();",
            "std::random_device device;",
            "std::mt19937 generator(1);",
            "std::mt19937_64 generator(1);",
            "#include <random>",
            "std::normal_distribution<float> normal;",
            "auto now = std::chrono::steady_clock::now();",
            "#include <chrono>",
            "long t = std::time(nullptr);",
            "long t = time(nullptr);",
            "clock_gettime(CLOCK_MONOTONIC, &spec);",
            'std::cout << "x";',
            "std::cerr << 1;",
            'printf("x");',
            'std::fprintf(stderr, "x");',
            'fmt::print("x");',
            'spdlog::info("x");',
            "std::unordered_map<int, int> table;",
            "std::unordered_set<int> set;",
        ],
        "sim/engine/a.cpp": ["std::unordered_map<int, int> table;", "srand(1);", "std::mt19937 generator;"],
        "sim/report/a.cpp": ["std::unordered_multiset<int> set;"],
    }
    harmless = {
        "models/device/b.cpp": [
            "// std::rand() and std::cout are not for us",
            "/* std::chrono",
            "   std::cout */ int y;",
            'const char* text = "std::cout << time(nullptr)";',
            'std::snprintf(buffer, sizeof buffer, "%d", 1);',
            "std::int64_t time_ps = wait.time(0);",
            "std::int64_t clock_ps = 10'000; std::string s = fmt::format(\"{}\", 1);",
            "std::unordered_map<int, int> index;  // order never reaches a result",
            "#include <unordered_map>",
            "double operand(int x);",
            "const boost::math::students_t_distribution<double> student(9);",
        ],
        "sim/app/b.cpp": ["auto now = std::chrono::steady_clock::now();", "std::cout << 1;", "std::unordered_map<int, int> t;"],
    }
    failures = []

    def verdict(name, text):
        with tempfile.TemporaryDirectory() as folder:
            target = pathlib.Path(folder, name)
            target.parent.mkdir(parents=True)
            target.write_text(text, encoding="utf-8")
            return check_rules(folder)[0]

    count = 0
    for name, lines in forbidden.items():
        for line in lines:
            count += 1
            problems = verdict(name, "int before;\n" + line + "\n")
            if len(problems) != 1 or not problems[0].startswith(f"{name}:2: "):
                failures.append(f"{name}: {line!r} must be one problem on line 2, found {problems}")
    for name, lines in harmless.items():
        problems = verdict(name, "\n".join(lines) + "\n")
        if problems:
            failures.append(f"harmless lines are refused: {problems}")
    for failure in failures:
        print(failure)
    print(f"no_clock: {count} forbidden lines, {len(failures)} wrong verdicts")
    return 1 if failures else 0


def main(arguments):
    if arguments == ["--bites"]:
        return bites()
    root = arguments[0] if arguments else pathlib.Path(__file__).resolve().parents[2]
    problems, seen = check_rules(root)
    for problem in problems:
        print(problem)
    if seen == 0:
        print(f"no sources found below {root}: wrong folder?")
        return 1
    print(f"no_clock: {seen} files, {len(problems)} wrong")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
