"""What the form of an article in the admin sends."""

from django.utils import timezone

from articles.models import Article

ADD = "/admin/articles/article/add/"
AUTOSAVE = "/admin/articles/article/autosave/"


def change(article: Article) -> str:
    return f"/admin/articles/article/{article.pk}/change/"


def inline(prefix, *rows):
    """The fields of an inline form with these new rows."""
    fields = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        fields |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return fields


def filled(**fields):
    """A new article; what is open on the checklist is accepted, as most tests are not about it."""
    blank = {"title": "港の朝", "slug": "", "kind": "article", "status": "draft", "comments": "open"}
    blank |= {"body": "<p>字</p>", "series_position": 0, "publish_anyway": "on"}
    return blank | inline("sources") | inline("addenda") | inline("related_links") | fields


def typed(article: Article, **fields):
    """A form that was opened with the article as it is now."""
    article = Article.objects.get(pk=article.pk)
    stored = {"title": article.title, "slug": article.slug, "status": article.status, "body": article.body}
    stored |= {"lead": article.lead, "version": article.updated_at.isoformat()}
    if article.published_at:
        stored |= moment(article.published_at)
    return filled(**stored | fields)


def moment(value):
    here = timezone.localtime(value)
    return {"published_at_0": f"{here:%Y-%m-%d}", "published_at_1": f"{here:%H:%M:%S}"}
