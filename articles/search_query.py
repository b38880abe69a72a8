"""What somebody typed into the search field, read.

    空軍 -訓練 "弾道ミサイル" category:国際 author:花子

All words have to be found; signs of any width and the quotation marks of
Japanese are read as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from articles.search import searchable

# Longer ones are pasted by mistake; each word costs.
MOST_CHARACTERS = 200
MOST_WORDS = 10

_ENDS = {'"': '"＂”“', "＂": '"＂”“', "“": '"＂”', "”": '"＂”“', "「": "」", "『": "』"}
_MINUS = "-－−‐"
_COLONS = ":："
_NAMES = {
    "category": "category",
    "カテゴリ": "category",
    "カテゴリー": "category",
    "author": "author",
    "著者": "author",
    "投稿者": "author",
}
_NAMES = {searchable(name): meaning for name, meaning in _NAMES.items()}


class Problem(Enum):
    """Why a query cannot be answered."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    TOO_MANY = "too many"
    ONLY_UNWANTED = "only unwanted"


@dataclass(frozen=True)
class Term:
    """`text` as it was typed, without its signs; `field` is "", "category" or "author"."""

    text: str
    is_wanted: bool = True
    is_phrase: bool = False
    field: str = ""

    @property
    def folded(self) -> str:
        return searchable(self.text)

    def __str__(self) -> str:
        words = f'"{self.text}"' if self.is_phrase else self.text
        return f"{'' if self.is_wanted else '-'}{self.field and self.field + ':'}{words}"


@dataclass(frozen=True)
class Query:
    typed: str = ""
    terms: tuple[Term, ...] = ()
    problem: Problem | None = None

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))

    def words(self, *, wanted: bool = True) -> list[str]:
        """The folded words that have to be there, or must not be."""
        return [term.folded for term in self.terms if not term.field and term.is_wanted == wanted]

    def of_field(self, field: str, *, wanted: bool = True) -> list[Term]:
        return [term for term in self.terms if term.field == field and term.is_wanted == wanted]

    def only(self, *terms: Term) -> "Query":
        return replace(self, terms=terms, problem=None)


def parse(typed: str) -> Query:
    """Never fails; what cannot be answered has a `problem`."""
    # NUL is in no text, and no database takes it.
    typed = " ".join(typed.replace("\0", " ").split())
    if len(typed) > MOST_CHARACTERS:
        return Query(typed[:MOST_CHARACTERS], problem=Problem.TOO_LONG)
    found = {(term.folded, term.is_wanted, term.field): term for term in _terms(typed) if term.folded}
    query = Query(typed, tuple(found.values()))
    return replace(query, problem=_problem_of(query))


def _problem_of(query: Query) -> Problem | None:
    if not query.terms:
        return Problem.EMPTY
    if len(query.terms) > MOST_WORDS:
        return Problem.TOO_MANY
    return None if any(term.is_wanted for term in query.terms) else Problem.ONLY_UNWANTED


def _terms(typed: str) -> Iterator[Term]:
    place = 0
    while place < len(typed):
        has_minus = typed[place] in _MINUS
        place += has_minus
        if typed[place : place + 1].strip() == "":
            # Between two words, or a minus that stands before nothing.
            place += 1
            continue
        field, place = _field_at(typed, place)
        is_phrase = typed[place : place + 1] in _ENDS
        begin, end, place = _word_at(typed, place)
        yield Term(typed[begin:end].strip(), not has_minus, is_phrase, field)


def _field_at(typed: str, place: int) -> tuple[str, int]:
    """The field that is named here, "" when none is, and where its value begins."""
    for end in range(place, len(typed)):
        if typed[end] in _COLONS:
            field = _NAMES.get(searchable(typed[place:end]), "")
            return (field, end + 1) if field else ("", place)
        if typed[end] == " " or typed[end] in _ENDS:
            break
    return "", place


def _word_at(typed: str, place: int) -> tuple[int, int, int]:
    """Begin and end of the word or phrase here, and where to read on. A phrase that is not closed goes on to the end."""
    closing = _ENDS.get(typed[place : place + 1])
    begin = end = place + 1 if closing else place
    while end < len(typed) and not (typed[end] in closing if closing else typed[end] == " " or typed[end] in _ENDS):
        end += 1
    return begin, end, end + 1 if closing else end
