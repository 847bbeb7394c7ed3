"""Swift text with its comments and string literals blanked out, character for character."""
import re

_OPENING = re.compile(r'#*"')


def masked(text):
    """The text, as long as before: comments are spaces, what string literals hold is underscores. Newlines stay."""
    out, at = list(text), 0
    while at < len(text):
        end = _comment_end(text, at)
        if end is not None:
            _blank(out, at, end, " ")
        elif opening := _OPENING.match(text, at):
            end = _string_end(text, at, opening.group())
            _blank(out, opening.end(), end - 1, "_")
        else:
            end = at + 1
        at = end
    return "".join(out)


def _blank(out, start, end, filler):
    for index in range(start, end):
        if out[index] != "\n":
            out[index] = filler


def _comment_end(text, at):
    """The end of the comment that begins here, or None when none does."""
    if text.startswith("//", at):
        end = text.find("\n", at)
        return len(text) if end < 0 else end
    if not text.startswith("/*", at):
        return None
    depth = 0
    while at < len(text):
        if text.startswith("/*", at):
            depth, at = depth + 1, at + 2
        elif text.startswith("*/", at):
            depth, at = depth - 1, at + 2
            if depth == 0:
                break
        else:
            at += 1
    return at


def _string_end(text, at, opening):
    """The end of the literal that begins here with hashes and a quote."""
    hashes = "#" * (len(opening) - 1)
    quotes = '"""' if text.startswith('"""', at + len(hashes)) else '"'
    at += len(hashes) + len(quotes)
    while at < len(text):
        if text.startswith(quotes + hashes, at):
            return at + len(quotes + hashes)
        if text.startswith("\\" + hashes + "(", at):
            at = _interpolation_end(text, at + len(hashes) + 2)
        elif text.startswith("\\" + hashes, at):
            at += len(hashes) + 2
        else:
            at += 1
    return at


def _interpolation_end(text, at):
    depth = 1
    while at < len(text) and depth:
        if opening := _OPENING.match(text, at):
            at = _string_end(text, at, opening.group())
            continue
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
    return at
