"""Whether asking words are about the secret that is named near them, or about something else.

"您输了验证码以后，告诉我页面显示什么" and "Tell me once the code is in" name a secret and ask, yet ask for no secret.
What is asked for stands between the two, or right behind the asking words, or it is nothing but "it".
"""

from __future__ import annotations

import re

from qa.domain.detectors.clauses import Around, word_set
from qa.domain.detectors.matching import Match
from qa.domain.detectors.text import is_han

_CLAUSE = 24
"""Tokens of a clause that are looked at on either side."""

_OTHER_DEED = re.compile(
    r"设(?!的|置的|好的|定的)|改(?!的|后的|完的|过的)|重置(?!的|后的)|输(?!的)|填(?!的)|登记|绑|换(?!的)|忘|找回|"
    r"获取|收到(?!的|那|这|1)|什么时候|有没有|是不是|为什么|怎么|"
    r"\b(set|sets|setting|reset|resetting|type|typing|enter|entering|choose|choosing|change|changing|put|putting|"
    r"check|checking|update|updating|remember|try|cover|create|pick|protect|when|once|if|whether|where|why|how|"
    r"about|without|never|not)\b|"
    r"^ ?(?:(?:the|your|this|that|a|main|exact|actual|whole) )*"
    r"(?:problem|trouble|matter|difference|error|message|reason|deal|story|status|purpose|point|format|length|rules?|requirements?)\b"
)
"""Between asking words and the name behind them: what is to be done with the secret, or told about it."""

_OTHER_TALK = re.compile(
    r"错|不对|过期|失败|失效|锁|已|收不到|没收到|看不到|绑|变了|变更|重置|更改|修改|换|忘|填|输(?!的)|设(?!的|置的)|好了|"
    r"以后(?!.*[报念读发给])|之后(?!.*[报念读发给])|的时候|页面|屏幕|提示|系统提|姓名|名字|手机号|地址|单号|尾号|问题|意见|建议|哪天|"
    r"\b(typed|entered|put|set|reset|changed|screen|page|expired|wrong|arrived yet|post|works?|worked|locks?|locked|"
    r"once|when|if|after you|name|address|postcode|order|starts? with|ends?|ending)\b"
)
"""Between the name and asking words behind it: other talk of the secret, or another thing to tell."""

_OTHER_THING = re.compile(
    r"^(?:给|跟|我|我们|你|1|下|声|听|吧|啊|呢|来|过|出|一|遍|清楚)*"
    r"(?:你的?(?=[^报念读说])|是(?:哪|怎|不是|否)|是什么(?!$|呀|呢|啊)|什么|哪|怎|页面|屏幕|提示|显示|行不|能不|有没|可不|好了|姓名|名字|"
    r"手机|电话|地址|单号|订单|尾号|几点|后[246两]|末[246两]|情况|原因|好不)|"
    r"^ ?(?:me |us )?(?:the |your |a )?"
    r"(?:name|address|postcode|order|date|problem|time|reason|last (?:2|4|two|four)|how|when|where|whether|if|about|"
    r"which (?!one)|what (?!(?:it|they|that|those|the code|the numbers?|this) (?:is|are|says?|reads?|shows?|was)\b)(?=\w+ \w))"
)
"""Right behind asking words: what else is asked for."""

_BARE = re.compile(
    r"^ ?(?:(?:完整|全部|所有)的?(?:号码|数字)|(?:full|whole|entire|complete) number|all (?:the )?(?:digits?|numbers)) ?$"
)
"""A number that is named by nothing but its being whole."""

_PAYS = re.compile(
    r"卡|银行|支付|付款|扣款|退款|刷|"
    r"\b(?:card|visa|mastercard|amex|debit|credit|pay|paying|payment|charge|bank|16|sixteen|refund|refunds)\b"
)
_NUMBERED = re.compile(
    r"电话|手机|订单|单号|区号|快递|会员|合同|序列|编号|水表|电表|燃气|邮编|路由器|发票|车牌|身份证|门牌|型号|座机|分机|"
    r"\b(?:phone|telephone|mobile|landline|contact|area code|dialling|extension|(?:reach|call|ring) you|order|booking|tracking|"
    r"meter|serial|router|reference|parcel|label|policy|letters|membership|member|invoice|ticket|flight|licence|plate|voucher)\b"
)
"""Other numbers that are given whole."""

_SPELT_OUT = re.compile(
    r"密码|口令|验证码|校验码|动态码|安全码|授权码|卡号|\b(?:password|passcode|passphrase|pin|cvv|cvc|otp|code|card number|long number|memorable word)\b"
)
"""A name that says what it names; others describe where the secret stands ("the three on the back")."""

