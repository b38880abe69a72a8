import pytest

from comments import names

STAFF = names.of_person("太郎", "港町")


@pytest.mark.parametrize(
    "typed, name, key",
    [
        ("灯台守", "灯台守", ""),
        ("灯台守#himitsu", "灯台守", "himitsu"),
        ("灯台守＃himitsu", "灯台守", "himitsu"),
        (" 灯台  守 # ひみつ ", "灯台 守", "ひみつ"),
        ("#himitsu", "", "himitsu"),
        ("灯台守#a#b＃c", "灯台守", "a#b＃c"),
        ("C#", "C#", ""),  # no key
        ("灯台守＃ ", "灯台守＃", ""),
        ("", "", ""),
        ("灯台守◆abcdefghij", "灯台守◇abcdefghij", ""),
        ("♦◆⬥❖🔷#◆", "◇◇◇◇◇", "◆"),
        ("\u202e営運\u202c", "営運", ""),  # drawn from right to left,
    ],
)
def test_a_name_and_a_key(typed, name, key):
    assert names.parse(typed) == (name, key)


@pytest.mark.parametrize(
    "name",
    [
        *("港町太郎", "港町 太郎", "太郎 港町", "港 町・太 郎"),
        *(
            "運営",
            "山田 (運営)",
            "【運営】山田",
            "山田@管理人",
            "ス夕ッフ",
            "STAFF",
            "Αdmin",
            "山田 [Staff]",
            "運営◇abcdefghij",
        ),
        *(
            "運営さん",
            "運営です",
            "運営チーム",
            "管理人様",
            "スタッフ1",
            "連営",
            "編集部より",
            "🆂🆃🅰🅵🅵",
            "ѕᴛᴀғғ",
            "山田 [運\u2060営]",
            "山田 [運.営]",
            "運\ufe0f営",
            "Ꮪtɑꬵƒ",
        ),
        *("港町太郎さん", "港町太郞", "瓦版", "瓦 版", "瓦版編集部", "瓦版 運営", "モデレーター"),
    ],
)
def test_a_name_that_is_not_a_readers(name):
    assert names.is_taken(name, STAFF, "瓦版")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            "匿名",
            "港町",
            "太郎",
            "港町一郎",
            "港町の人",
            "港町太郎の隣人",
            "灯台守",
            "🚋",
            "瓦版太郎",
            "瓦版の読者",
        ),
        *("病院運営中", "Falstaff", "Badminton", "dog owner"),
    ],
)
def test_a_name_that_is(name):
    assert not names.is_taken(name, STAFF, "瓦版")


def test_a_surname_alone_belongs_to_many():
    staff = names.of_person("太郎", "森田")
    assert names.is_taken("森田太郎", staff, "瓦版")
    assert not names.is_taken("森田", staff, "瓦版")


def test_whoever_has_no_name_takes_none():
    assert not names.is_taken("灯台守", names.of_person("", ""), "")


@pytest.mark.parametrize("name", ["髙橋佐々木", "高橋佐佐木", "髙橋佐佐木"])
def test_variants_of_a_character_are_one(name):
    assert names.is_taken(name, names.of_person("佐々木", "高橋"), "瓦版")
