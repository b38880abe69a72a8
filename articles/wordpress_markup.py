"""From the text of a WordPress post to HTML.

WordPress stores what the owner typed and makes HTML of it at each view:
blank lines are paragraphs, [shortcodes] are pictures and players, an address
alone on a line is a player. All of it is done here once. What would load
something from another site in the reader's page becomes a link to it.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from html import escape, unescape

from articles import body

# None of these looks far ahead for an end that may not be there: that would
# take the square of the length. So nothing reaches over the next beginning.
TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9]*)(?:[^<>"']++|"[^"]*"|'[^']*'){0,200}+>""")
BLOCK_COMMENT = re.compile(r"<!--\s*(/?)wp:(\S+)(?:(?!-->|<!--).)*?(/?)-->", re.DOTALL)
BREAK_COMMENT = re.compile(r"<!--\s*(?:more|nextpage)(?:(?!<!--).)*?-->", re.DOTALL)
COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->", re.DOTALL)

# Blocks whose loose text is made into paragraphs, such whose line ends count
# but which hold no paragraphs, and such in which line ends mean nothing.
FLOW = {
    "div",
    "blockquote",
    "section",
    "article",
    "aside",
    "header",
    "footer",
    "main",
    "center",
    "details",
    "form",
    "address",
}
LINES = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "dt", "dd", "figcaption", "caption", "summary"}
STRUCTURE = {"ul", "ol", "dl", "table", "thead", "tbody", "tfoot", "tr", "colgroup", "figure", "select"}
VERBATIM = {"pre", "script", "style", "textarea"}
BLOCKS = FLOW | LINES | STRUCTURE | VERBATIM
# Blocks without an end.
RULES = {"hr", "col"}

