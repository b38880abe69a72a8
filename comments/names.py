"""The names that readers give themselves: `name#key`, and the names that are not theirs to take."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from comments.folding import seen, skeleton

MARK = "◆"
# What is taken for the mark of a trip when it is typed.
TYPED_MARKS = str.maketrans(dict.fromkeys("◆♦⬥⬧⯁❖◈⧫⯌⬩⬪🞗🞘🞙🞚🞛🞜🔶🔷🔸🔹", "◇"))

# With these 「営運」 is drawn as 運営 (Unicode UAX #9, 2).
DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# What somebody puts behind their name.
IN_BRACKETS = re.compile(r"[\[({<【「『〈《〔](.*?)[\])}>】」』〉》〕]")

KEY_BEGINS = re.compile("[#＃﹟]")

# What the mark of the staff says, and what could stand for it.
MARKS = ("運営", "管理人", "管理者", "編集部", "スタッフ", "staff", "admin")
# What else somebody calls themselves who speaks for a site.
ROLES = (
    *(
        "運営者",
        "運営側",
        "運営スタッフ",
        "運営事務局",
        "管理",
        "サイト管理人",
        "サイト管理者",
        "ブログ主",
        "編集長",
        "編集者",
    ),
    *("モデレーター", "オーナー", "アドミン", "公式"),
    *("administrator", "moderator", "mod", "owner", "editor", "webmaster", "official", "sysop"),
)


# What is said after a name and changes nothing about whose it is.
AFTER_A_NAME = re.compile(r"(さん|さま|様|氏|ちゃん|くん|君|です|より|チーム|[0-9]+)$")


class Typed(NamedTuple):
    """A name field as its writer filled it in; the key is a secret."""

    name: str
    key: str


def parse(text: str) -> Typed:
    """`name#key` in its parts, with ＃ too; "" for a part that is not there. The first # divides.

    One that nothing follows belongs to the name: C# is no secret.
    """
    name, *rest = KEY_BEGINS.split(text, maxsplit=1)
    key = _on_one_line("".join(rest))
    return Typed(without_mark(_on_one_line(name if key else text)), key)


def without_mark(name: str) -> str:
    """The name with ◇ for ◆, and without what turns its direction: nobody can type what looks like a trip or a mark."""
    return DIRECTIONS.sub("", name.translate(TYPED_MARKS))


def signed(name: str, trip: str) -> str:
    """A name and its trip as plain text."""
    return f"{name}{MARK}{trip}" if trip else name


def of_person(first_name: str, last_name: str) -> list[str]:
    """The person's name, both parts in either order. A surname alone belongs to too many."""
    return [f"{first_name} {last_name}", f"{last_name} {first_name}"]


def is_taken(name: str, staff: Iterable[str], site: str) -> bool:
    """Whether a reader of this name would be taken for the site or for one of its staff.

    `staff` are names in plain writing. A name is refused when the whole is the same. What the
    staff's mark says is refused as one word too: 「山田 (運営)」 shows what the mark would show.
    """
    name = seen(unicodedata.normalize("NFKC", name))
    words = skeletons([*re.split(r"[\W_]+", name), *IN_BRACKETS.findall(name)])
    plain = AFTER_A_NAME.sub("", name.rstrip())
    taken = _of_site(site) | skeletons(staff)
    return not taken.isdisjoint({skeleton(name), skeleton(plain)}) or bool(words & skeletons(MARKS))


@cache
def _of_site(site: str) -> set[str]:
    return skeletons([site, *MARKS, *ROLES, *(f"{site}{word}" for word in MARKS + ROLES)])


def skeletons(texts: Iterable[str]) -> set[str]:
    return {folded for folded in map(skeleton, texts) if folded}


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
