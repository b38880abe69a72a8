from types import SimpleNamespace

import pytest

from articles.checklist import TITLE_LENGTH, Manuscript, open_points
from articles.models import Article
from tests.articles.typed import ADD, change, filled, inline, typed
from tests.factories import make_article, make_category, make_picture

FIGURE = '<figure><img src="/a.jpg" alt="港"><figcaption>出典: 県</figcaption></figure>'
COMPLETE = {
    "title": "港の朝",
    "lead": "リード",
    "body": f"<h2>見出し</h2><p>字</p>{FIGURE}",
    "has_category": True,
    "has_sources": True,
    "eye_catch": SimpleNamespace(alt="港", credit="県"),
}


def codes(**changes):
    return [point.code for point in open_points(Manuscript(**COMPLETE | changes))]


def test_a_complete_article_has_no_open_point():
    assert codes() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "あ" * (TITLE_LENGTH + 1)}, "long_title"),
        ({"same_titles": ["港の朝"]}, "same_title"),
        ({"has_category": False}, "no_category"),
        ({"lead": " "}, "no_lead"),
        ({"has_sources": False}, "no_sources"),
        ({"eye_catch": None}, "no_eye_catch"),
        ({"eye_catch": SimpleNamespace(alt="港", credit="")}, "eye_catch_credit"),
        ({"eye_catch": SimpleNamespace(alt=" ", credit="県")}, "eye_catch_alt"),
        ({"body": "<p> </p>"}, "empty_body"),
        ({"body": FIGURE.replace("港", "") + "字"}, "no_alt"),
        ({"body": '<p>字<img src="/a.jpg" alt="港"></p>'}, "no_credit"),
        ({"body": '<p>字</p><figure><img src="/a.jpg" alt="港"><figcaption> </figcaption></figure>'}, "no_credit"),
        ({"body": "<h2>見出し</h2><h4>小見出し</h4>"}, "heading_skip"),
        ({"body": "<h3>見出し</h3>"}, "heading_skip"),
        ({"body": '<p><a href="http://example.com/">外</a></p>'}, "insecure_link"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_names_what_is_missing(changes, code):
    assert codes(**changes) == [code]


def test_going_back_up_skips_no_level():
    assert codes(body="<h2>一</h2><h3>小</h3><h2>二</h2>") == []


def test_the_longest_title_is_not_too_long():
    assert codes(title="あ" * TITLE_LENGTH) == []


# In the form


def test_publishing_asks_once(client, owner):
    page = client.post(ADD, filled(status="published", publish_anyway=""))
    assert "カテゴリーが選ばれていません" in page.text
    assert "それでも公開する" in page.text
    assert not Article.objects.exists()
    assert client.post(ADD, filled(status="published", publish_anyway="on")).status_code == 302


def test_the_button_publishes(client, owner):
    client.post(ADD, filled(_publish="公開する"))
    assert Article.objects.published().count() == 1


def test_the_button_asks_as_well(client, owner):
    client.post(ADD, filled(_publish="公開する", publish_anyway=""))
    assert not Article.objects.exists()


def test_a_draft_can_be_published_after_the_question(client, owner):
    draft = make_article(status="draft", published_at=None)
    page = client.post(change(draft), typed(draft, _publish="公開する", publish_anyway=""))
    assert 'name="_publish"' in page.text


def test_a_published_article_has_no_button_to_publish(client, owner):
    assert 'name="_publish"' not in client.get(change(make_article())).text


def test_a_complete_article_is_published_without_a_question(client, owner):
    picture = make_picture(author="県")
    sources = inline("sources", {"title": "資料", "url": "https://example.com/", "position": 0})
    fields = filled(lead="リード", category=make_category().pk, eye_catch=picture.pk, publish_anyway="", **sources)
    assert client.post(ADD, fields | {"_publish": "公開する"}).status_code == 302


def test_a_draft_is_saved_without_a_question(client, owner):
    assert client.post(ADD, filled(publish_anyway="")).status_code == 302


def test_a_published_article_is_corrected_without_a_question(client, owner):
    article = make_article()
    assert client.post(change(article), typed(article, title="直した", publish_anyway="")).status_code == 302


def test_a_source_that_is_deleted_is_none(client, owner):
    row = {"title": "資料", "url": "https://example.com/", "position": 0, "DELETE": "on"}
    page = client.post(ADD, filled(_publish="", publish_anyway="", **inline("sources", row)))
    assert "参考が書かれていません" in page.text


def test_a_title_that_reads_the_same_is_pointed_out(client, owner):
    make_article(title="F-35 の配備")
    assert (
        "同じ題名の記事があります: F-35 の配備"
        in client.post(ADD, filled(title="F-35の配備", _publish="", publish_anyway="")).text
    )


def test_its_own_title_is_not(client, owner):
    article = make_article(status="draft")
    assert "同じ題名" not in client.get(change(article)).text


def test_a_title_of_spaces_is_like_no_other(db):
    make_article(title="")
    assert not Article.objects.titled_like(" ").exists()
