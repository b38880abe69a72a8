"""Texts made comparable: the same words come out the same, however they are written. Nothing folded is ever shown."""

import unicodedata

_FIRST, _LAST = "ァヶ"
_KANA = {code: code - 0x60 for code in range(ord(_FIRST), ord(_LAST) + 1)} | str.maketrans("ヽヾ", "ゝゞ")


def fold(text: str) -> str:
    """The text after NFKC and case folding, in hiragana.

    ＡＢＣ and abc, ｶﾞ and が, ㈱ and (株) are each the same.
    """
    # Case folding gives some letters back in pieces, and those may fold again (Unicode 3.13, toNFKC_Casefold).
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", text).translate(_KANA)
