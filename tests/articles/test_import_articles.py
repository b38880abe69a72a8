import pytest
from django.contrib.auth import get_user_model
from django.contrib.redirects.models import Redirect

from articles import wxr
from articles.import_sheet import Sheet
from articles.importing import ArticleImport, path_from, slug_from, source_ref
from articles.models import Article, Category, Tag
from tests.factories import make_article, make_category, make_user
from tests.wordpress import author, category, export, in_term, item, post_meta, tag, written
from tests.wordpress import in_english as in_english

pytestmark = pytest.mark.django_db

JAPANESE = "%e4%b8%8b%e6%9b%b8%e3%81%8d"


@pytest.fixture
def take_in(tmp_path):
    def take_in(*records: str, **kwargs) -> Sheet:
        sheet = Sheet()
        site, *read = wxr.read(written(export(*records, **kwargs), tmp_path), wxr.Faults())
        articles = ArticleImport(site, sheet)
        takers = {wxr.Author: articles.take_author, wxr.Term: articles.take_term}
        for record in read:
            if not isinstance(record, wxr.Item):
                takers[type(record)](record)
        articles.take_items([record for record in read if isinstance(record, wxr.Item)])
        articles.finish_categories()
        return sheet

    return take_in


def notes(sheet: Sheet) -> dict[str, int]:
    return {sentence: note.count for sentence, note in sheet.notes.items()}


# Articles


def test_an_article_keeps_what_it_was(take_in):
    take_in(
        author("taro", "山田太郎"),
        item(
            in_term("post_tag", "t"),
            title="題 &amp; <b>名</b>",
            content="一\n\n二",
            excerpt="<p>要約</p>",
            creator="taro",
        ),
    )
    article = Article.objects.get()
    assert (article.title, article.lead, article.kind, article.status) == ("題 & 名", "要約", "article", "published")
    assert (article.body, article.body_source) == ("<p>一</p>\n<p>二</p>", "一\n\n二")
    assert article.published_at.isoformat() == "2020-01-02T00:00:00+00:00"
    assert (article.author.username, article.slug, article.comments) == ("taro", "post-1", "open")
    assert article.import_ref == "old.example.jp#post1"
    assert [tag.slug for tag in article.tags.all()] == ["t"]


@pytest.mark.parametrize(
    ("fields", "row", "status"),
    [
        ({}, "published", "published"),
        ({"status": "future", "post_date_gmt": "2999-01-01 00:00:00"}, "scheduled", "published"),
        ({"status": "draft", "post_date_gmt": "0000-00-00 00:00:00", "post_date": ""}, "draft", "draft"),
        ({"status": "pending"}, "draft", "draft"),
        ({"status": "private"}, "draft", "draft"),
        ({"status": "of a plugin"}, "draft", "draft"),
        ({"post_password": "himitsu"}, "draft", "draft"),
        ({"post_type": "page"}, "page", "published"),
        # What has no type is a post to WordPress too.
        ({"post_type": ""}, "published", "published"),
    ],
)
def test_the_status_says_what_comes_in(take_in, fields, row, status):
    sheet = take_in(item(**fields))
    assert sheet.came_in[row] == 1
    assert Article.objects.get().status == status


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "trash"},
        {"status": "auto-draft"},
        {"post_type": "attachment", "status": "inherit"},
        {"post_type": "nav_menu_item"},
        {"post_type": "wp_block"},
    ],
)
def test_what_is_left_out_is_counted(take_in, fields):
    sheet = take_in(item(**fields))
    assert not Article.objects.exists()
    assert sheet.left_out.total() == 1


def test_the_sheet_names_what_was_protected(take_in):
    sheet = take_in(item(title="秘密", post_password="himitsu"))
    assert sheet.notes["protected by a password in WordPress: drafts now"].examples == ["秘密"]


def test_a_page_is_in_no_list(take_in):
    take_in(item(post_type="page"))
    assert not Article.objects.listed().exists()


def test_comments_are_closed_where_they_were(take_in):
    take_in(item(comment_status="closed"))
    assert Article.objects.get().comments == "closed"


def test_an_untitled_article_comes_in_and_is_noted(take_in):
    sheet = take_in(item(title=""))
    assert str(Article.objects.get()) != ""
    assert sheet.notes["without a title"].examples == ["old.example.jp#post1"]


