import io
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.redirects.models import Redirect
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article, ArticleText, Category, Tag
from comments import wordpress
from comments.models import Comment, CommentText, Trackback
from comments.wordpress import author_name, votes
from config.management.commands.tick import index_search
from tests.factories import make_comment
from tests.wordpress import author, category, comment, comment_meta, export, in_term, item, tag, written
from tests.wordpress import in_english as in_english
from tests.wordpress import japanese_export as japanese_export

pytestmark = pytest.mark.django_db


@pytest.fixture
def import_text(tmp_path):
    def import_text(*records: str, **kwargs) -> str:
        out = StringIO()
        call_command("import_wordpress", written(export(*records, **kwargs), tmp_path), stdout=out)
        return out.getvalue()

    return import_text


def everything() -> dict[str, list]:
    """All rows of all tables."""
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in apps.get_models()}


def numbers(sheet: str, label: str) -> list[int]:
    """The numbers behind a label of the sheet, none when it is not there."""
    line = next((line.strip() for line in sheet.splitlines() if line.strip().startswith(label + "  ")), label)
    return [int(number.replace(",", "")) for number in line.removeprefix(label).split()]


# The public Japanese export


@pytest.fixture
def japanese_sheet(japanese_export) -> str:
    out = StringIO()
    call_command("import_wordpress", japanese_export, stdout=out)
    return out.getvalue()


def test_the_articles_of_the_japanese_export_come_in(japanese_sheet):
    articles = Article.objects.filter(kind="article")
    protected = articles.get(import_ref="kassad-tekapo.sqale.jp#post1168")
    assert (protected.status, protected.title) == ("draft", "テンプレート: パスワードで保護されたページ")
    assert articles.published().count() == 38
    assert articles.filter(status="published").exclude(pk__in=articles.published()).count() == 1
    assert articles.filter(status="draft").count() == 2 + 1
    assert Article.objects.filter(kind="page").count() == 18
    assert articles.get(slug="scheduled").published_at == datetime(2030, 1, 1, 19, 0, 18, tzinfo=UTC)


def test_the_terms_and_authors_of_the_japanese_export_come_in(japanese_sheet):
    assert (Category.objects.count(), Category.objects.filter(parent=None).count()) == (72, 63)
    assert Category.objects.get(slug="grandchild-category").parent.parent.name == "親カテゴリー"
    assert Tag.objects.count() == 59
    users = get_user_model().objects.all()
    assert (users.count(), users.filter(is_active=True).count()) == (13, 0)
    assert not any(user.has_usable_password() for user in users)


def test_the_discussion_of_the_japanese_export_comes_in(japanese_sheet):
    assert (Comment.objects.count(), Trackback.objects.filter(kind="pingback").count()) == (44, 4)
    article = Article.objects.get(slug="template-comments")
    comments = list(article.discussion.order_by("number"))
    assert [comment.number for comment in comments] == list(range(1, 39))
    assert max(comment.level for comment in comments) == 9
    assert (article.comment_count, article.last_comment_number) == (38, 38)
    # Seven pairs and more share their second; the source's order decides.
    order = [(c.created_at, int(c.import_ref.rpartition("comment")[2])) for c in comments]
    assert order == sorted(order)
    call_command("check_trees", stdout=StringIO())


def test_the_sheet_of_the_japanese_export_adds_up(japanese_sheet):
    assert numbers(japanese_sheet, "articles, published") == [38, 0]
    assert numbers(japanese_sheet, "articles, scheduled") == [1, 0]
    assert numbers(japanese_sheet, "articles, drafts") == [3, 0]
    assert numbers(japanese_sheet, "pages") == [18, 0]
    assert numbers(japanese_sheet, "menu entries") == [115]
    assert numbers(japanese_sheet, "attachments: the export holds no files") == [41]
    assert numbers(japanese_sheet, "redirects from old addresses") == [Redirect.objects.count(), 0]
    assert "stand on 10 levels" in japanese_sheet
    assert "  テンプレート: パスワードで保護されたページ" in japanese_sheet


def test_a_second_run_of_the_japanese_export_changes_nothing(japanese_sheet, japanese_export):
    before = everything()
    out = StringIO()
    call_command("import_wordpress", japanese_export, stdout=out)
    assert everything() == before
    assert numbers(out.getvalue(), "comments") == [0, 44]
    assert numbers(out.getvalue(), "pages") == [0, 18]


