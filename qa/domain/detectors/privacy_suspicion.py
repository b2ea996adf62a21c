"""What may be a request for a secret though it is worded as nobody foresaw: for a person to listen to.

People ask for a one-time code, a card or a password in more ways than can be written down ("your phone should
have buzzed, what does it say?"). So besides the requests that are known for sure, words that carry a secret and
words that ask are looked for near one another, wherever they stand. What is found so never costs a point: it
makes the criterion a person's to judge, which is what keeps a request from passing unheard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.domain.detectors import heard
from qa.domain.detectors.matching import Match, matches
from qa.domain.detectors.pattern import Pattern, compile_phrases
from qa.domain.detectors.privacy_words import (
    IN_FULL,
    NEVER_AFTER,
    NEVER_BEFORE,
    NOT_SECRET,
    PARTIAL,
    Secret,
)
from qa.domain.detectors.text import Stream
from qa.domain.transcript import Span

REACH = 1
"""Sentences on either side of a carrier's in which the asking words may stand."""

_GAP = 6
"""Tokens that may stand inside a carrier."""


@dataclass(frozen=True, slots=True)
class _Carrier:
    """Words of several kinds that together, within two sentences, speak of a secret."""

    secret: Secret
    kinds: tuple[tuple[Pattern, ...], ...]


_ARRIVES = compile_phrases(
    "(text|texts|texted|sms|message|pinged|buzzed|buzz|handset|authenticator|app|email|popped|pop|screen)",
    "(came|come|comes|coming) (through|up|in|to)",
    "(has|have) come",
    "(you|have|has) (just |)(received|got)",
    "that (code|passcode) (was|is)",
    "(on|to) your (phone|mobile)",
    "(i have|i am|we have|just) (sent|sending|triggered|going to send)",
    "(短信|信息|消息|推送|手机上|弹出|跳出|收到|下发|发来|发给|发了|验证器|会来)",
)
_DIGITS = compile_phrases(
    "(number|numbers|digit|digits|figures|code|passcode)",
    "(what|it|they) (does |do |did |)(the |)(it|they|text|message|screen|app|) *(say|says|saying|said|shows|showing)",
    "(6|4|5|8) (figures|digit)",
    "(数字|号码|校验|口令|几个数|几位|4位|6位|那几|那个码|来个码|里的数|里头的数|写的几)",
    "(码|数)(收到|来|报|念|告诉|给|发|是|跟)",
    "(短信|信息|消息)(内容|你念|念|给我念|你读)",
    "(那|这|个|串)(码|数)",
)
_CARD = compile_phrases(
    "(card|visa|mastercard|amex)",
    "(银行卡|信用卡|储蓄卡|借记卡|卡面|卡上|那张卡|这张卡|的卡|卡号|卡片)",
)
_WHOLE = compile_phrases(
    "(number|numbers|digits|front|start|across|first digit|sixteen|16|long|whole|details)",
    "(从头|到尾|第1位|1长串|16位|19位|正面|全部|完整|号码|整个|的号)",
)
_BEHIND = compile_phrases(
    "(on|at|from|off|by|of|the|flip) (the |)(back|reverse|strip|signature|panel)",
    "(back|reverse) (of|there|side)",
    "(flip|turn) it",
    "signature",
    "(背面|后面|反面|背后|签名条|签名栏|翻过来|卡背)",
)
_THREE = compile_phrases(
    "(3|last 3|little 1s|digits|numbers|short number|small number)",
    "(3位|仨|3个|小数字|那几个数|数字|几位)",
)
_CARRIERS = (
    _Carrier("one_time_code", (_ARRIVES, _DIGITS)),
    _Carrier("one_time_code", (compile_phrases("what *(authenticator|key fob|token)"),)),
    _Carrier(
        "one_time_code",
        (compile_phrases("(otp|o t p|passcode|1 time code|动态口令|校验码|验证码|动态码)"),),
    ),
    _Carrier("card_number", (_CARD, _WHOLE)),
    _Carrier("card_number", (compile_phrases("(long|big) number", "(16|sixteen) digits"),)),
    _Carrier("security_code", (_BEHIND, _THREE)),
    _Carrier(
        "security_code",
        (compile_phrases("(cvv|cvc|cvn|c v v|c v c)", "security (code|digits|number)", "安全码"),),
    ),
    _Carrier(
        "password",
        (
            compile_phrases(
                "(password|passphrase|secret word|secret phrase)",
                "(your|the) pin",
                "(密码|口令)",
            ),
        ),
    ),
    _Carrier(
        "password",
        (
            compile_phrases(
                "(log in|log on|login|sign in|get into|getting into|get in|portal|second box|2nd box)",
                "(登录|登陆|进账户|进这个账户|进你的账户|第2栏|第二栏|后台|账号)",
            ),
            compile_phrases(
                "(what|whatever|word|phrase) *(type|typing|use|put|enter|goes with|get into)",
                "same thing you",
                "(那串|那1串|输的是|输什么|填的|填啥|怎么进|输的那|填的那|按的那)",
            ),
        ),
    ),
    _Carrier(
        "password",
        (
            compile_phrases("(cash machine|atm|till|cashpoint)", "(取钱|取款|支付|付款|刷卡)"),
            compile_phrases(
                "(4|four|numbers|digits) *(put|tap|use|type|key|punch)",
                "(按|输)的(那|)(几|6|4)(个|位)",
            ),
        ),
    ),
)

