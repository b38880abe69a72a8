"""From HTML that readers wrote elsewhere to the plain text of a comment."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from comments.text import normalise

PARAGRAPHS = {"p", "div", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "table"}
UNSEEN = {"script", "style"}


def plain(html: str) -> str:
    """The words with line ends for <br>, empty lines for <p>, `> ` before quotations, and addresses of links."""
    text = html.replace("\r\n", "\n").replace("\r", "\n")
    # Most comments have neither tags nor references.
    if "<" in text or "&" in text:
        parser = _Parser()
        parser.feed(text)
        parser.close()
        text = parser.text()
    # Browsers show no spaces at the beginning of a line; the wide ones of Japanese they do.
    unindented = re.sub(r"^[ \t]+", "", text, flags=re.MULTILINE)
    return normalise(re.sub(r"\n{3,}", "\n\n", unindented))


@dataclass
class _Layer:
    """What was written since a tag that is written down only at its end."""

    tag: str
    address: str = ""
    words: list[str] = field(default_factory=list)

    def text(self) -> str:
        words = "".join(self.words)
        if self.tag == "blockquote":
            lines = "\n".join(f"> {line}".rstrip() for line in normalise(words).split("\n"))
            return f"\n\n{lines}\n\n"
        if self.tag == "a" and re.match(r"https?://", self.address, re.IGNORECASE):
            return self.address if self._only_repeats_address(words) else f"{words} {self.address}"
        return "" if self.tag in UNSEEN else words

    def _only_repeats_address(self, words: str) -> bool:
        """Also shortened, as many programs write it."""
        shown = words.strip().rstrip("/….")
        return not shown or ("." in shown and shown in self.address)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.layers = [_Layer("")]

    def text(self) -> str:
        while len(self.layers) > 1:
            self._end_layer()
        return self.layers[0].text()

    def handle_data(self, data: str) -> None:
        words = self.layers[-1].words
        # WordPress leaves a line end after each <br />: together they are one.
        if words and words[-1] == "\n" and data.startswith("\n"):
            data = data[1:]
        # What follows an address must not be taken for a part of it.
        if words and words[-1] == " " and data[:1].isspace():
            words.pop()
        words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.layers[-1].words.append("\n")
        elif tag == "a":
            self.layers.append(_Layer(tag, (dict(attrs).get("href") or "").strip()))
        elif tag == "img":
            self.handle_starttag("a", [("href", value) for name, value in attrs if name == "src"])
            self.handle_endtag("a")
        elif tag == "blockquote" or tag in UNSEEN:
            self.layers.append(_Layer(tag))
        elif tag == "li":
            words = self.layers[-1].words
            while words and not words[-1].strip():
                words.pop()
            words.append("\n・")
        elif tag in {"dt", "dd", "tr"}:
            self.layers[-1].words.append("\n")
        elif tag in PARAGRAPHS:
            self.layers[-1].words.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in PARAGRAPHS:
            self.layers[-1].words.append("\n\n")
        elif any(layer.tag == tag for layer in self.layers[1:]):
            while self._end_layer() != tag:
                pass

    def _end_layer(self) -> str:
        layer = self.layers.pop()
        self.layers[-1].words.append(layer.text())
        if layer.tag == "a" and layer.address:
            self.layers[-1].words.append(" ")
        return layer.tag