def test_old_addresses_of_the_japanese_export_lead_on(japanese_sheet, client):
    assert client.get("/template-comments/")["Location"] == "/articles/template-comments/"
    assert client.get("/page-a/")["Location"] == "/pages/page-a/"


def test_no_address_of_a_reader_is_kept(import_text):
    import_text(author("taro"), item(comment(author_email="reader@example.com", author_IP="192.0.2.7"), creator="taro"))
    rows = str(everything())
    assert "読みました" in rows
    assert "reader@example.com" not in rows
    assert "owner@example.com" not in rows
    assert "192.0.2.7" not in rows


# Comments


@pytest.mark.parametrize(
    ("approved", "status"),
    [
        ("1", "published"),
        ("0", "pending"),
        ("hold", "pending"),
        ("spam", "spam"),
        ("trash", "removed"),
        ("post-trashed", "removed"),
        # What nobody knows is for the owner to see first.
        ("", "pending"),
    ],
)
def test_the_status_of_a_comment(import_text, approved, status):
    import_text(item(comment(approved=approved)))
    assert Comment.objects.get().status == status
    assert Article.objects.get().comment_count == (status == "published")


@pytest.mark.parametrize(
    ("name", "shown"),
    [("匿名", ""), (" 匿名 ", ""), ("太郎 &amp; 花子", "太郎 & 花子"), ("あ" * 50, "あ" * 40), ("", "")],
)
def test_the_name_of_a_reader(name, shown):
    assert author_name(name) == shown


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ({}, (0, 0)),
        ({"cld_like_count": "12", "cld_dislike_count": "3"}, (12, 3)),
        ({"cld_like_count": "12"}, (12, 0)),
        ({"wpdiscuz_votes": "4"}, (4, 0)),
        ({"wpdiscuz_votes": "-4"}, (0, 4)),
        ({"wpdiscuz_votes_seperate": 'a:2:{s:4:"like";i:5;s:7:"dislike";i:2;}', "wpdiscuz_votes": "3"}, (5, 2)),
        ({"wpdiscuz_votes_seperate": 'a:2:{s:4:"like";s:1:"5";s:7:"dislike";s:1:"2";}'}, (5, 2)),
        # One plugin took over the votes of the other.
        ({"cld_like_count": "5", "cld_dislike_count": "2", "wpdiscuz_votes": "3"}, (5, 2)),
        ({"cld_like_count": "0", "cld_dislike_count": "0", "wpdiscuz_votes": "3"}, (3, 0)),
        ({"cld_like_count": "many", "wpdiscuz_votes": "+2"}, (2, 0)),
        ({"cld_like_count": "-3"}, (0, 0)),
        ({"cld_like_count": "9" * 30}, (0, 0)),
        ({"cld_like_count": "999999999999"}, (1_000_000_000, 0)),
    ],
)
def test_votes_of_the_usual_plugins(meta, expected):
    assert votes(meta) == expected


def test_votes_become_imported_votes(import_text):
    sheet = import_text(
        item(
            comment(comment_meta("cld_like_count", 12), comment_meta("cld_dislike_count", 3), id=1),
            comment(comment_meta("wpdiscuz_votes", -4), id=2),
        )
    )
    fields = ("imported_upvotes", "imported_downvotes", "upvotes", "downvotes", "score")
    assert list(Comment.objects.order_by("number").values_list(*fields)) == [(12, 3, 12, 3, 9), (0, 4, 0, 4, -4)]
    assert (numbers(sheet, "votes for"), numbers(sheet, "votes against")) == ([12, 0], [7, 0])


def test_readers_with_one_name_and_one_second_all_come_in(import_text):
    first = [comment(id=n, text="同じ") for n in range(1, 20)]
    import_text(item(*first))
    import_text(item(*first, *(comment(id=n, text="同じ") for n in range(20, 31))))
    assert Comment.objects.count() == 30


def test_a_later_export_brings_new_replies(import_text):
    import_text(item(comment(id=1)))
    make_comment(parent=Comment.objects.get())
    sheet = import_text(item(comment(id=1), comment(id=2, parent=1)))
    assert numbers(sheet, "comments") == [1, 1]
    assert Comment.objects.get(import_ref="old.example.jp#comment2").number == 3
    call_command("check_trees", stdout=StringIO())


def test_the_same_item_twice_in_a_file_brings_its_replies(import_text):
    sheet = import_text(item(comment(id=1)), item(comment(id=1), comment(id=2, parent=1)))
    assert numbers(sheet, "comments") == [2, 1]
    assert Comment.objects.get(parent__import_ref="old.example.jp#comment1").number == 2


