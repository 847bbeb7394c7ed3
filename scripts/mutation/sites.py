"""The places in Swift sources where a small error can be put."""
import re
from dataclasses import dataclass

from .masking import masked

KINDS = ["comparison", "boundary", "constant", "call", "arguments", "await", "defer"]

_SWAPPED = {"==": "!=", "!=": "==", "<": ">", ">": "<", "<=": ">=", ">=": "<=", "&&": "||", "||": "&&"}
_SHIFTED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_OPERATOR = re.compile(r"(?<= )(==|!=|<=|>=|<|>|&&|\|\|)(?= )")
_NEGATION = re.compile(r"(?<=[\s(\[])!(?=[a-z(])")
_RANGE = re.compile(r"\.\.<|(?<=\w)\.\.\.(?=\w)")
_ONE_OFF = re.compile(r"(?<= [+-] )1(?![\w.])")
_INTEGER = re.compile(r"(?<![\w.$])\d[\d_]*(?![\w.])")
_TRUTH = re.compile(r"\b(true|false)\b")
_CALL = re.compile(r"^\s*(try[?!]? )?(await )?[a-z_][\w.?!]*\(.*\)$")
_AWAITED = re.compile(r"^\s*(_ = )?(try[?!]? )?await [\w.?!]+\(.*\)( \{.*\})?$")
_LOGGED = re.compile(r"\b(log|logger)\.(trace|debug|info|notice)\(")
_SKIPPED = re.compile(r"^\s*(@|#|import |public import |typealias )")
_DECLARED = re.compile(r"\b(func|init|subscript|case)\b")
_KEYWORDS = {"if", "while", "guard", "switch", "return", "for", "in", "let", "var", "precondition", "assert"}
_PAIRS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Site:
    """One small error: a piece of a file, and what stands in its place."""
    file: str
    kind: str
    line: int
    """From 1."""
    offset: int
    """Of the piece in the file, in characters."""
    original: str
    replacement: str
    text: str
    """The whole line, as it was."""


def sites(file, text):
    """All sites of a file, in order."""
    code = masked(text)
    found, offset = [], 0
    lines = text.split("\n")
    for number, (line, plain) in enumerate(zip(code.split("\n"), lines), 1):
        for kind, start, end, replacement in _in_line(line, code, offset):
            piece = text[start:end]
            if replacement is None:
                replacement = _swapped_arguments(text, code, start, end)
            if replacement is not None and replacement != piece:
                found.append(Site(file, kind, number, start, piece, replacement, plain))
        offset += len(line) + 1
    return found


def _in_line(line, code, offset):
    if _SKIPPED.match(line):
        return
    for match in _OPERATOR.finditer(line):
        yield "comparison", offset + match.start(), offset + match.end(), _SWAPPED[match.group()]
        if match.group() in _SHIFTED:
            yield "boundary", offset + match.start(), offset + match.end(), _SHIFTED[match.group()]
    for match in _NEGATION.finditer(line):
        yield "comparison", offset + match.start(), offset + match.end(), ""
    for match in _RANGE.finditer(line):
        yield "boundary", offset + match.start(), offset + match.end(), "..." if match.group() == "..<" else "..<"
    for match in _ONE_OFF.finditer(line):
        yield "boundary", offset + match.start(), offset + match.end(), "0"
    for match in _INTEGER.finditer(line):
        value = int(match.group().replace("_", ""))
        yield "constant", offset + match.start(), offset + match.end(), str(value + 1)
    for match in _TRUTH.finditer(line):
        other = "false" if match.group() == "true" else "true"
        yield "constant", offset + match.start(), offset + match.end(), other
    bare = line.rstrip()
    indent = len(bare) - len(bare.lstrip())
    if bare.lstrip().startswith("defer {"):
        end = _closing(code, offset + bare.index("{"))
        if end is not None:
            yield "defer", offset + indent, end, ""
    elif _LOGGED.search(line) is None and not _continues(code, offset):
        if _AWAITED.match(bare) and _is_whole(bare):
            yield "await", offset + indent, offset + len(bare), ""
        elif _CALL.match(bare) and _is_whole(bare) and not bare.lstrip().startswith("super."):
            yield "call", offset + indent, offset + len(bare), ""
    if not _DECLARED.search(line):
        for match in re.finditer(r"([A-Za-z_]\w*)\(", line):
            if match.group(1) in _KEYWORDS:
                continue
            end = _closing(code, offset + match.end() - 1)
            if end is not None and "\n" not in code[offset + match.end():end]:
                yield "arguments", offset + match.end(), end - 1, None


def _is_whole(line):
    """Whether the brackets of a line are closed in it."""
    depth = 0
    for character in line:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


def _continues(code, offset):
    """Whether the line at this offset goes on with the statement before it, or is the value of a block."""
    before = code[:offset].rstrip()
    return before.endswith((",", "(", "[", "=", "?", ":", "&&", "||", "return", "->", "in", "+", "??")) and not (
        before.endswith(":") and re.search(r"\b(case|default)\b[^\n]*:$", before))


def _closing(code, start):
    """The offset after the bracket that closes the one at the start."""
    stack = []
    for at in range(start, min(len(code), start + 4000)):
        character = code[at]
        if character in _PAIRS:
            stack.append(_PAIRS[character])
        elif stack and character == stack[-1]:
            stack.pop()
            if not stack:
                return at + 1
    return None


def _form(value):
    """What a value looks like: values of one form have one type more often than others, so that they build when swapped."""
    forms = [("text", r'#*"'), ("number", r"-?\d"), ("truth", r"(true|false)$"), ("member", r"\.\w"), ("block", r"\{"),
             ("list", r"\["), ("name", r"[a-z_]\w*$"), ("path", r"[a-z_][\w.?!]*$"), ("call", r"[\w.]+\(.*\)$")]
    value = value.strip()
    return next((name for name, form in forms if re.match(form, value)), value and "other")


def _swapped_arguments(text, code, start, end):
    """The arguments with the values of the first two that look alike swapped, or None."""
    pieces, depth, piece = [], 0, start
    for at in range(start, end):
        character = code[at]
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(character, 0)
        if character == "," and depth == 0:
            pieces.append((piece, at))
            piece = at + 1
    pieces.append((piece, end))
    values = []
    for first, last in pieces:
        label = re.match(r"\s*(\w+: *)?", code[first:last])
        values.append((first + label.end(), last))
    for (a, b), (c, d) in zip(values, values[1:]):
        if text[a:b] != text[c:d] and _form(text[a:b]) == _form(text[c:d]) != "":
            return text[start:a] + text[c:d] + text[b:c] + text[a:b] + text[d:end]
    return None
