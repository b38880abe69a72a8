"""Rules suggested to the owner of a Japanese news site, to be chosen from.

Nothing here is in force by itself. Refused is only what no clean comment
holds: an offer together with the address of a chat. Threats and slurs are
held, because readers quote what the news is about.
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
        死んで詫び
        死んでくれ
        くたばれ
        逝ってよし
        ぶっ殺
        ぶち殺
        ブッコロ
        殺してやる
        殺しに行く
        殺すぞ
        ころすぞ
        56すぞ
        ぶっ頃
        殺されろ
        殺されればいい
        刺してやる
        刺しに行く
        首を吊れ
        首吊れ
        自殺しろ
        飛び降りろ
        爆破してやる
        爆破するぞ
        火をつけてやる
        放火してやる
        家に行くぞ
        住所晒
        特定して晒
        夜道に気をつけろ
        地獄に落ちろ
        この世から消えろ
        生きる価値な
        生きる価値がな
        """,
    ),
    *_expressions(
        "hold",
        r"""
        死[\s、。,.「」()『』っーw]{1,3}ね(?:[よやぇえ]?[!。w笑)」]|[よや]?$)
        (?:^|[\s。、!?」])[氏市シし4][\s.・*☆]{0,3}[ねネ](?:[よやぇえ]?[!。wｗ笑]|[よや]?$)
        (?:お前|おまえ|こいつ|あいつ|てめえ|テメー|貴様)[^\n。]{0,10}(?:消えろ|逝け|潰す|つぶす)
        住所[^\n。]{0,3}特定し(?:た[ぞよわ!]|てやる|ます)
        """,
    ),
)

SLURS = (
    *_words(
        "hold",
        """
        チョンコ
        チョン公
        在チョン
        チャンコロ
        シナ畜
        シナチク
        支那人
        ニガー
        ガイジ
        土人
        非国民
        穢多
        部落民
        ゴキブリ民族
        劣等民族
        ホモ野郎
        オカマ野郎
        知恵遅れ
        キチガイ
        気違い
        """,
    ),
    *_expressions(
        "hold",
        r"""
        (?:朝鮮|韓国|中国|在日|外国|黒|白)人?(?:ども|共)[はがをもに]
        (?:国|半島|祖国)[にへ]帰れ(?![るなずばたま])
        日本から(?:出て|でて)(?:行|い)け(?![るなずばたま])
        (?:朝鮮人|韓国人|中国人|在日|外国人)は?(?:全員|みんな)?(?:出て[行い]け(?![るなずばたま])|帰れ(?![るなずばたま])|追い出せ)
        """,
    ),
)

# Words that are an insult only when somebody is called so: クズ is a starch too, ゴミ lies in the street.
_CALLED = "バカ|ばか|馬鹿|アホ|あほ|阿呆|クズ|屑|カス|ゴミ|ブス|デブ|ハゲ|チビ|ババア|ジジイ|老害|池沼|基地外|低学歴"
_ALONE = "|".join(
    r"[\s.・]*".join(word) for word in ["バカ", "ばか", "馬鹿", "アホ", "あほ", "クズ", "カス", "ゴミ", "ブス", "デブ"]
)

INSULTS = (
    *_words(
        "hold",
        """
        クズ野郎
        クソ野郎
        糞野郎
        バカ野郎
        馬鹿野郎
        ばかやろう
        クソガキ
        クソババア
        クソジジイ
        クソ女
        くそったれ
        ゴミクズ
        ゴミ記者
        人間のクズ
        人間のゴミ
        脳みそ腐
        売国奴
        ブサイク
        """,
    ),
    *_expressions(
        "hold",
        rf"""
        (?:お前|おまえ|てめえ|テメー|貴様|こいつ|この|黙れ|消えろ|うるせえ)[^\n。、]{{0,6}}(?:{_CALLED})(?:が|め|ども|だろ|か[!?]|[!。]|$)
        (?:{_CALLED})(?:ども|共)?(?:議員|大臣|記者)?[はが、]?(?:黙|消え|引っ込|書き込むな|来るな|偉そう|のくせに|早く死)
        (?:バカ|ばか|馬鹿|アホ|あほ|阿呆|ブス|デブ|ハゲ)(?:だろ[!?ぉw]*$|じゃ(?:ねえ|ない)の[!?]*$|しかいない|ばっかり|大臣|議員|記者|め$|か[!?]*$)
        ^(?:{_ALONE}|(?:この|屑|クズ)め)[!?。wｗ]*$
        """,
    ),
    *_words(
        "hold_new",
        """
        バカ
        馬鹿
        アホ
        阿呆
        ヴァカ
        ウザい
        キモい
        糞記事
        頭おかしい
        頭悪すぎ
        moron
        """,
    ),
)

SEXUAL = (
    *_words(
        "mask",
        """
        マンコ
        チンコ
        チンポ
        おめこ
        """,
    ),
    *_words(
        "hold",
        """
        レイプしてやる
        レイプされろ
        レイプされれば
        犯してやる
        犯されろ
        ヤらせろ
        中出し
        肉便器
        ヤリマン
        セフレ募集
        裸の写真を送って
        パンツの色
        """,
    ),
)

# An offer that comes with the address of a chat. The offers alone are what news about swindlers quotes.
_OFFER = "(?:稼げ|儲か|月収|日給|副業|即金|現金|当選|プレゼント|融資|買取|投資)"
_CHAT = r"https?://(?:lin\.ee|(?:page\.)?line\.me|t\.me|wa\.me)/"

SPAM = (
    StarterRule(rf"{_OFFER}[^\n]{{0,60}}{_CHAT}", "refuse", "regex", ADVERTISEMENT),
    StarterRule(rf"{_CHAT}[^\n]{{0,60}}{_OFFER}", "refuse", "regex", ADVERTISEMENT),
    StarterRule(
        r"buy (?:cheap|real|instagram) (?:followers|likes)[^\n]{0,60}https?://", "refuse", "regex", ADVERTISEMENT
    ),
    *_words(
        "hold",
        """
        LINE追加
        LINE登録で
        友だち追加
        即金
        在宅で稼げ
        簡単に稼げ
        スマホだけで月収
        スマホ1台で月収
        高額バイト募集
        運び屋募集
        個人間融資
        ブラックでも即融資
        口座買取
        無料プレゼント企画
        競馬予想ソフト
        スーパーコピー
        激安ブランド
        buy followers
        replica watches
        payday loans
        seo services
        viagra
        """,
    ),
    *_words(
        "hold_new",
        """
        LINE交換
        日払い可能
        即日融資
        招待コード
        精力剤
        バイアグラ
        アダルト動画
        無修正動画
        N級品
        自動売買ソフト
        口コミ代行
        必ず儲かる
        元本保証
        パパ活募集
        援交募集
        """,
    ),
    *_expressions(
        "hold_new",
        r"""
        (?:LINE|ライン)\s?(?:の?ID|で教え)|ID検索
        telegram\s*@\w+
        副業[^\n。]{0,15}(?:紹介|募集|始めませんか|稼|月収|LINE|ライン)
        (?:オンライン)?カジノ[^\n。]{0,20}(?:登録|ボーナス|入金不要|https?://)
        (?:t\.me|lin\.ee|line\.me|discord\.gg|wa\.me)/\S+
        """,
    ),
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
        chinks
        gook
        gooks
        tranny
        retard
        retards
        cunt
        cunts
        whore
        dumbass
        you should die
        dirty jap
        go home chink
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
        fck
        phuck
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
