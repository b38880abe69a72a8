"""The column that holds a picture's file. Every upload, import and script stores through it, so all are normalised."""

import os
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.db import models
from django.db.models.fields.files import ImageFieldFile

from articles import pictures

# Named one by one: to a page that takes `image/*`, an iPhone sends HEIC.
ACCEPTED = "image/jpeg,image/png,image/webp,image/gif"


class PictureFormField(forms.ImageField):
    """Answers a file that cannot be kept with a sentence; gives the normalised one."""

    def to_python(self, data):
        file = forms.FileField.to_python(self, data)
        return file and pictures.normalise(file)

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "accept": ACCEPTED}


class PictureFile(ImageFieldFile):
    """Beside `boat.jpg` lie `boat.jpg.400.jpg`, `boat.jpg.400.webp` and so on, of the widths that the row keeps."""

    name: str
    instance: Any

    def save(self, name, content, save=True):
        normal = pictures.normalise(content, name)
        super().save(normal.name, normal, save=False)
        self.make_smaller()
        if save:
            self.instance.save()

    def delete(self, save=True):
        self._delete_smaller(self.instance.widths)
        super().delete(save=save)

    def make_smaller(self) -> None:
        """The caller saves the row."""
        with self.storage.open(self.name) as original:
            for width, suffix, content in pictures.smaller(original, self.smaller_suffix):
                self._replace(f"{self.name}.{width}{suffix}", content)
        self.instance.widths = pictures.widths_of(self.instance.width)

    def renew(self) -> None:
        """Make of an older file what an upload makes, under its name, which stands in bodies; the caller saves the row.

        Of another kind than its name says, it only gets smaller ones.
        """
        with self.storage.open(self.name) as original:
            normal = pictures.normalise(original)
        if PurePath(self.name).suffix.lower().replace(".jpeg", ".jpg") == PurePath(normal.name or "").suffix:
            self._replace(self.name, normal.read())
            self.instance.width, self.instance.height = pictures.size_of(normal)
        self.make_smaller()

    @property
    def smaller_suffix(self) -> str:
        """Of the smaller ones that are not WebP; what is older may be called `.gif`."""
        suffix = PurePath(self.name).suffix.lower()
        return {".jpeg": ".jpg", ".gif": ".png"}.get(suffix, suffix)

    def _replace(self, name: str, content: bytes) -> None:
        # A reader gets the one or the other, never half of one.
        written = self.storage.save(name, ContentFile(content))
        if written != name:
            os.replace(self.storage.path(written), self.storage.path(name))

    def _delete_smaller(self, widths: list[int] | None) -> None:
        for width in widths or []:
            for suffix in {".webp", self.smaller_suffix}:
                self.storage.delete(f"{self.name}.{width}{suffix}")


class PictureField(models.ImageField):
    attr_class = PictureFile

    def formfield(self, **kwargs: Any):
        # The name gets short before it is kept.
        return super().formfield(**{"form_class": PictureFormField, **kwargs, "max_length": None})
