"""All errors of a file in it at once, each behind a number that is read while the program runs."""
import re
from dataclasses import dataclass

from .masking import masked

SWITCH = "_mutation"

_DECLARATION = re.compile(
    r"(?<![.\w`])(func|init|deinit|subscript|get|set|willSet|didSet|var|let|struct|class|enum|extension|actor|protocol)\b")
_HAS_BODY = {"func", "init", "deinit", "get", "set", "willSet", "didSet"}
_ACCESSORS = re.compile(r"\s*(@\w+ )*(\w+ )?(get|set|willSet|didSet)\b[^{}\n]*\{")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_OPENING, _CLOSING = "([{", ")]}"


@dataclass(frozen=True)
class Copy:
    """The lines of the changed file, from 1, that are there because of some errors."""
    first: int
    last: int
    numbers: tuple


def switch(path):
    """The source file that a target needs beside its changed ones. The number is in the file at the path."""
    return f"""import Foundation

public let {SWITCH} = Int((try? String(contentsOfFile: "{path}", encoding: .utf8)) ?? "") ?? 0
"""


def switched(text, sites):
    """The text with numbered sites, {number: site}, in it, their copies, and the numbers for which there is no switch.

    A function, an initialiser or an accessor is there once for each error in it. A constant elsewhere is an expression
    with both values."""
    edits, left_out = [], []
    inside = bodies(masked(text))
    for start, end in inside:
        numbers = [number for number, site in sites.items() if start <= site.offset < end]
        if numbers:
            edits.append((start, end, numbers))
    for number, site in sites.items():
        if any(start <= site.offset < end for start, end in inside):
            continue
        if site.kind == "constant":
            edits.append((site.offset, site.offset + len(site.original), [number]))
        else:
            left_out.append(number)
    out, copies, at = "", [], 0
    for start, end, numbers in sorted(edits):
        out += text[at:start]
        first = _line(out)
        if sites[numbers[0]].kind == "constant" and text[start:end] == sites[numbers[0]].original:
            out += f"({SWITCH} == {numbers[0]} ? {sites[numbers[0]].replacement} : {text[start:end]})"
        else:
            for number in numbers:
                site = sites[number]
                out += f" if {SWITCH} == {number} {{\n"
                begin = _line(out)
                out += text[start:site.offset] + site.replacement + text[site.offset + len(site.original):end]
                copies.append(Copy(begin, _line(out), (number,)))
                out += "\n} else"
            out += " {\n" + text[start:end] + "\n}\n"
        copies.append(Copy(first, _line(out), tuple(numbers)))
        at = end
    return out + text[at:], copies, left_out


def blamed(copies, line):
    """The errors because of which there can be a fault in a line: those of the smallest copy around it."""
    around = [copy for copy in copies if copy.first <= line <= copy.last]
    return min(around, key=lambda copy: copy.last - copy.first).numbers if around else ()


def bodies(code):
    """What is between the braces of each function, initialiser and accessor that is not in another: (start, end)."""
    found, opened, header, at = [], [], 0, 0
    while at < len(code):
        character = code[at]
        if character == "{" and (not opened or opened[-1] == "{"):
            if _begins_body(code[header:at], code, at + 1):
                end = _end(code, at)
                found.append((at + 1, end))
                at = end
            else:
                opened.append(character)
            header = at + 1
        elif character in _OPENING:
            opened.append(character)
        elif character in _CLOSING and opened:
            if opened.pop() == "{" and (not opened or opened[-1] == "{"):
                header = at + 1
        at += 1
    return found


def _begins_body(header, code, start):
    """Whether what is declared before a brace has a body behind it, and no accessors and no members."""
    while (shorter := _BRACKETS.sub("", header)) != header:
        header = shorter
    declarations = list(_DECLARATION.finditer(header))
    if not declarations or _ACCESSORS.match(code, start):
        return False
    declared = declarations[-1].group()
    return declared in _HAS_BODY or declared in ("var", "subscript") and "=" not in header[declarations[-1].end():]


def _end(code, start):
    """The offset of the brace that closes the one at the start."""
    depth = 0
    for at in range(start, len(code)):
        depth += {"{": 1, "}": -1}.get(code[at], 0)
        if depth == 0:
            return at
    return len(code)


def _line(text):
    return text.count("\n") + 1