ATTRIBUTE = r"""\b{}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>\]]+))"""
FRAME = re.compile(r"<iframe\b([^<>]*)>(?:[^<]*</iframe\s*>)?", re.IGNORECASE)
OBJECT = re.compile(
    r"<object\b[^<>]*>(?:(?!<object\b).)*?</object\s*>|<embed\b[^<>]*>(?:\s*</embed\s*>)?", re.IGNORECASE | re.DOTALL
)
PLAYER = re.compile(r"<(audio|video)\b([^<>]*)>((?:(?!<\1\b).)*?)</\1\s*>", re.IGNORECASE | re.DOTALL)
EMBED_BLOCK = re.compile(
    r"<figure\b[^<>]*\bwp-block-embed\b[^<>]*>\s*<div\b[^<>]*>\s*(https?://[^\s<]+)\s*</div>((?:(?!<figure\b).)*?)</figure>",
    re.DOTALL,
)
LONELY_ADDRESS = re.compile(r"^[ \t]*(https?://[^\s<>\"']+)[ \t]*$", re.MULTILINE)
LONELY_PARAGRAPH = re.compile(r"<p\b[^<>]*>\s*(https?://[^\s<>\"']+)\s*</p>")
EMPTY_INLINE = re.compile(r"<(a|b|strong|i|em|u|s|span|small)\b[^<>]*>(\s*)</\1>")
EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;)*</p>\n?")
YOUTUBE_PLAYER = re.compile(r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/(?:embed|v)/([\w-]+)[^\s]*")
YOUTUBE_ID = re.compile(r"[\w-]{11}")

CAPTION = re.compile(r"\[(?:wp_)?caption\b([^\[\]]*)\]((?:(?!\[(?:wp_)?caption\b).)*?)\[/(?:wp_)?caption\]", re.DOTALL)
EMBED = re.compile(r"(?<!\[)\[(embed|youtube)\b([^\[\]]*)\](?:([^\[\]]*)\[/\1\])?")
MEDIA = re.compile(r"(?<!\[)\[(audio|video)\b([^\[\]]*)\](?:([^\[\]]*)\[/\1\])?")
GALLERY = re.compile(r"(?<!\[)\[(gallery|playlist)\b[^\[\]]*\](?!\])")
MEDIA_SOURCES = ("src", "mp3", "m4a", "ogg", "wav", "mp4", "m4v", "webm", "ogv", "flv", "wmv")


@dataclass
class Converted:
    """`dropped` counts the shortcodes that stand for what is not in the text."""

    html: str
    dropped: Counter[str] = field(default_factory=Counter)


def convert(source: str) -> Converted:
    """The HTML of a post, made safe. Raises body.BodyTooLong."""
    if len(source) > body.MAX_LENGTH:
        raise body.BodyTooLong(f"{len(source)} characters, at most {body.MAX_LENGTH}")
    dropped: Counter[str] = Counter()
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    text = _shortcodes(BREAK_COMMENT.sub("\n\n", text), dropped)
    text = _players(text)
    html = "".join(text if is_block else autop(text) for text, is_block in _split_blocks(text))
    # The title of the page is its only h1, and the policy has no <address>.
    for name, instead in (("h1", "h2"), ("address", "div")):
        html = re.sub(rf"<(/?){name}\b", rf"<\1{instead}", html, flags=re.IGNORECASE)
    html = EMPTY_PARAGRAPH.sub("", EMPTY_INLINE.sub(r"\2", body.clean(html))).strip()
    if len(html) > body.MAX_LENGTH:
        raise body.BodyTooLong(f"{len(html)} characters, at most {body.MAX_LENGTH}")
    return Converted(html, dropped)


def _split_blocks(text: str) -> list[tuple[str, bool]]:
    """The text without comments, in pieces; True for what stands inside a block of the block editor.

    Blocks hold finished HTML. Around them, and in old posts everywhere, line ends count.
    """
    pieces = []
    depth = end = 0
    for marker in BLOCK_COMMENT.finditer(text):
        closing, name, alone = marker.groups()
        pieces.append((COMMENT.sub("", text[end : marker.start()]), depth > 0))
        end = marker.end()
        if name.rstrip("/") != "freeform" and not alone:
            depth = max(depth - 1, 0) if closing else depth + 1
    return [*pieces, (COMMENT.sub("", text[end:]), depth > 0)]


# Shortcodes and players


def _attribute(name: str, attributes: str) -> str:
    match = re.search(ATTRIBUTE.format(name), attributes, re.IGNORECASE)
    return unescape(next(filter(None, match.groups()), "")) if match else ""


def _link(address: str) -> str:
    address = unescape(address.strip())
    if address.startswith("//"):
        address = f"https:{address}"
    if not re.match(r"https?://", address, re.IGNORECASE):
        return ""
    address = escape(YOUTUBE_PLAYER.sub(r"https://www.youtube.com/watch?v=\1", address))
    return f'\n\n<p><a href="{address}">{address}</a></p>\n\n'


def _shortcodes(text: str, dropped: Counter[str]) -> str:
    def drop(match: re.Match) -> str:
        dropped[match[1]] += 1
        return ""

    text = CAPTION.sub(_figure, text)
    text = EMBED.sub(_embed, text)
    text = MEDIA.sub(_media, text)
    return GALLERY.sub(drop, text)


def _figure(match: re.Match) -> str:
    attributes, inside = match.groups()
    picture = re.match(r"\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)", inside, re.DOTALL | re.IGNORECASE)
    if not picture:
        return inside
    # Up to WordPress 3.3 the words stood in an attribute.
    words = picture[2].strip() or _attribute("caption", attributes)
    side = {"alignleft": "start", "alignright": "end"}.get(_attribute("align", attributes))
    opening = f'<figure class="figure--{side}">' if side else "<figure>"
    return f"\n\n{opening}{picture[1]}<figcaption>{words}</figcaption></figure>\n\n"


def _embed(match: re.Match) -> str:
    name, attributes, inside = match.groups()
    address = (inside or "").strip() or _attribute("src", attributes) or attributes.strip(" =\"'")
    if name == "youtube" and YOUTUBE_ID.fullmatch(address.removeprefix("id=").strip("\"'")):
        address = f"https://www.youtube.com/watch?v={address.removeprefix('id=').strip(chr(34) + chr(39))}"
    return _link(address) or match[0]


def _media(match: re.Match) -> str:
    _name, attributes, inside = match.groups()
    candidates = [_attribute(name, attributes) for name in MEDIA_SOURCES]
    candidates += [(inside or "").strip(), attributes.strip()]
    return next(filter(None, map(_link, candidates)), match[0])


def _players(text: str) -> str:
    text = FRAME.sub(lambda frame: _link(_attribute("src", frame[1])), text)
    text = OBJECT.sub(_object, text)
    text = PLAYER.sub(lambda player: _link(_attribute("src", player[2]) or _attribute("src", player[3])), text)
    text = EMBED_BLOCK.sub(lambda embed: _link(embed[1]) + embed[2], text)
    return LONELY_PARAGRAPH.sub(lambda match: _link(match[1]), text)


def _object(match: re.Match) -> str:
    for name in ("src", "value", "data"):
        if link := _link(_attribute(name, match[0])):
            return link
    return ""


# Paragraphs


def autop(text: str) -> str:
    """Paragraphs at blank lines and <br> at line ends, where the HTML around leaves room for them."""
    return _Paragraphs().of(text)


class _Paragraphs:
    def __init__(self) -> None:
        self.out: list[str] = []
        self.inline: list[str] = []
        self.open: list[str] = []

    def of(self, text: str) -> str:
        end = 0
        for tag in TAG.finditer(text):
            self.inline.append(text[end : tag.start()])
            end = tag.end()
            self._tag(tag[0], tag[2].lower(), is_closing=bool(tag[1]))
        self.inline.append(text[end:])
        self._flush()
        return "".join(self.out)

    def _tag(self, tag: str, name: str, *, is_closing: bool) -> None:
        verbatim = bool(self.open) and self.open[-1] in VERBATIM
        if verbatim and not (is_closing and name == self.open[-1]):
            self.inline.append(tag)
        elif name in RULES or (is_closing and name in BLOCKS):
            self._flush()
            self._close(name)
            self.out.append(f"{tag}\n" if self._around() in FLOW else tag)
        elif name in BLOCKS:
            self._flush()
            self.open.append(name)
            self.out.append(tag)
        else:
            self.inline.append(tag)

    def _close(self, name: str) -> None:
        # An end without a beginning closes nothing; a missing end is closed with what is around it.
        if name in self.open:
            while self.open.pop() != name:
                pass

    def _flush(self) -> None:
        text, self.inline = "".join(self.inline), []
        around = self._around()
        if around in FLOW:
            text = LONELY_ADDRESS.sub(r"\n\n\1\n\n", text)
            self.out += [_paragraph(piece) for piece in re.split(r"\n\s*\n", text)]
        elif around in LINES:
            self.out.append(_lines(text))
        elif around in STRUCTURE:
            self.out.append(re.sub(r"\s*\n\s*", "\n", text))
        else:
            self.out.append(text)

    def _around(self) -> str:
        return self.open[-1] if self.open else "div"


def _paragraph(text: str) -> str:
    text = text.strip("\n\t ")
    # Tags without words, such as the <a> around a whole block, make no paragraph.
    if not re.search(r"<(?:img|br)\b", text, re.IGNORECASE) and not TAG.sub("", text).strip():
        return text
    if LONELY_ADDRESS.fullmatch(text):
        return _link(text)
    return f"<p>{_lines(text)}</p>\n"


def _lines(text: str) -> str:
    """One <br> for each line end, and none beside a <br> that is there already."""
    return re.sub(r"(?:<br\s*/?>)?[ \t]*\n", "<br>\n", text.strip("\n\t "))