def test_a_comment_that_two_items_have_stays_under_the_first(import_text):
    sheet = import_text(item(comment(id=1), id=1), item(comment(id=1), comment(id=2, parent=1), id=2))
    assert numbers(sheet, "comments") == [2, 1]
    assert numbers(sheet, "comments whose parent is missing: top-level now") == [1]
    assert list(Comment.objects.order_by("pk").values_list("article__slug", flat=True)) == ["post-1", "post-2"]


def test_the_number_of_statements_does_not_grow_with_the_items(import_text):
    def statements(first: int, items: int) -> int:
        thread = lambda n: [comment(id=2 * n), comment(id=2 * n + 1, parent=2 * n, text=">>1")]  # noqa: E731
        with CaptureQueriesContext(connection) as queries:
            import_text(*(item(*thread(n), id=n) for n in range(first, first + items)))
        # SQLite takes each row in a statement of its own where PostgreSQL has COPY.
        return sum(not query["sql"].startswith(("INSERT", "UPDATE")) for query in queries)

    statements(1, 1)
    assert statements(1_000, 20) == statements(2_000, 5)


def test_many_items_come_in_some_at_a_time(import_text, monkeypatch):
    monkeypatch.setattr(wordpress, "ITEMS", 2)
    monkeypatch.setattr(wordpress, "CHARACTERS", 100)
    sheet = import_text(*(item(comment(id=n, text="長い" * 30), id=n) for n in range(1, 6)))
    assert numbers(sheet, "comments") == [5, 0]
    assert [article.comment_count for article in Article.objects.all()] == [1] * 5


def test_a_comment_without_its_parent_is_kept_and_listed(import_text):
    sheet = import_text(item(comment(id=5, parent=4)))
    assert Comment.objects.get().parent is None
    assert numbers(sheet, "comments whose parent is missing: top-level now") == [1]
    assert "\n  5\n" in sheet


def test_a_circle_of_comments_is_cut_and_listed(import_text):
    sheet = import_text(item(comment(id=10, parent=9), comment(id=9, parent=10)))
    assert Comment.objects.get(parent=None).import_ref == "old.example.jp#comment9"
    assert numbers(sheet, "comments that answered each other in a circle: top-level now") == [1]


@pytest.mark.parametrize(
    ("records", "why"),
    [
        ([item(comment(text=" <b>\u3000</b> "))], "comments without text"),
        ([item(comment(type="order_note"))], "comments of the type “order_note”"),
        ([item(comment(), status="trash")], "comments and trackbacks of what was left out"),
        ([item(comment(type="pingback", author_url=""))], "trackbacks without an address"),
        ([item(comment(type="pingback", author_url="javascript:alert(1)"))], "trackbacks without an address"),
        (
            [item(comment(type="pingback", author_url="https://a.jp/" + "a" * 1_000))],
            "trackbacks whose address is too long",
        ),
        (
            [item(comment(type="trackback", author_url="https://a.jp/", approved="spam"))],
            "trackbacks that are spam or in the bin",
        ),
    ],
)
def test_a_comment_that_is_left_out_is_counted(import_text, records, why):
    sheet = import_text(*records)
    assert numbers(sheet, why) == [1]
    assert not Comment.objects.exists()
    assert not Trackback.objects.exists()


def test_a_pingback_and_a_trackback(import_text):
    import_text(
        item(
            comment(
                id=1, type="pingback", author="甲 &amp; 乙", author_url="https://a.jp/?x&amp;y", text="[...] 引用 [...]"
            ),
            comment(
                id=2, type="trackback", author="丙", author_url="https://b.jp/", text="<strong>題</strong>\n\n本文"
            ),
            comment(id=3, type="trackback", author="丁", author_url="https://c.jp/", text="本文", approved=0),
        )
    )
    fields = ("kind", "title", "blog_name", "url", "excerpt", "is_published")
    assert list(Trackback.objects.order_by("import_ref").values_list(*fields)) == [
        ("pingback", "甲 & 乙", "", "https://a.jp/?x&y", "[...] 引用 [...]", True),
        ("trackback", "題", "丙", "https://b.jp/", "本文", True),
        ("trackback", "丁", "丁", "https://c.jp/", "本文", False),
    ]


def test_a_comment_without_a_date_is_dated_like_its_article(import_text):
    sheet = import_text(item(comment(date="", date_gmt="0000-00-00 00:00:00")))
    assert Comment.objects.get().created_at == Article.objects.get().published_at
    assert numbers(sheet, "comments without a date: dated like their article") == [1]


