from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from articles.models import Category, Series, Tag


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ["in_tree", "slug", "position"]
    ordering = ["tree_id", "lft"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    # Rows are deleted one by one, each under the lock on the tree.
    actions = None

    @admin.display(description=_("name"))
    def in_tree(self, category: Category) -> str:
        return "\u2003" * category.level + category.name


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Series)
class SeriesAdmin(admin.ModelAdmin):
    list_display = ["title", "slug"]
    search_fields = ["title", "slug"]
    prepopulated_fields = {"slug": ["title"]}
