import pytest

from articles.models import Article
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db


def test_it_lists_what_somebody_wrote_without_the_login_name(client):
    author = make_user(username="secret-login", last_name="山田")
    article = make_article(author=author, title="港の朝")
    page = client.get(f"/authors/{author.pk}/").text
    assert "港の朝" in page
    assert "secret-login" not in page
    assert f'href="/authors/{author.pk}/"' in client.get(article.get_absolute_url()).text


@pytest.mark.parametrize("about", [{"last_name": ""}, {"last_name": "山田", "status": Article.Status.DRAFT}])
def test_without_a_name_or_anything_published_there_is_no_page(client, about):
    author = make_user(last_name=about.pop("last_name"))
    make_article(author=author, **about)
    assert client.get(f"/authors/{author.pk}/").status_code == 404


@pytest.mark.parametrize("pk", ["999999", "9" * 30])
def test_it_does_not_find_an_unknown_author(client, pk):
    assert client.get(f"/authors/{pk}/").status_code == 404
