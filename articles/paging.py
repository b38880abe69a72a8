"""Pages of long lists."""

from django.core.paginator import Page, Paginator


class KeysFirst(Paginator):
    """Finds the rows of a later page by their keys: what OFFSET passes over would be joined and read in full."""

    def _get_page(self, rows, number: int, paginator: Paginator) -> Page:
        if number > 1:
            rows = self.object_list.filter(pk__in=rows.values("pk"))  # type: ignore[attr-defined]
        return super()._get_page(rows, number, paginator)  # type: ignore[misc]
