"""Tables in pages written by hand: what stands between `<!-- NAME -->` and `<!-- end NAME -->` is made here, the rest is left alone."""


def table(head, rows):
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def fill(page, parts):
    """Puts {name: text} into the page's file. Every part must have its place."""
    with open(page) as file:
        text = file.read()
    for name, part in parts.items():
        begin, end = f"<!-- {name} -->", f"<!-- end {name} -->"
        if text.count(begin) != 1 or text.count(end) != 1:
            raise SystemExit(f"{page}: needs one place '{begin} ... {end}'")
        before, rest = text.split(begin)
        text = before + begin + "\n" + part.strip("\n") + "\n" + end + rest.split(end)[1]
    with open(page, "w") as file:
        file.write(text)
