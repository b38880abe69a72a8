import re

import pytest
from django.core.files.base import ContentFile

from articles import body
from articles.models import Article
from articles.picture_markup import add_smaller_pictures
from tests.articles.test_pictures import picture_bytes
from tests.factories import make_article, make_picture

pytestmark = pytest.mark.django_db


def large(**kwargs):
    return make_picture(file=ContentFile(picture_bytes(size=(1000, 500)), name="harbour.jpg"), **kwargs)


def figure(picture, alt="朝の港") -> str:
    return f'<figure><img src="{picture.file.url}" alt="{alt}"><figcaption>港</figcaption></figure>'


def test_a_picture_of_the_site_gets_its_size_and_smaller_ones():
    picture = large()
    html = add_smaller_pictures(body.clean(figure(picture)))
    assert f'<source type="image/webp" srcset="{picture.webp_srcset}" sizes="' in html
    assert f'<img src="{picture.file.url}" srcset="{picture.srcset}" sizes="' in html
    assert 'alt="朝の港" width="1000" height="500" decoding="async" loading="lazy"' in html
    assert html.endswith("</picture><figcaption>港</figcaption></figure>")


def test_every_save_of_an_article_passes_it():
    article = make_article(body=figure(large()))
    assert "<picture>" in Article.objects.get(pk=article.pk).html
    assert "<picture>" not in Article.objects.get(pk=article.pk).body


def test_the_words_of_the_body_stay_what_they_are():
    html = add_smaller_pictures(body.clean(figure(large(alt="別の言葉"), alt="&lt;港&gt; &quot;朝&quot; &amp; 夜")))
    assert 'alt="&lt;港&gt; &quot;朝&quot; &amp; 夜"' in html


def test_without_words_the_picture_s_own_are_taken():
    picture = large(alt="港")
    assert 'alt="港"' in add_smaller_pictures(f'<p><img src="{picture.file.url}"></p>')


def test_an_empty_text_stays_empty():
    picture = large(alt="港")
    assert 'alt=""' in add_smaller_pictures(f'<p><img src="{picture.file.url}" alt=""></p>')


def test_what_looks_like_a_picture_in_a_text_is_none():
    picture = large()
    html = body.clean(figure(picture, alt="&gt; &lt;img src='x'&gt;"))
    made = add_smaller_pictures(html)
    assert 'alt="&gt; &lt;img src=&#x27;x&#x27;&gt;" width=' in made
    assert made.count("<img src=") == 1


def test_the_address_may_be_written_in_full(settings):
    settings.SITE_URL = "https://news.example.jp"
    picture = large()
    html = add_smaller_pictures(f'<p><img src="https://news.example.jp{picture.file.url}" alt=""></p>')
    assert f'src="{picture.file.url}"' in html


@pytest.mark.parametrize(
    "html",
    [
        '<p><img src="https://example.com/media/pictures/a.jpg" alt="港"></p>',
        '<p><img src="/media/pictures/gone.jpg" alt="港" width="10"></p>',
        '<p><img src="/static/a.jpg" alt="港"></p>',
        '<p><img alt="港"></p>',
        '<p><img src="/media/%00.jpg" alt="港"></p>',
        "<p>&lt;img src=&quot;/media/a.jpg&quot;&gt;</p>",
        "",
    ],
)
def test_what_is_not_a_picture_of_the_site_stays(html):
    assert add_smaller_pictures(html) == html


def test_a_body_takes_one_query(django_assert_num_queries):
    pictures = [large(alt=str(number)) for number in range(3)]
    with django_assert_num_queries(1):
        html = add_smaller_pictures("".join(map(figure, pictures)))
    assert len(re.findall("<picture>", html)) == 3


def test_a_body_without_pictures_takes_none(django_assert_num_queries):
    with django_assert_num_queries(0):
        add_smaller_pictures("<p>本文</p>")