_BEARS_NUMBERS = re.compile(
    r"会员卡?|储值卡|礼品卡|社保卡|医保卡|发票|账单|小票|收据|票据|面单|标签|包裹|快递|箱子|盒子|路由器|光猫|水表|电表|燃气|遥控器|"
    r"说明书|合同|保单|电视|冰箱|空调|洗衣机|打印机|"
    r"\b(?:modem|router|meter|receipt|invoice|bill|label|parcel|package|box|remote|boiler|leaflet|"
    r"ticket|voucher|tag|tyre|fridge|laptop|printer|console|television|tv|thermostat|dashboard|"
    r"(?:membership|loyalty|library|gift|points) card)\b"
)
"""Things that bear a number of their own, on the back or on a screen."""

_ASIDE = re.compile(
    r"\b(?:after|before|under|below|beside|about|without|above|next to) (?:the|your|that|a)? ?$"
)
"""Before a name: it only tells where or when something else is."""

_LIGHT_ZH = frozenset(
    "你我请麻烦把给跟和一1下吧啊呢那就来先再都也慢点直接后面的完整出这个数字串码报念读说讲告诉发过到客服边听好嗯对全部从头尾是多少几"
    "什么哪位遍声可以方便吗呀啦咱们得要不然没关系快些第上里头接着继续往逐挨两346前中间行帮劳驾大清楚提供记话"
)
_LIGHT_EN = word_set(
    "read it that those them this these to me us out back over loud please sir madam mam love dear now then and so okay ok "
    "right just can could would will you i we have get take need the a number numbers digits digit code all of whole full "
    "what is are was they do does did say says said show shows tell give say shout call spell send share let go ahead with "
    "for kindly quickly slowly one 1 3 4 6 16 in ready whenever got which as well too first next again once more yes yeah "
    "carefully good great lovely thanks thank when it's front end start from top"
)


def about_it(around: Around, ask: Match, name: Match) -> bool:
    """Whether asking words in the sentence of a secret's name ask for the secret."""
    stream = around.stream
    if ask.overlaps(name):
        return True
    if ask.first < name.first:
        return _OTHER_DEED.search(around.said(ask.last + 1, name.first)) is None
    if _OTHER_TALK.search(around.said(name.last + 1, ask.first)):
        return False
    _, closes = around.clause(ask.last, 0, _CLAUSE)
    tail = around.said(ask.last + 1, min(closes, len(stream.tokens) - 1) + 1)
    return _OTHER_THING.search(tail) is None


def card_meant(around: Around, name: Match) -> bool | None:
    """Whether a name means a payment card: false where it is another's whole number, nothing where none can tell."""
    stream = around.stream
    if not _BARE.search(around.said(name.first, name.last + 1)):
        return True
    sentence = stream.tokens[name.first].sentence
    said = " ".join(
        around.said(first, last + 1)
        for first, last in (
            stream.sentences[each] for each in (sentence - 1, sentence) if each in stream.sentences
        )
    )
    pays = _PAYS.search(said) is not None
    if _NUMBERED.search(said):
        return None if pays else False
    return True if pays else None


def may_be_of_another(around: Around, name: Match) -> bool:
    """Whether a name that only describes a secret may describe the number of something else in its sentence."""
    if _SPELT_OUT.search(around.said(name.first, name.last + 1)):
        return False
    first, last = around.stream.sentences[around.stream.tokens[name.first].sentence]
    said, others = _BEARS_NUMBERS.subn("", around.said(first, last + 1))
    return others > 0 and _PAYS.search(said) is None


def named_aside(around: Around, name: Match) -> bool:
    """Whether a name only tells where or when something else is, such as a message after the password."""
    return _ASIDE.search(around.before(name.first, _CLAUSE)) is not None


def asks_for_it(around: Around, ask: Match) -> bool:
    """Whether a sentence names nothing up to its asking words: "read it to me" is about what was named before."""
    first, _ = around.stream.sentences[around.stream.tokens[ask.first].sentence]
    _, last = around.clause(ask.last, 0, _CLAUSE)
    texts = around.stream.texts[first : max(last, ask.last) + 1]
    return all(is_light(text) for text in texts)


def is_light(text: str) -> bool:
    """Whether a token is one of those that requests are made of whatever they ask for."""
    return text in (_LIGHT_ZH if is_han(text) else _LIGHT_EN | _LIGHT_ZH)
