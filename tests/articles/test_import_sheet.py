from articles.import_sheet import EXAMPLES, Sheet
from tests.wordpress import in_english as in_english


def test_numbers_stand_below_each_other_also_in_japanese():
    sheet = Sheet()
    sheet.left_out.update({"日本語の理由": 3, "reason": 1_234})
    lines = list(sheet.lines())
    start = lines.index("Left out")
    assert lines[start + 1 : start + 3] == ["  reason        1,234", "  日本語の理由      3"]


def test_it_tells_what_came_in_and_what_was_there():
    sheet = Sheet(deepest_comment=9)
    sheet.came_in["page"] = 18
    sheet.already_there["page"] = 2
    page = next(line for line in sheet.lines() if line.startswith("  pages"))
    assert page.split() == ["pages", "18", "2"]
    assert "The new comments stand on 10 levels." in sheet.lines()


def test_it_shows_some_examples_and_counts_the_rest():
    sheet = Sheet()
    for number in range(EXAMPLES + 5):
        sheet.note("orphans", f"comment {number}")
    sheet.note("orphans", count=2)
    lines = list(sheet.lines())
    assert "  comment 0" in lines
    assert "  … and 5 more" in lines
    assert f"  orphans  {EXAMPLES + 7}" in lines