def test_a_published_article_without_a_date_is_noted(take_in):
    assert notes(take_in(item(post_date="", post_date_gmt=""))) == {"published without a date: dated today": 1}


def test_a_body_that_is_too_long_becomes_a_draft_beside_its_source(take_in):
    take_in(item(content="あ" * 500_001))
    article = Article.objects.get()
    assert (article.status, article.body, len(article.body_source)) == ("draft", "", 500_001)


def test_the_sheet_tells_of_pictures_and_shortcodes(take_in):
    sheet = take_in(item(post_meta("_thumbnail_id", 5), content='<img src="https://old.example.jp/a.png">[gallery]'))
    assert notes(sheet) == {
        "pictures in bodies that are still at another address": 1,
        "[gallery] dropped from bodies": 1,
    }
    assert list(sheet.left_out) == ["eye-catch pictures: the export holds no files"]


def test_an_item_without_an_id_is_known_by_its_guid(take_in):
    take_in(item(id="", guid="https://old.example.jp/?p=9"))
    assert take_in(item(id="", guid="https://old.example.jp/?p=9")).already_there["published"] == 1


def test_items_without_id_and_guid_are_known_by_title_and_date(take_in):
    take_in(item(id="", guid="", title="甲"), item(id="", guid="", title="乙"))
    sheet = take_in(item(id="", guid="", title="甲"), item(id="", guid="", title="乙"))
    assert (sheet.came_in["published"], sheet.already_there["published"]) == (0, 2)


def test_an_article_that_is_there_is_not_touched(take_in):
    take_in(item(title="元", content="元"))
    Article.objects.update(title="直した", body="<p>直した</p>")
    take_in(item(title="元", content="元"))
    article = Article.objects.get()
    assert (article.title, article.body) == ("直した", "<p>直した</p>")


def test_the_same_id_from_another_blog_is_another_article(take_in):
    take_in(item())
    take_in(item(), head="<wp:base_blog_url>https://other.example.jp</wp:base_blog_url>")
    assert sorted(Article.objects.values_list("import_ref", flat=True)) == [
        "old.example.jp#post1",
        "other.example.jp#post1",
    ]


# Slugs


@pytest.mark.parametrize(
    ("encoded", "slug"),
    [
        (JAPANESE, "下書き"),
        ("plain_slug-1", "plain_slug-1"),
        # WordPress cuts at 200 bytes, also through a letter.
        (f"{JAPANESE}%e3%81", "下書き"),
        (f"{JAPANESE}%e", "下書きe"),
        ("%e3%80%8c%e5%bc%95%e7%94%a8%e3%80%8d", "引用"),
        ("%e3%81%8b%e3%82%99", "が"),
        ("../../etc", "etc"),
    ],
)
def test_a_slug_can_be_read(encoded, slug):
    assert slug_from(encoded) == slug


def test_a_slug_that_is_taken_gets_the_id(take_in):
    make_article(slug="news")
    take_in(item(id=7, post_name="news"))
    assert Article.objects.get(import_ref="old.example.jp#post7").slug == "news-7"


def test_an_empty_slug_is_made_from_the_title(take_in):
    take_in(item(title="円安が進む", post_name=""))
    assert Article.objects.get().slug == "円安が進む"


def test_two_of_one_slug_in_a_file_do_not_share_it(take_in):
    take_in(item(id=6, post_name="news"), item(id=7, post_name="news"), item(id=8, post_name="news-7"))
    assert list(Article.objects.order_by("pk").values_list("slug", flat=True)) == ["news", "news-7", "news-7-8"]


def test_two_of_one_title_without_slugs_do_not_share_one(take_in):
    take_in(item(id=6, title="円安が進む", post_name=""), item(id=7, title="円安が進む", post_name=""))
    first, second = Article.objects.order_by("pk").values_list("slug", flat=True)
    assert first == "円安が進む"
    assert second.startswith("円安が進む-")


def test_the_same_item_twice_in_a_file_comes_in_once(take_in):
    sheet = take_in(item(id=6), item(id=6))
    assert Article.objects.count() == 1
    assert (sheet.came_in["published"], sheet.already_there["published"]) == (1, 1)


def test_an_old_address_of_two_articles_leads_to_the_first(take_in):
    sheet = take_in(item(id=6, link="https://old.example.jp/a/"), item(id=7, link="https://old.example.jp/a/"))
    assert Redirect.objects.get(old_path="/a/").new_path == "/articles/post-6/"
    assert (sheet.came_in["redirect"], sheet.already_there["redirect"]) == (3, 1)


