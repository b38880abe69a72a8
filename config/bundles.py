"""One file instead of many: what a style sheet or a module imports is put in its place.

The sources work as they are; only what is collected is put together, because
each file more is a round trip more on a telephone. The style sheets and
modules here keep to the plain forms that are understood, and whatever else
is met stops the collecting:

    @import "tokens.css";
    import "./reply.js";
    import { fragment, insert } from "./thread.js";
    export function …, export async function …, export const …, export class …

A page that loads two bundles gets what both import twice, so that may keep
nothing in variables of its own.
"""

import re
from collections.abc import Callable
from pathlib import PurePosixPath

Read = Callable[[str], str]

CSS_IMPORT = re.compile(r'^@import "([\w-]+\.css)"(?: (print))?;\n', re.MULTILINE)
IMPORT = re.compile(r'^import (?:(\{[\s\w,]+\}) from )?"\./([\w-]+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)
LEFT_OVER = re.compile(r"^(?:import|export|@import)\b.*", re.MULTILINE)


class CannotBundle(ValueError):
    """A form of import or export that is not among those above."""


def bundle(name: str, read: Read) -> str:
    """The text of the file with all that it imports. Raises CannotBundle."""
    return _style_sheet(name, read) if name.endswith(".css") else _module(name, read)


def _style_sheet(name: str, read: Read) -> str:
    def imported(found: re.Match) -> str:
        text = _style_sheet(_beside(name, found[1]), read)
        return f"@media {found[2]} {{\n{text}}}\n" if found[2] else text

    return _checked(name, CSS_IMPORT.sub(imported, read(name)))


def _module(name: str, read: Read) -> str:
    """Each module once, after what it imports, in a function of its own so that names do not meet."""
    parts: dict[str, str] = {}

    def add(name: str) -> None:
        if name in parts:
            return
        source = read(name)
        for found in IMPORT.finditer(source):
            add(_beside(name, found[2]))
        parts[name] = _in_a_function(name, source)

    add(name)
    return "".join(parts.values())


def _in_a_function(name: str, source: str) -> str:
    def imported(found: re.Match) -> str:
        return f"const {found[1]} = {_variable(found[2])};\n" if found[1] else ""

    body = _checked(name, EXPORT.sub("", IMPORT.sub(imported, source)))
    exports = ", ".join(found[1] for found in EXPORT.finditer(source))
    return f"const {_variable(name)} = (() => {{\n{body}return {{ {exports} }};\n}})();\n"


def _checked(name: str, text: str) -> str:
    if found := LEFT_OVER.search(text):
        raise CannotBundle(f"{name}: {found[0]}")
    return text


def _beside(name: str, other: str) -> str:
    return str(PurePosixPath(name).with_name(other))


def _variable(name: str) -> str:
    return "module_" + re.sub(r"\W", "_", PurePosixPath(name).stem)
