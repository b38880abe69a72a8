"""Style sheets and modules that are collected as one file."""

import re

import pytest
from django.conf import settings

from config.bundles import CannotBundle, bundle
from config.static_files import BUNDLES


def made(name, **files):
    files = {path.replace("__", "/").replace("_", "."): text for path, text in files.items()}
    return bundle(name, files.__getitem__)


def test_a_style_sheet_holds_what_it_imports_in_order():
    text = made("a.css", a_css='@import "b.css";\n@import "c.css";\nd {}\n', b_css="b {}\n", c_css="c {}\n")
    assert text == "b {}\nc {}\nd {}\n"


def test_what_is_for_print_alone_stays_so():
    assert made("a.css", a_css='@import "b.css" print;\n', b_css="b {}\n") == "@media print {\nb {}\n}\n"


def test_a_module_stands_once_and_before_who_imports_it():
    text = made(
        "js/a.js",
        js__a_js='import "./b.js";\nimport { c } from "./c.js";\nc();\n',
        js__b_js='import { c } from "./c.js";\nc();\n',
        js__c_js="export function c() {}\n",
    )
    assert re.findall(r"^const (\w+) = \(", text, re.MULTILINE) == ["module_c", "module_b", "module_a"]
    assert text.count("const { c } = module_c;") == 2
    assert "return { c };" in text
    assert not re.search(r"^(im|ex)port", text, re.MULTILINE)


@pytest.mark.parametrize(
    "source",
    [
        'import b from "./b.js";',
        'import * as b from "./b.js";',
        "export default 1;",
        "export let b = 1;",
        "export { b };",
    ],
)
def test_a_form_that_is_not_understood_stops_it(source):
    with pytest.raises(CannotBundle, match=r"a\.js"):
        made("a.js", a_js=f"{source}\n", b_js="")


@pytest.mark.parametrize("name", BUNDLES)
def test_the_site_can_be_put_together(name):
    text = bundle(name, lambda part: (settings.BASE_DIR / "static" / part).read_text())
    assert text.count("{") == text.count("}")
    assert "@import" not in text


def test_the_collected_files_are_the_bundles(static_files):
    (script,) = (static_files / "js").glob("article.*.js")
    (sheet,) = (static_files / "css").glob("site.*.css")
    assert "const module_thread = (() => {" in script.read_text()
    assert "--measure" in sheet.read_text()