# Old addresses


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("https://old.example.jp/2020/a/", "/2020/a/"),
        (f"https://old.example.jp/{JAPANESE}/", f"/{JAPANESE.upper()}/"),
        ("https://old.example.jp/下書き/", f"/{JAPANESE.upper()}/"),
        ("https://old.example.jp/%ff/", "/%25FF/"),
        ("https://old.example.jp/?p=1", "/?p=1"),
        ("https://old.example.jp/a b/?q=日", "/a%20b/?q=%E6%97%A5"),
        ("https://old.example.jp", "/"),
        ("", "/"),
    ],
)
def test_a_path_is_what_the_request_will_say(link, path, rf):
    assert path_from(link) == path
    if link.isascii() and link:
        asked = link.removeprefix("https://old.example.jp").replace(" ", "%20") or "/"
        assert rf.get(asked).get_full_path() == path


def test_old_addresses_lead_to_the_article(take_in, client):
    take_in(item(link=f"https://old.example.jp/2020/{JAPANESE}/", post_name=JAPANESE))
    answer = client.get(f"/2020/{JAPANESE}/")
    assert (answer.status_code, answer["Location"]) == (301, f"/articles/{JAPANESE.upper()}/")
    assert Redirect.objects.get(old_path="/?p=1").new_path == "/articles/下書き/"


@pytest.mark.parametrize("asked", [JAPANESE.lower(), JAPANESE.upper()])
def test_an_old_address_is_known_however_it_is_encoded(take_in, client, asked):
    take_in(item(link=f"https://old.example.jp/2020/{JAPANESE}/", post_name="a"))
    assert client.get(f"/2020/{asked}/")["Location"] == "/articles/a/"


def test_the_longest_japanese_address_of_wordpress_is_kept(take_in, client):
    # WordPress cuts a slug at 200 encoded bytes.
    slug = "%e7%a9%ba" * 22
    take_in(item(link=f"https://old.example.jp/archives/2020/10/03/{slug}/", post_name=slug))
    assert client.get(f"/archives/2020/10/03/{slug}/").status_code == 301


def test_an_old_address_of_broken_letters_is_kept(take_in, client):
    take_in(item(link="https://old.example.jp/2020/%e7%a9/", post_name="a"))
    assert client.get("/2020/%e7%a9/").status_code == 301


def test_an_address_that_the_owner_emptied_is_gone(client):
    Redirect.objects.create(site_id=1, old_path="/old/", new_path="")
    assert client.get("/old/").status_code == 410


def test_a_page_has_its_short_address_too(take_in):
    take_in(item(post_type="page", link="https://old.example.jp/about/", post_name="about"))
    assert set(Redirect.objects.values_list("old_path", "new_path")) == {
        ("/about/", "/pages/about/"),
        ("/?p=1", "/pages/about/"),
        ("/?page_id=1", "/pages/about/"),
    }


def test_short_addresses_of_a_blog_in_a_folder(take_in):
    head = "<wp:base_blog_url>https://old.example.jp/blog</wp:base_blog_url>"
    take_in(item(link="https://old.example.jp/blog/a/"), head=head)
    assert set(Redirect.objects.values_list("old_path", flat=True)) == {"/blog/a/", "/blog/?p=1"}


@pytest.mark.parametrize("link", ["", "https://old.example.jp", "https://old.example.jp/"])
def test_the_front_page_is_never_redirected(take_in, link):
    take_in(item(link=link))
    assert list(Redirect.objects.values_list("old_path", flat=True)) == ["/?p=1"]


def test_an_address_that_stays_the_same_is_no_redirect(take_in):
    take_in(item(link=f"https://old.example.jp/articles/{JAPANESE}/", post_name=JAPANESE))
    assert list(Redirect.objects.values_list("old_path", flat=True)) == ["/?p=1"]


def test_an_address_that_is_too_long_is_noted(take_in):
    sheet = take_in(item(link=f"https://old.example.jp/{'a' * 200}/"))
    assert notes(sheet) == {"old addresses too long for a redirect": 1}


def test_a_redirect_of_the_owner_stays(take_in):
    Redirect.objects.create(site_id=1, old_path="/?p=1", new_path="/elsewhere/")
    take_in(item())
    assert Redirect.objects.get(old_path="/?p=1").new_path == "/elsewhere/"


