"""Pages of lists."""

from typing import Any

from django.core.paginator import Page, Paginator


class KeysFirst(Paginator):
    """Of what the pages before have only the keys are read: whole rows would cost a large site a hundred times the page."""

    def page(self, number: int | str) -> Page:
        page = super().page(number)
        rows: Any = self.object_list
        wanted: Any = page.object_list
        if page.number > 1:
            page.object_list = rows.filter(pk__in=wanted.values("pk"))
        return page