_ASKS = compile_phrases(
    "(read|tell|give|say|shout|call|spell|share|repeat|pop|send) *(me|out|us|it|that|them|back|the|those|your|this|what)",
    "tell$",
    "(first|then|and) the",
    "(let me|let us) know",
    "(let me|let us|can i|could i|may i) (have|get|take|know)",
    "(let us|i will|i just|just) (have|need|take|type)",
    "(what|what is|what are|what was|what did|what does|what do|how do|which)",
    "(go ahead|carry on|go on|start with|mind reading)",
    "(please|kindly|tell|number|digits|code|pin|cvv|cvc|back|3|it|there|numbers|say|strip|shows|was|saying|now|box|email|password)?",
    "^(and|then|now|next|last thing) *",
    "(i will|i just|i only|also|then i only|i) need",
    "please",
    "(念|报|读|说|讲|告诉|跟我|发我|给我|发过来|登记)",
    "(多少|是几|写的几|是啥|填啥|是什么|几几|哪几|什么呀)",
    "(还有|以及|也要|也报|再)",
)

_OWN_HANDS = compile_phrases(
    "(forgotten|forgot) your (password|pin)",
    "(type|enter|key|put|tap|pop|fill) (it|them|that|this|your|the) *(yourself|keypad|app|website|screen|page|box|in)",
    "(type|enter|key|put) (in|) *(yourself|keypad)",
    "(you will|you can|you just|you need to|then you|please) (type|enter|fill|key|change|choose|set|cover)",
    "^you (type|enter|fill|key|change|choose|set|cover)",
    "(自己|本人)(在|)(手机|键盘|页面|软件|网页|)*(输|填|操作|设|改|点)",
    "(键盘|页面|网页|软件|系统)*(输入|填写|填)",
    "(输入|填)(在|到|进)",
    "(手机|键盘|页面|软件|网页|屏幕|电脑)(上|里|中)(输入|填|点)",
    "(说|讲|告诉我|吱)(1|一)声",
    "(will not|would not|does not|not) (take|accept|work|recognise)",
    "(改|换|忘|忘记|重置)(了|过|掉|)(登录|)(密码|口令)",
    "(打个分|打分|评价|评分|满意|回个数字|回复)",
    "(last|ever) (change|changed|set|reset)",
    "(tell|told|given|gave) (anybody|anyone|somebody|someone|him|her|them)",
    "(asking|asks|asked) for your",
)
"""What is done without anybody saying the secret."""

