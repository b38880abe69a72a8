"""Rules suggested to the owner of a Japanese news site, to be chosen from.

Nothing here is in force by itself. Refused is only what no clean comment
holds: advertisements, word for word. Threats and slurs are held, because news
about a threat quotes it, and a court decides on 「死ね」 in a headline too.
Words for a place, an illness or a people are not here, however often they are
meant as insults: most who write them mean the thing.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ADVERTISEMENT = "宣伝や勧誘の書き込みは受け付けていません。"


class StarterRule(NamedTuple):
    pattern: str
    action: str
    kind: str = "word"
    message: str = ""

    @property
    def key(self) -> str:
        """What its check box sends."""
        return f"{self.kind} {self.pattern}"


class Group(NamedTuple):
    title: Promise
    rules: tuple[StarterRule, ...]


def _words(action: str, words: str, message: str = "") -> tuple[StarterRule, ...]:
    """One rule for each line."""
    lines = (line.strip() for line in words.strip().splitlines())
    return tuple(StarterRule(line, action, "word", message) for line in lines)


def _expressions(action: str, expressions: str) -> tuple[StarterRule, ...]:
    lines = (line.strip() for line in expressions.strip().splitlines())
    return tuple(StarterRule(line, action, "regex") for line in lines)


THREATS = (
    *_words(
        "hold",
        """
        死ね
        死んでしまえ
        死んじまえ
        死んでくれ
        死んで詫び
        くたばれ
        ぶっ殺
        ぶち殺
        ブッコロ
        殺してやる
        殺しに行く
        殺すぞ
        殺されろ
        刺してやる
        刺しに行く
        首を吊れ
        首吊れ
        自殺しろ
        飛び降りろ
        爆破してやる
        爆破予告
        火をつけてやる
        放火してやる
        家に行くぞ
        住所を特定
        住所特定
        住所晒
        特定して晒
        夜道に気をつけ
        地獄に落ちろ
        消えてなくなれ
        この世から消え
        生きる価値な
        """,
    ),
    *_expressions(
        "hold",
        r"""
        (?:^|[\s。、!?」])(?:氏|市|シ|し)ね(?:[よやぇえ]?[!。wｗ笑]|[よや]?$)
        (?:お前|おまえ|こいつ|あいつ|てめえ|テメー|貴様)[^\n。]{0,10}(?:消えろ|逝け|潰す|つぶす)
        """,
    ),
)

SLURS = (
    *_words(
        "hold",
        """
        チョンコ
        チョン公
        チャンコロ
        シナ畜
        シナチク
        支那人
        在チョン
        ニガー
        ガイジ
        池沼
        土人
        非国民
        穢多
        部落民
        国へ帰れ
        国に帰れ
        日本から出て行け
        日本から出ていけ
        ゴキブリ民族
        劣等民族
        ホモ野郎
        オカマ野郎
        知恵遅れ
        きちがい
        キチガイ
        気違い
        基地外
        """,
    ),
    *_expressions("hold", r"(?:朝鮮|韓国|中国|在日|外国|黒|白)人?(?:ども|共)[はがをもに]"),
)

INSULTS = _words(
    "hold_new",
    """
    クズ野郎
    クソ野郎
    糞野郎
    クソガキ
    クソババア
    クソジジイ
    クソ女
    馬鹿野郎
    バカ野郎
    アホ野郎
    ゴミクズ
    人間のクズ
    人間のゴミ
    脳みそ腐
    頭おかしい
    頭悪すぎ
    売国奴
    キモい
    ブサイク
    """,
)

SEXUAL = (
    *_words(
        "mask",
        """
        マンコ
        まんこ
        チンコ
        ちんこ
        チンポ
        ちんぽ
        おめこ
        """,
    ),
    *_words(
        "hold",
        """
        レイプしてやる
        レイプされろ
        犯してやる
        犯されろ
        ヤらせろ
        中出し
        肉便器
        ヤリマン
        セフレ募集
        裸の写真を送
        パンツの色
        枕営業女
        """,
    ),
)

SPAM = (
    *_words(
        "refuse",
        """
        LINE追加で
        LINE登録で稼
        公式LINEを追加して
        友だち追加で現金
        友達追加で現金
        スマホだけで月収
        スマホ1台で月収
        誰でも簡単に稼げ
        誰でも簡単に稼げる
        必ず儲かる
        元本保証で月利
        ブラックでも即融資
        口座買取ります
        """,
        ADVERTISEMENT,
    ),
    *_words(
        "hold",
        """
        LINE追加
        LINE交換
        副業
        即金
        在宅で稼げ
        高額バイト
        闇バイト募集
        日払い可能
        運び屋募集
        個人間融資
        即日融資
        口座買取
        無料プレゼント企画
        招待コード
        オンラインカジノ
        競馬予想ソフト
        精力剤
        スーパーコピー
        激安ブランド
        出会い系
        援交
        パパ活募集
        buy followers
        online casino
        crypto investment
        """,
    ),
    *_expressions("hold_new", r"(?:t\.me|lin\.ee|line\.me|discord\.gg|wa\.me)/\S+"),
)

ENGLISH = (
    *_words(
        "hold",
        """
        kill yourself
        kys
        go die
        i will kill you
        i'll kill you
        hope you die
        nigger
        niggers
        nigga
        faggot
        faggots
        chink
        chinks
        gook
        gooks
        tranny
        retard
        retards
        cunt
        cunts
        """,
    ),
    *_words(
        "mask",
        """
        fuck
        fucks
        fucked
        fucker
        fuckers
        fucking
        motherfucker
        shit
        bullshit
        bitch
        bitches
        asshole
        assholes
        """,
    ),
)

GROUPS = (
    Group(_("Threats and wishes of death"), THREATS),
    Group(_("Slurs"), SLURS),
    Group(_("Insults"), INSULTS),
    Group(_("Sexual words and harassment"), SEXUAL),
    Group(_("Advertisements and swindle"), SPAM),
    Group(_("English"), ENGLISH),
)
