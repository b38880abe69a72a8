"""What an import brought in, found already there and left out, as text for the owner."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

ROWS = {
    "published": gettext_lazy("articles, published"),
    "scheduled": gettext_lazy("articles, scheduled"),
    "draft": gettext_lazy("articles, drafts"),
    "page": gettext_lazy("pages"),
    "category": gettext_lazy("categories"),
    "tag": gettext_lazy("tags"),
    "author": gettext_lazy("authors (cannot sign in)"),
    "comment": gettext_lazy("comments"),
    "trackback": gettext_lazy("trackbacks"),
    "upvote": gettext_lazy("votes for"),
    "downvote": gettext_lazy("votes against"),
    "redirect": gettext_lazy("redirects from old addresses"),
}
# Examples shown with a note; the rest are only counted, so that a sheet stays a sheet.
EXAMPLES = 20


@dataclass
class Note:
    count: int = 0
    examples: list[str] = field(default_factory=list)
    more_examples: int = 0


@dataclass
class Sheet:
    """The first two count by the keys of ROWS, the others by a sentence to the owner."""

    came_in: Counter[str] = field(default_factory=Counter)
    already_there: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    notes: defaultdict[str, Note] = field(default_factory=lambda: defaultdict(Note))
    deepest_comment: int | None = None

    def note(self, sentence: str, example: str = "", count: int = 1) -> None:
        note = self.notes[sentence]
        note.count += count
        if example and len(note.examples) < EXAMPLES:
            note.examples.append(f"{example} × {count}" if count > 1 else example)
        elif example:
            note.more_examples += 1

    def lines(self) -> Iterator[str]:
        yield from _table([("", _("came in"), _("already there")), *self._rows()])
        if self.deepest_comment is not None:
            levels = self.deepest_comment + 1
            yield ngettext(
                "The new comments stand on %(levels)d level.", "The new comments stand on %(levels)d levels.", levels
            ) % {"levels": levels}
        if self.left_out:
            yield from ("", _("Left out"))
            yield from _table([(why, f"{count:,}") for why, count in self.left_out.most_common()])
        if self.notes:
            yield from ("", _("Notes"))
            yield from _table([(sentence, f"{note.count:,}") for sentence, note in self.notes.items()])
            yield from self._examples()

    def _rows(self) -> Iterator[tuple[str, str, str]]:
        for key, label in ROWS.items():
            yield str(label), f"{self.came_in[key]:,}", f"{self.already_there[key]:,}"

    def _examples(self) -> Iterator[str]:
        for sentence, note in self.notes.items():
            if note.examples:
                yield from ("", f"{sentence}:")
                yield from (f"  {example}" for example in note.examples)
                if note.more_examples:
                    yield "  " + _("… and %(more)d more") % {"more": note.more_examples}


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """The first column on the left, numbers on the right."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for first, *numbers in rows:
        cells = [_padding(first, widths[0]).join((first, ""))]
        cells += [_padding(cell, width) + cell for cell, width in zip(numbers, widths[1:], strict=True)]
        yield "  " + "  ".join(cells)


def _padding(text: str, width: int) -> str:
    return " " * (width - _width(text))


def _width(text: str) -> int:
    """Columns on a terminal: Japanese letters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
