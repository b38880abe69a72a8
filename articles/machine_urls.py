"""Addresses for feed readers and search engines, in the namespace of `articles.urls`."""

from django.urls import path, re_path

from articles import feeds, sitemaps

urlpatterns = [
    path("feed.atom", feeds.of_site, name="feed"),
    path("categories/<str:slug>/feed.atom", feeds.of_category, name="category_feed"),
    path("tags/<str:slug>/feed.atom", feeds.of_tag, name="tag_feed"),
    path("authors/<int:pk>/feed.atom", feeds.of_author, name="author_feed"),
    # WordPress's: /feed/, /feed/atom/, /category/above/slug/feed/, /tag/slug/feed/rss2/
    re_path(
        r"^(?:(?P<kind>category|tag)/(?:.+/)?(?P<slug>[^/]+)/)?feed/(?:(?:atom|rss|rss2|rdf)/)?$", feeds.wordpress_feed
    ),
    path("sitemap.xml", sitemaps.index, name="sitemaps"),
    path("sitemap-<slug:section>.xml", sitemaps.section, name="sitemap"),
    path("news-sitemap.xml", sitemaps.news, name="news_sitemap"),
]
