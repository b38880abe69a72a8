"""Texts made comparable: written to look like another, they come out the same.

`articles.folding.fold` is for words that mean the same. `skeleton` goes
on to what looks the same on a screen, as UTS #39 (Unicode Security
Mechanisms, 4) does with its table of confusables; of that table here is what
can be read in a Japanese or Latin name. Nothing folded is ever shown.
"""

import re
import unicodedata

from articles.folding import fold

# (what looks alike, what it is taken for), character by character; what stands on the right is final.
_PAIRS = (
    # Chinese characters like kana
    ("口囗二力工夕卜八三千才匕厶又丿乄〆", "ろろにかえたとはみちおひむぬのめめ"),
    # Chinese characters like each other, and other forms of those that staff call themselves by
    ("曰士末已巳入菅營营宮运連连编", "日土未己己人管営営営運運運編"),
    # Variants of one character in names
    ("髙﨑邉邊齋齊斎郞濵濱澤櫻廣國", "高崎辺辺斉斉斉郎浜浜沢桜広国"),
    # Small kana: スタツフ is read as スタッフ
    ("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ"),
    # Cyrillic, whose capitals and small letters can look like different ones
    ("АВЕЗКМНОРСТУХЅІЈԌԚԜ", "abe3kmhopctyxsljgqw"),
    ("авеёзкмнорстухѕіїјӏԁԛԝһгп", "abee3kmhopctyxslljldqwhrn"),
    # Greek
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhlkmnoptyx"),
    ("αβγειηκνορστυχω", "abyelnkvopotuxw"),
    # Small capitals, which have no compatibility form
    ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghljklmnoprstuvwyz"),
    # Latin letters of other alphabets and of old signs
    ("ɑᎪꓮғƒꬵꓝɡոᏚꓢꓔ", "aaaffffgnsst"),
    # Digits and signs like letters; with case folded, i, I and l are one
    ("0〇○◯●◎1|ıi", "oooooollll"),
)
_LOOK_ALIKES = {ord(like): shape for likes, shapes in _PAIRS for like, shape in zip(likes, shapes, strict=True)}

# White letters on a ground have no compatibility form either: squared, round, and squared in black.
for _first in (0x1F130, 0x1F150, 0x1F170):
    _LOOK_ALIKES |= {_first + place: letter for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}

# 佐々木 and 佐佐木
_REPEATED = re.compile("(.)々")

# Two letters that look like one.
_LIGATURES = (("rn", "m"), ("vv", "w"))

# A stroke says nothing: モデレ一タ― and モデレーター, 鈴木一郎 and 鈴木―郎. The dashes go as punctuation.
_STROKES = "ー一"
# Letters by their category, and yet nothing is seen of them.
_UNSEEN = "\u115f\u1160"
# が is another letter than か, but é is taken for e.
_VOICED = "\u3099\u309a"


def seen(text: str) -> str:
    """The text without what is not seen itself and changes how the rest is: joiners, marks, directions."""
    return "".join(character for character in text if unicodedata.category(character) not in {"Cf", "Mn", "Me"})


def skeleton(text: str) -> str:
    """What the eye keeps of a name, "" when it has neither letters nor digits."""
    text = _REPEATED.sub(r"\1\1", unicodedata.normalize("NFKC", text)).translate(_LOOK_ALIKES)
    text = unicodedata.normalize("NFD", fold(text).translate(_LOOK_ALIKES))
    text = unicodedata.normalize("NFC", "".join(filter(_is_seen, text))).translate(_LOOK_ALIKES)
    for letters, one in _LIGATURES:
        text = text.replace(letters, one)
    return text


def _is_seen(character: str) -> bool:
    if character in _VOICED:
        return True
    return unicodedata.category(character)[0] in "LN" and character not in _STROKES + _UNSEEN
