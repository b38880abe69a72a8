from django.urls import include, path
from django.views.generic import RedirectView

from articles import preview, views

app_name = "articles"

urlpatterns = [
    path("", include("articles.machine_urls")),
    path("", views.Home.as_view(), name="home"),
    path("articles/<str:slug>/", views.ArticlePage.as_view(kind="article"), name="article"),
    path("pages/<str:slug>/", views.ArticlePage.as_view(kind="page"), name="page"),
    path("preview/<str:secret>/", preview.shared_preview, name="preview"),
    path("categories/", views.CategoryList.as_view(), name="categories"),
    path("categories/<str:slug>/", views.CategoryPage.as_view(), name="category"),
    path("tags/<str:slug>/", views.TagPage.as_view(), name="tag"),
    path("authors/<int:pk>/", views.AuthorPage.as_view(), name="author"),
    path("series/", views.SeriesList.as_view(), name="all_series"),
    path("series/<str:slug>/", views.SeriesPage.as_view(), name="series"),
    path("popular/", RedirectView.as_view(pattern_name="articles:popular"), {"window": "week"}),
    path("popular/<str:window>/", views.PopularPage.as_view(), name="popular"),
    path("archive/", views.Archive.as_view(), name="archive"),
    path("archive/<int:year>/", views.YearPage.as_view(), name="year"),
    path("archive/<int:year>/<int:month>/", views.MonthPage.as_view(), name="month"),
]
