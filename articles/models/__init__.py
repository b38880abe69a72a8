from articles.models.addendum import Addendum
from articles.models.article import TEXTS, Article, ArticleQuerySet
from articles.models.autosave import Autosave
from articles.models.page_version import PageVersion
from articles.models.picture import Picture
from articles.models.popularity import Popularity
from articles.models.related import RelatedArticle, RelatedLink, RelatedLinkQuerySet
from articles.models.search_text import ArticleText, SearchText
from articles.models.series import Series
from articles.models.source import Source
from articles.models.taxonomy import SLUG_LENGTH, Category, Tag

__all__ = [
    "SLUG_LENGTH",
    "TEXTS",
    "Addendum",
    "Article",
    "ArticleQuerySet",
    "ArticleText",
    "Autosave",
    "Category",
    "PageVersion",
    "Picture",
    "Popularity",
    "RelatedArticle",
    "RelatedLink",
    "RelatedLinkQuerySet",
    "SearchText",
    "Series",
    "Source",
    "Tag",
]
