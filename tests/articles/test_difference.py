import pytest

from articles.difference import Run, compare, compare_text, counts, paragraphs, shortened


def runs(before, after):
    return [[(run.kind, run.text) for run in line.runs] for line in compare(before, after)]


def test_it_shows_the_words_that_changed():
    assert runs("<p>空軍は昨日発表した。</p>", "<p>海軍は昨日発表した。</p>") == [
        [("del", "空軍"), ("ins", "海軍"), ("same", "は昨日発表した。")]
    ]


def test_a_particle_between_two_changes_is_no_island():
    changed = runs("<p>空軍は昨日、配備を発表した。</p>", "<p>海軍は今日、配備を発表した。</p>")
    assert changed == [[("del", "空軍は昨日"), ("ins", "海軍は今日"), ("same", "、配備を発表した。")]]


def test_latin_words_are_not_torn():
    assert runs("<p>F35を配備した。</p>", "<p>F16を配備した。</p>")[0][:2] == [("del", "F35"), ("ins", "F16")]


def test_it_shows_new_and_lost_paragraphs():
    before, after = "<p>一の段落。</p><p>二の段落。</p>", "<p>二の段落。</p><p>全然違う文章</p>"
    assert runs(before, after) == [[("del", "一の段落。")], [("same", "二の段落。")], [("ins", "全然違う文章")]]


def test_paragraphs_without_likeness_are_two():
    assert runs("<p>港の朝は早い。</p>", "<p>F-16</p>") == [[("del", "港の朝は早い。")], [("ins", "F-16")]]


def test_nothing_changed_is_all_the_same():
    assert all(line.is_same for line in compare("<p>字</p><p>次</p>", "<p>字</p><p>次</p>"))


@pytest.mark.parametrize(("before", "after"), [("", "<p>字</p>"), ("<p>字</p>", ""), ("", "")])
def test_an_empty_text_can_be_compared(before, after):
    assert len(compare(before, after)) == (1 if before or after else 0)


def test_addresses_pictures_and_headings_can_be_seen():
    html = '<h2>見出し</h2><p><a href="https://example.com/">外</a></p><figure><img src="/a.jpg" alt="港"></figure>'
    assert paragraphs(html) == ["## 見出し", "外<https://example.com/>", "[港 /a.jpg]"]


def test_it_counts_letters():
    assert counts(compare("<p>空軍は昨日発表した。</p>", "<p>航空軍は昨日発表した。</p>")) == (3, 2)


def test_lines_of_a_lead_are_compared():
    assert [line.is_same for line in compare_text("一\n二", "一\n三")] == [True, False, False]


def test_what_lies_far_from_a_change_is_left_out():
    before = "".join(f"<p>{n}番目の段落</p>" for n in range(9))
    shown = shortened(compare(before, before.replace("4番目", "四番目")))
    assert [line and line.text[-5:] for line in shown] == [None, *["番目の段落"] * 3, None]


# Each of these would take minutes if every letter were compared with every other.
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>あ</p>" * 40_000, "<p>い</p><p>あ</p>" * 20_000),
        ("<p>" + "あい" * 200_000 + "</p>", "<p>" + "いう" * 200_000 + "</p>"),
        ("<p>" + "あ" * 1_000 + "</p>", "<p>" + "いあ" * 500 + "</p>"),
        ("<p>" * 50_000, "<div>" * 50_000),
    ],
    ids=["paragraphs", "letters", "one letter", "tags"],
)
def test_the_longest_bodies_are_compared_roughly(before, after):
    lines = compare(before, after)
    assert "".join(run.text for line in lines for run in line.runs if run.kind != "ins") == "".join(paragraphs(before))


def test_the_runs_give_both_texts_back():
    before, after = "港の朝は早い。船が出る。空は晴れ。", "港の夜は遅い。船は出ない。空が曇る。"
    all_runs: list[Run] = [run for line in compare_text(before, after) for run in line.runs]
    assert "".join(run.text for run in all_runs if run.kind != "ins") == before
    assert "".join(run.text for run in all_runs if run.kind != "del") == after


def test_a_letter_written_over_and_over_is_compared_roughly():
    changed = compare_text("あああい" * 250, "あああう" * 250)
    assert [[run.kind for run in line.runs] for line in changed] == [["del"], ["ins"]]


def test_a_long_paragraph_of_prose_is_compared_by_runs():
    prose = "".join(f"{n}番目の船が港に着いたと、町の人々は口々に言った。" for n in range(40))
    assert counts(compare_text(prose, prose.replace("39番目", "四十番目"))) == (4, 4)
