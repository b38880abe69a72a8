"""The Japanese catalogue is complete, and what is served is compiled from it."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent.parent
DOMAINS = ["django", "djangojs"]


def catalogue(domain, folder=ROOT):
    with (folder / f"locale/ja/LC_MESSAGES/{domain}.po").open("rb") as file:
        return read_po(file, locale="ja")


def texts(messages):
    return {settled(message.id): settled(message.string) for message in messages if message.id}


def settled(text):
    """A text with a plural is a pair, which one of Babel's two readers gives as a list."""
    return tuple(text) if isinstance(text, list) else text


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_text_is_translated_and_none_is_a_guess(domain):
    for message in catalogue(domain):
        if message.id:
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(strings), message.id
            assert not message.fuzzy, message.id


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_translation_names_the_same_values(domain):
    for message in catalogue(domain):
        original = message.id[-1] if isinstance(message.id, tuple) else message.id
        translation = message.string[0] if isinstance(message.string, tuple) else message.string
        names = r"%\((\w+)\)[sd]"
        assert set(re.findall(names, original or "")) == set(re.findall(names, translation)), message.id


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_compiled_catalogue_is_not_stale(domain):
    with (ROOT / f"locale/ja/LC_MESSAGES/{domain}.mo").open("rb") as file:
        assert texts(read_mo(file)) == texts(catalogue(domain))


def python_files():
    return [path for app in ("articles", "comments", "config") for path in sorted((ROOT / app).rglob("*.py"))]


def test_no_text_hides_in_an_f_string_where_the_extraction_does_not_look():
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                names = {call.func.id for call in ast.walk(node) if is_named_call(call)}
                assert not names & {"_", "gettext", "ngettext"}, f"{path}:{node.lineno}"


def is_named_call(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def test_the_catalogue_holds_just_the_texts_of_the_project(tmp_path):
    (tmp_path / "locale").mkdir()
    command = [sys.executable, str(ROOT / "manage.py"), "makemessages", "--locale=ja", "--no-location", "--verbosity=0"]
    for name in ("articles", "comments", "config", "templates", "static"):
        (tmp_path / name).symlink_to(ROOT / name)
    done = subprocess.run([*command, "--symlinks"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = {message.id for message in catalogue("django", tmp_path) if message.id}
    assert found == set(texts(catalogue("django")))
