import pytest

from comments.html_to_text import plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("一\n二\n\n三", "一\n二\n\n三"),
        ("一<br />\n二<br>三", "一\n二\n三"),
        ("<p>一</p>\n\n<p>二</p>", "一\n\n二"),
        ("一 &amp; 二 &#12354; &lt;b&gt;", "一 & 二 あ <b>"),
        ("1 < 2 > 0 <3", "1 < 2 > 0 <3"),
        ("&gt;&gt;12 賛成", ">>12 賛成"),
        ("<b>一</b><script>alert(1)</script><style>x</style>二", "一二"),
        ('<a href="https://a.jp/x">記事</a>です', "記事 https://a.jp/x です"),
        ('<a href="https://a.jp/x">記事</a> です', "記事 https://a.jp/x です"),
        ('参考<a href="https://a.jp/x" rel="nofollow">https://a.jp/x</a>です', "参考https://a.jp/x です"),
        ('<a href="https://a.jp/long/path">a.jp/long…</a>', "https://a.jp/long/path"),
        ('<a href="javascript:alert(1)">押す</a>', "押す"),
        ('<a href="https://a.jp/">閉じない', "閉じない https://a.jp/"),
        ('<img src="https://a.jp/a.png" alt="">', "https://a.jp/a.png"),
        ("前<blockquote>一\n\n二</blockquote>後", "前\n\n> 一\n>\n> 二\n\n後"),
        ("<blockquote>閉じない", "> 閉じない"),
        ("</blockquote></a>一", "一"),
        ("<ul>\n <li>一</li>\n <li>二</li>\n</ul>", "・一\n・二"),
        ("  一\n　二", "一\n　二"),
        ("一\r\n\r\n\r\n\r\n\r\n二", "一\n\n二"),
        ("<p> </p>", ""),
        ("", ""),
    ],
)
def test_html_becomes_text_that_can_be_read(html, text):
    assert plain(html) == text


def test_deep_nesting_is_no_trouble():
    assert plain("<blockquote>" * 300 + "一").endswith("一")