_ELSE = compile_phrases(
    "(order|booking|tracking|reference|docket|account|policy|customer|member|membership|phone|telephone|mobile|contact|"
    "invoice|ticket|flight|serial|model|meter|error|post|postal|zip|area|dialling|promo|voucher|discount|product|"
    "registration|licence|license|plate|vehicle|room|house|flat|seat|bus|case|claim|job|parcel|delivery|collection|"
    "gate|door|locker|fault|batch|lot|item|course|student|patient|date|birth) *(number|numbers|code|digits|pin|of birth)",
    "(digits|number|numbers|code) (of|on|from|for|at) (the|your|that) *(order|booking|meter|router|parcel|invoice|label|"
    "tyre|box|bill|letter|unit|boiler|display|machine|device|vehicle|phone case|bottom|gate)",
    "(订单|运单|快递|单号|会员|手机号|电话|联系|身份证|保单|合同|发票|序列|设备|水表|电表|燃气|表号|户号|工号|"
    "车牌|房号|邮编|取件|取货|优惠|邀请|故障|错误|型号|编号|学号|航班|座位|门禁|楼|日期|生日|地址|尾号|金额|读数)"
    "*(号|码|数|多少|几)",
    "(sim|手表|电话|手机|流量|物联)(这|那|里|的|)(张|)卡",
    "(code|text|message) (come|came|was|is) from",
    "发送方",
    "(信号|号线|几号|多少钱|几天|几点|几月)",
    "(top|bottom|corner|left|right|middle|side) of (the|your|that) (screen|page|display|form|bill|label|letter|app)",
    "(button|tab|menu|heading|page|link|tile) (that|which) (says|say|reads)",
    "(wi fi|wifi|无线|路由器|宽带|光猫|门锁|箱)(的|)(密码|password)",
)
"""Other numbers that are asked for, and that come by text as well."""


def suspicions(stream: Stream, span: Span, secrets: Sequence[Secret]) -> list[Match]:
    """Where words that carry a secret and words that ask stand near one another, in a window."""
    found = _Sentences(stream)
    carried = [
        sentence
        for carrier in _CARRIERS
        if carrier.secret in secrets
        for sentence in _carried(found, carrier)
    ]
    asks = found.of(_ASKS) if carried else set()
    if not asks:
        return []
    harmless = _harmless(found)
    suspected = []
    for sentence in carried:
        around = [place for place in found.near(sentence) if place not in harmless]
        if sentence in around and asks.intersection(around):
            match = found.match(sentence)
            if heard.inside(stream.tokens[match.first], span):
                suspected.append(match)
    return suspected


def _harmless(found: _Sentences) -> frozenset[int]:
    """Sentences that warn, that leave it to the customer's own hands, or that speak of other numbers."""
    partial = found.of(PARTIAL) - found.of(IN_FULL)
    return frozenset(
        found.of(NEVER_BEFORE)
        | found.of(NEVER_AFTER)
        | found.of(NOT_SECRET)
        | found.of(_OWN_HANDS)
        | found.of(_ELSE)
        | partial
    )


def _carried(found: _Sentences, carrier: _Carrier) -> Iterator[int]:
    """Sentences where a carrier's last kind of words stands, its other kinds in them or beside them."""
    kinds = [found.of(kind) for kind in carrier.kinds]
    for sentence in kinds[-1]:
        around = set(found.near(sentence))
        if all(kind & around for kind in kinds[:-1]):
            yield sentence


class _Sentences:
    """A stream by its sentences: which of them hold what, and which stand side by side in one run."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._places: dict[int, list[int]] = {}
        for place, token in enumerate(stream.tokens):
            self._places.setdefault(token.sentence, []).append(place)

    def of(self, patterns: Sequence[Pattern]) -> set[int]:
        """The sentences in which one of some patterns is found."""
        return {
            self._stream.tokens[match.first].sentence
            for match in matches(tuple(patterns), self._stream, sounds=None, gap=_GAP)
        }

    def near(self, sentence: int) -> list[int]:
        """A sentence and those beside it that are said in one go."""
        run = self._run(sentence)
        return [
            place
            for place in range(sentence - REACH, sentence + REACH + 1)
            if place in self._places and self._run(place) == run
        ]

    def match(self, sentence: int) -> Match:
        """The whole sentence as a place in the stream."""
        places = self._places[sentence]
        return Match(places[0], places[-1], 1.0)

    def _run(self, sentence: int) -> int:
        return self._stream.tokens[self._places[sentence][0]].run