def test_comments_without_an_id_come_in_once(import_text):
    records = item(comment(id="", text="一"), comment(id="", text="二"))
    import_text(records)
    import_text(records)
    assert sorted(Comment.objects.values_list("text", flat=True)) == ["一", "二"]


# Files that are no good


def full() -> str:
    head = [author("taro"), category("a"), tag("t")]
    items = [item(in_term("category", "a"), comment(id=n), id=n, creator="taro") for n in range(1, 60)]
    return export(*head, *items)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: text[: len(text) * 9 // 10], "cut off"),
        (lambda text: text[:-1], "cut off"),
        (lambda text: text.replace("<rss", "<!DOCTYPE rss><rss", 1), "DOCTYPE"),
        (lambda text: text.replace("http://wordpress.org/export", "http://example.org/"), "not a WordPress export"),
        (lambda text: text.replace("記事58", "</x>").replace("<![CDATA[</x>]]>", "</x>"), "broken in line"),
        (lambda text: "", "is empty"),
    ],
)
def test_nothing_of_a_damaged_file_is_left(damage, message, tmp_path):
    before = everything()
    with pytest.raises(CommandError, match=message) as stopped:
        call_command("import_wordpress", written(damage(full()), tmp_path))
    assert "Nothing was imported." in str(stopped.value)
    assert everything() == before


def test_nothing_is_left_when_the_import_itself_fails(tmp_path, monkeypatch):
    monkeypatch.setattr("comments.wordpress._note_faults", lambda *_args: 1 / 0)
    before = everything()
    with pytest.raises(ZeroDivisionError):
        call_command("import_wordpress", written(full(), tmp_path))
    assert everything() == before


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    for path in (tmp_path / "none.xml", tmp_path):
        with pytest.raises(CommandError, match=f"{path} cannot be read"):
            call_command("import_wordpress", path)


def test_control_characters_are_dropped_and_noted(import_text):
    sheet = import_text(item(comment(text="一\x08二\x00"), title="題\x0b"))
    assert (Article.objects.get().title, Comment.objects.get().text) == ("題", "一二")
    assert numbers(sheet, "control characters dropped from the file") == [3]


def test_an_export_without_items_is_no_error(import_text):
    assert numbers(import_text(category("a")), "categories") == [1, 0]


# Progress


def test_it_says_now_and_then_how_far_it_is(tmp_path):
    err = StringIO()
    text = export(*(item(id=n, post_type="nav_menu_item") for n in range(2_100)))
    call_command("import_wordpress", written(text, tmp_path), stdout=StringIO(), stderr=err)
    assert err.getvalue() == "1000 items read\n2000 items read\n"


def test_a_terminal_sees_one_line(tmp_path):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    err = Terminal()
    text = export(*(item(id=n, post_type="nav_menu_item") for n in range(450)))
    call_command("import_wordpress", written(text, tmp_path), stdout=StringIO(), stderr=err)
    assert err.getvalue() == "\r200 items read\r400 items read\r\x1b[K"


# Who wrote the comments


def test_comments_of_the_authors_of_the_file_are_by_staff(import_text):
    import_text(
        author("aruji", "あるじ", id=7),
        item(
            comment(id=1, text="書いた者です。", user_id=7),
            comment(id=2, text="読者です。", user_id=0),
            comment(id=3, text="登録した読者です。", user_id=8),
            comment(id=4, text="古い書き出しです。"),
        ),
    )
    assert [comment.text for comment in Comment.objects.filter(by_staff=True)] == ["書いた者です。"]


def test_an_author_without_a_number_makes_nobody_staff(import_text):
    import_text(author("aruji", "あるじ", id=""), item(comment(id=1), comment(id=2, user_id="")))
    assert not Comment.objects.filter(by_staff=True).exists()


def test_what_looks_like_a_trip_is_no_trip(import_text):
    import_text(item(comment(author="灯台守◆abcdefghij")))
    assert Comment.objects.get().author_name == "灯台守◇abcdefghij"


def test_the_search_finds_what_came_in_after_the_next_tick(import_text):
    import_text(item(comment(text="静かな線路です"), content="<p>夜間の運行</p>"))
    assert not ArticleText.objects.exists()
    index_search()
    assert [row.text for row in CommentText.objects.all()] == ["静かな線路です"]
    assert "夜間の運行" in ArticleText.objects.get().text
