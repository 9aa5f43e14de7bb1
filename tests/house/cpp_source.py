"""C++ source without its comments and string contents, line by line: what the house tests look at."""

import pathlib
import re

SUFFIXES = {".h", ".hpp", ".cpp", ".cc", ".inc"}

_TOKEN = re.compile(
    r"""
      //[^\n]*                                       # line comment
    | /\*.*?\*/                                      # block comment
    | R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"   # raw string
    | "(?:\\.|[^"\\\n])*"                            # string
    | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'            # character; not the separator of 10'000
    """,
    re.DOTALL | re.VERBOSE,
)


def sources(root, *folders):
    """Our C++ files below root/folder, sorted."""
    found = []
    for folder in folders:
        top = pathlib.Path(root) / folder
        found += [path for path in top.rglob("*") if path.suffix in SUFFIXES and path.is_file()]
    return sorted(found)


def code_lines(text):
    """The lines of text with comments blanked and strings emptied. The path of an #include stays."""

    def blank(match):
        token = match.group(0)
        if token.startswith('"') and re.search(r"^[ \t]*#[ \t]*include[ \t]*$", text[text.rfind("\n", 0, match.start()) + 1 : match.start()]):
            return token
        newlines = "\n" * token.count("\n")
        return (newlines or " ") if token.startswith("/") else '""' + newlines

    return _TOKEN.sub(blank, text).split("\n")
