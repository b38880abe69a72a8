import pytest

from articles import body, rendering
from articles.embeds import Post, Video, read

ID = "dQw4w9WgXcQ"
WATCH = f"https://www.youtube.com/watch?v={ID}"
POST = "https://x.com/kawaraban/status/1234567890123456789"


def made(html: str) -> str:
    return rendering.render(body.clean(html)).html


def link(address: str, text: str = "") -> str:
    return f'<p><a href="{address}">{text or address}</a></p>'


@pytest.mark.parametrize(
    "address",
    [
        WATCH,
        f"http://youtube.com/watch?v={ID}&feature=share&list=PLx",
        f"https://m.youtube.com/watch?app=desktop&v={ID}",
        f"https://youtu.be/{ID}?si=abc_DEF",
        f"youtu.be/{ID}",
        f"https://www.youtube.com/shorts/{ID}",
        f"https://www.youtube.com/live/{ID}?si=x",
        f"https://www.youtube-nocookie.com/embed/{ID}",
    ],
)
def test_it_reads_the_addresses_of_videos(address):
    assert read(address) == Video(ID)


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [("t=90", 90), ("t=90s", 90), ("t=1m30s", 90), ("t=1h2m3s", 3723), ("start=5", 5), ("t=soon", 0), ("t=", 0)],
)
def test_it_reads_where_a_video_is_to_begin(moment, seconds):
    assert read(f"https://youtu.be/{ID}?{moment}") == Video(ID, seconds)
    assert read(f"{WATCH}#{moment}") == Video(ID, seconds)


@pytest.mark.parametrize(
    ("address", "author"),
    [
        (POST, "kawaraban"),
        ("https://twitter.com/kawaraban/status/1234567890123456789?s=20", "kawaraban"),
        ("https://mobile.twitter.com/kawaraban/statuses/1234567890123456789/photo/1", "kawaraban"),
        ("https://x.com/i/web/status/1234567890123456789", ""),
    ],
)
def test_it_reads_the_addresses_of_posts(address, author):
    assert read(address) == Post("1234567890123456789", author)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://www.youtube.com/",
        "https://www.youtube.com/watch?v=short",
        f'{WATCH[:-1]}"',
        f"https://www.youtube.com/watch?v={ID}%22onload=x",
        "https://youtu.be/../../../etc",
        f"https://youtube.com.example.com/watch?v={ID}",
        f"https://youtube.com@example.com/watch?v={ID}",
        f"https://www.youtube.com:8443/watch?v={ID}",
        f"ftp://www.youtube.com/watch?v={ID}",
        f"javascript://www.youtube.com/watch?v={ID}",
        f"https://[youtu.be/{ID}",
        f"https://www.youtube.com/watch?v={ID}&x={'x' * 600}",
        "https://x.com/kawaraban",
        "https://x.com/kawaraban/status/12a",
        "https://x.com/a%22b/status/12",
        "https://notx.com/kawaraban/status/12",
    ],
    ids=str,
)
def test_everything_else_is_none(address):
    assert read(address) is None


@pytest.mark.parametrize("html", [f"<p>{WATCH}</p>", f"<p>\n {WATCH}&nbsp;</p>", link(WATCH), link(WATCH, WATCH[12:])])
def test_a_paragraph_with_a_video_alone_is_a_card(html):
    card = made(html)
    assert f'data-youtube="{ID}" data-start="0"' in card
    assert f'href="{WATCH}" rel="noopener"' in card
    assert card.count("<p") == card.count("</p>") == 1


def test_a_paragraph_with_a_post_alone_is_a_card():
    card = made(f"<p>前</p><p>{POST}?s=20</p><p>後</p>")
    assert f'<p class="embed embed--x"><a class="embed__link" href="{POST}" rel="noopener">' in card
    assert "X @kawaraban" in card
    assert card.startswith("<p>前</p>") and card.endswith("<p>後</p>")


def test_the_moment_stays_in_the_link():
    assert f'data-start="75"><a class="embed__link" href="{WATCH}&amp;t=75"' in made(f"<p>{WATCH}&amp;t=75</p>")


@pytest.mark.parametrize(
    "html",
    [
        f"<p>見てください {WATCH}</p>",
        f"<p>{WATCH} {WATCH}</p>",
        link(WATCH, "この動画"),
        link("https://example.com/", WATCH),
        link(WATCH, f"https://youtu.be/{ID[::-1]}"),
        f"<p><b>{WATCH}</b></p>",
        f"<p>{link(WATCH)[3:-4]}x</p>",
        f"<ul><li>{WATCH}</li></ul>",
        f"<p>{WATCH}<br>{WATCH}</p>",
        f'<p id="here">{WATCH}</p>',
    ],
)
def test_other_paragraphs_stay_as_they_are(html):
    assert made(html) == body.clean(html)


def test_nothing_on_a_card_loads_anything():
    card = made(f"<p>{WATCH}</p><p>{POST}</p>")
    assert not any(tag in card for tag in ("<iframe", "<img", "<script", "src=", "style="))


def test_an_address_cannot_break_out_of_its_attribute():
    html = made(f"<p>https://www.youtube.com/watch?v={ID}&amp;t=1&quot;&gt;&lt;script&gt;</p>")
    assert "<script" not in html and f'data-youtube="{ID}" data-start="0"' in html
