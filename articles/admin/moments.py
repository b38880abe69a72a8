"""Date and time in the forms of the admin."""

from collections.abc import Mapping
from typing import Any

from django.contrib.admin.widgets import AdminSplitDateTime
from django.db import models


class NamedSplitDateTime(AdminSplitDateTime):
    """Each of the two fields has a name of its own; Django's have only a text beside them."""

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        labels = (context["date_label"], context["time_label"])
        for field, label in zip(context["widget"]["subwidgets"], labels, strict=True):
            field["attrs"]["aria-label"] = label.removesuffix(":").removesuffix(":")
        return context


# For `formfield_overrides`.
MOMENTS: Mapping[type[models.Field], Mapping[str, Any]] = {models.DateTimeField: {"widget": NamedSplitDateTime}}