# Categories, tags, authors


def test_categories_make_a_tree_also_when_children_come_first(take_in):
    take_in(category("c", "孫", "b"), category("b", "子", "a"), category("a", "親", description="説明"), category("z"))
    assert Category.objects.get(slug="a").description == "説明"
    assert [(c.slug, c.level) for c in Category.objects.all()] == [("z", 0), ("a", 0), ("b", 1), ("c", 2)]


def test_the_tree_of_categories_is_whole(take_in):
    take_in(*(category(f"c{n}", f"分類{n * 7 % 40}", f"c{n // 3}" if n else "") for n in range(40)))
    fields = ("slug", "tree_id", "lft", "rght", "level")
    stored = list(Category.objects.order_by("slug").values_list(*fields))
    Category.objects.rebuild()
    assert stored == list(Category.objects.order_by("slug").values_list(*fields))


def test_categories_in_a_circle_are_cut_and_noted(take_in):
    sheet = take_in(category("a", parent="b"), category("b", parent="a"))
    assert notes(sheet) == {"categories that were each other's parents: one is at the top now": 1}
    assert Category.objects.get(slug="b").parent.slug == "a"


def test_a_category_without_its_parent_is_noted(take_in):
    sheet = take_in(category("a", "甲", parent="missing"))
    assert sheet.notes["categories whose parent is not in the file: at the top now"].examples == ["甲"]


def test_an_article_has_its_first_category_and_the_rest_is_counted(take_in):
    sheet = take_in(category("a"), category("b"), item(in_term("category", "b"), in_term("category", "a")))
    assert Article.objects.get().category.slug == "b"
    assert notes(sheet) == {"further categories (an article has one, the first)": 1}


def test_what_only_an_article_names_is_made(take_in):
    take_in(item(in_term("category", "%e7%94%b2", "甲"), in_term("post_tag", "b", "乙 &amp; 丙")))
    assert (Category.objects.get().slug, Category.objects.get().name, Tag.objects.get().name) == ("甲", "甲", "乙 & 丙")


def test_slugs_are_the_same_in_both_cases_of_percent_codes(take_in):
    take_in(category("%E7%94%B2", "甲"), item(in_term("category", "%e7%94%b2", "甲")))
    assert Category.objects.count() == 1


def test_two_terms_whose_slugs_differ_only_in_signs_stay_two(take_in):
    take_in(tag("a"), tag("%e3%80%8ca%e3%80%8d"))
    assert Tag.objects.count() == 2


def test_the_owners_category_of_that_slug_is_used(take_in):
    make_category(slug="news", name="ニュース")
    sheet = take_in(category("news", "News"), item(in_term("category", "news")))
    assert Article.objects.get().category.name == "ニュース"
    assert (sheet.came_in["category"], sheet.already_there["category"]) == (0, 1)


def test_authors_cannot_sign_in(take_in):
    take_in(author("taro", "山田太郎"))
    user = get_user_model().objects.get()
    assert (user.first_name, user.email, user.is_active, user.has_usable_password()) == ("山田太郎", "", False, False)


def test_an_author_that_only_an_article_names_is_made(take_in):
    take_in(item(creator="hanako"))
    assert Article.objects.get().author.username == "hanako"
    assert not Article.objects.get().author.is_active


def test_a_user_of_that_name_writes_on_unchanged(take_in):
    owner = make_user(username="taro", password="himitsu")
    take_in(author("taro", "山田太郎"), item(creator="taro"))
    owner.refresh_from_db()
    assert (owner.first_name, owner.is_active, owner.has_usable_password()) == ("", True, True)
    assert Article.objects.get().author == owner


def test_a_second_import_changes_nothing(take_in):
    records = [author("taro"), category("a"), category("b", parent="a"), tag("t")]
    records += [item(in_term("category", "b"), in_term("post_tag", "t"), id=n, creator="taro") for n in (1, 2)]
    first = take_in(*records)
    second = take_in(*records)
    assert not +second.came_in
    assert +second.already_there == +first.came_in


def test_a_long_ref_ends_in_a_hash():
    refs = {source_ref("a" * 150, "category:", "b" * 100), source_ref("a" * 150, "category:", "b" * 99)}
    assert [len(ref) for ref in refs] == [200, 200]
