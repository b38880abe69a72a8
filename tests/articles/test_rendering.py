import pytest
from django.db import connection

from articles import body, rendering, rerendering
from articles.elements import find
from articles.models import Article
from articles.rerendering import render_again
from tests.factories import make_article

VIDEO = "https://youtu.be/dQw4w9WgXcQ"


def made(html: str) -> rendering.Rendering:
    return rendering.render(body.clean(html))


def ids(html: str) -> list[str]:
    return [element.attributes["id"] for element in find(made(html).html) if "id" in element.attributes]


def test_headings_get_ids_of_their_words():
    assert ids("<h2>雪の 夜</h2><p>x</p><h4>Night Train</h4>") == ["body-雪の-夜", "body-night-train"]


def test_the_same_words_are_numbered():
    assert ids("<h2>背景</h2><h3>背景</h3><h2>背景</h2>") == ["body-背景", "body-背景-2", "body-背景-3"]


def test_an_id_that_is_there_is_kept_and_is_given_to_no_other():
    assert ids('<p id="背景">x</p><h2>背景</h2><h2 id="mine">背景</h2>') == ["body-背景", "body-背景-2", "body-mine"]


@pytest.mark.parametrize("name", ["a b", "背景"], ids=["with a space", "taken"])
def test_an_id_that_no_link_can_lead_to_is_replaced(name):
    assert ids(f'<h2 id="背景">一</h2><h2 id="{name}" lang="en">Two</h2>') == ["body-背景", "body-two"]


@pytest.mark.parametrize("words", ["c12", "comments", "top", "main"])
def test_no_heading_can_take_an_id_of_the_page(words):
    assert ids(f"<h2>{words}</h2>") == [f"body-{words}"]


def test_a_heading_of_signs_alone_gets_an_id_and_an_empty_one_none():
    assert ids("<h2>!?</h2><h2> </h2><h2><br></h2>") == ["body-section"]


def test_the_table_of_contents_has_the_headings_of_two_levels():
    html = '<h2 id="x">一 &amp; 二</h2><h3><b>瓦<rt>かわら</rt></b></h3><h4>三</h4><h2></h2>'
    assert made(html).headings == [
        {"level": 2, "text": "一 & 二", "id": "body-x"},
        {"level": 3, "text": "瓦", "id": "body-瓦"},
    ]


def test_all_but_the_ids_stays_as_it_was():
    html = body.clean(
        '<h2 lang="en" title="x">A &lt; B &amp; <i>C</i></h2>\n<p>x<br>y&nbsp;<a href="/?a=1&amp;b=2">z</a></p>'
    )
    assert made(html).html == html.replace('<h2 lang="en"', '<h2 lang="en" id="body-a-b-c"')


def test_what_looks_like_a_tag_in_an_attribute_is_none():
    html = '<p><a href="/" title="<h2>x</h2><p>https://youtu.be/dQw4w9WgXcQ</p>">x</a></p>'
    assert made(html).html == body.clean(html)


def test_many_headings_with_the_same_words():
    assert len(set(ids("<h2>同じ</h2>" * 5000))) == 5000


def test_the_characters_are_those_of_the_text():
    assert made("<h2>見出し</h2><p>https://youtu.be/dQw4w9WgXcQ</p>").characters == len(
        "見出し https://youtu.be/dQw4w9WgXcQ"
    )


# Again, at a tick


@pytest.fixture
def old():
    """An article and its addendum as a version before this one has left them."""
    article = make_article(body="<h2>雪の夜</h2>")
    article.addenda.create(body=f"<p>{VIDEO}</p>")
    Article.objects.filter(pk=article.pk).update(html="", headings=[], characters=0, rendering_version=0)
    article.addenda.update(html="")
    return Article.objects.get(pk=article.pk)


@pytest.mark.django_db
def test_what_an_older_version_made_is_made_again(old):
    render_again()
    now = Article.objects.get()
    assert now.html == '<h2 id="body-雪の夜">雪の夜</h2>'
    assert (now.characters, now.rendering_version) == (3, rendering.VERSION)
    assert [heading["text"] for heading in now.headings] == ["雪の夜"]
    assert 'data-youtube="dQw4w9WgXcQ"' in now.addenda.get().html


@pytest.mark.django_db
def test_nothing_else_of_the_article_changes(old):
    def rest() -> dict:
        made = {"html", "headings", "characters", "rendering_version"}
        return {name: value for name, value in Article.objects.values().get().items() if name not in made}

    before, revisions = rest(), old.revisions.count()
    render_again()
    assert (rest(), old.revisions.count()) == (before, revisions)


@pytest.mark.django_db
def test_an_article_saved_meanwhile_keeps_what_the_save_made(old):
    saved = Article.objects.get(pk=old.pk)
    saved.body = "<h2>別の題</h2>"
    saved.save()
    old.render_again()
    assert Article.objects.get().html == '<h2 id="body-別の題">別の題</h2>'


@pytest.mark.django_db
def test_more_than_one_batch_and_no_more_than_the_most(monkeypatch):
    for _ in range(5):
        make_article()
    Article.objects.update(rendering_version=0)
    monkeypatch.setattr(rerendering, "BATCH", 2)
    monkeypatch.setattr(rerendering, "MOST", 3)
    render_again()
    assert Article.objects.filter(rendering_version=rendering.VERSION).count() == 3
    render_again()
    assert Article.objects.rendered_before(rendering.VERSION).count() == 0


@pytest.mark.django_db
def test_finding_nothing_reads_an_index_alone():
    Article.objects.bulk_create(
        Article(title="昔", slug=f"old-{n}", body="<p>字</p>" * 300, rendering_version=rendering.VERSION)
        for n in range(300)
    )
    rows = Article.objects.rendered_before(rendering.VERSION)[:50]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE articles_article")
        query, params = rows.query.sql_with_params()
        cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + query, params)
        assert "article_rendering" in str(cursor.fetchall())
