from articles.admin.article import ArticleAdmin
from articles.admin.picture import HTTPS, PictureAdmin
from articles.admin.source import SourceAdmin
from articles.admin.taxonomy import CategoryAdmin, SeriesAdmin, TagAdmin

__all__ = ["HTTPS", "ArticleAdmin", "CategoryAdmin", "PictureAdmin", "SeriesAdmin", "SourceAdmin", "TagAdmin"]
