"""The words of ``privacy_request``: names of secrets, asking words, and what makes them harmless."""

from __future__ import annotations

from functools import cache
from typing import Literal

from qa.domain.detectors.pattern import Pattern, compile_phrase

Secret = Literal["card_number", "security_code", "password", "one_time_code"]
SECRETS: tuple[Secret, ...] = ("card_number", "security_code", "password", "one_time_code")

_NAMES: dict[Secret, tuple[str, ...]] = {
    "card_number": (
        "卡号",
        "卡(的|)号码",
        "卡上(的|)(全部|所有|完整|)(的|)(号码|数字|16位)",
        "(完整|全部|所有)(的|)(号码|数字)",
        "card (number|details|information)",
        "(number|numbers|digits) (on|across|from) (the|your) (front of|) (the|your|) card",
        "16 (digit|digits)",
        "(full|whole|entire|complete|long) number",
    ),
    "security_code": (
        "安全(码|代码)",
        "c v (v|c|2)",
        "(cvv|cvc|cvn)",
        "卡*背面*(3|末3|后3)位",
        "背面(的|)(3位|数字)",
        "security (code|number)",
        "(3|4) (digits|numbers|digit code|digit number) on the (back|front|reverse)",
        "(code|number|digits) on the (back|reverse)",
        "card verification (value|code|number)",
    ),
    "password": ("密码", "(password|passcode|pin|passphrase)"),
    "one_time_code": (
        "(验证码|校验码|动态码)",
        "短信(里|中|上|)(的|)(那个|)(数字|号码|6位|代码)",
        "(verification|one time|authentication|access|text|sms|login|log in) code",
        "digit (code|passcode)",
        "otp",
        "(code|number) (that|) (we|i|you|they) (have|) (just|) (texted|sent|received|got)",
        "(code|number) (that|which|) (was|is|) (in|from) (the|that|your) (text|message|sms)",
    ),
}


@cache
def names(secrets: tuple[Secret, ...]) -> tuple[Pattern, ...]:
    """The patterns that name some secrets."""
    return _patterns(*(name for secret in secrets for name in _NAMES[secret]))


def _patterns(*phrases: str) -> tuple[Pattern, ...]:
    return tuple(compile_phrase(phrase) for phrase in phrases)


ASKS_BEFORE = _patterns(
    "报(一下|下|你|出|上|全|给|完整|银行|信用|卡|安全|验证|密码|手机|短信|那个|这个)",
    "(提供|告诉|告知|念|读)(一下|下|我|我们|你|完整|出|)",
    "(说|讲)(一下|下|出)",
    "(发|给)(我|我们)",
    "(我|我们|这边)(还|也|就|)(需要|要)(你|)",
    "(需要|要)(你|跟你|和你|核对|核实|确认)(把|报|说|提供|告诉|的|一下|)",
    "(核对|核实|确认|验证)(一下|下|)你的",
    "(tell|give|read|send|text|share|repeat|spell) (it|that|) (me|us|out|back)",
    "(read|give|provide|share|repeat|confirm|say) (the|your|all|that|those|out)",
    "please (read|give|provide|share|repeat|confirm|tell|say)",
    "(can|could|would|will|may|might) (you|i|we) (please|just|also|quickly|kindly|) "
    "(have|get|take|read|tell|give|provide|share|confirm|repeat|say|ask)",
    "need (the|your|that|all|a)",
    "need you to (read|give|tell|provide|share|confirm|say|repeat)",
    "(need|have|want|like) to (verify|confirm|check|take|have|get) (the|your|that)",
    "let (me|us) (have|get|take)",
    "what (is|are|was) (the|your|that)",
)

ASKS_AFTER = _patterns(
    "(报|提供|念|读|说|讲)(一下|下|一遍|出来|过来|全|给我|给我们)",
    "(告诉|告知|发|发给|给|提供给)(我|我们|这边)",
    "发过来",
    "都(要|得|需要)(报|提供|说|念|给)",
    "是(多少|什么|几|啥)",
    "(please|to me|out loud)",
)

NEVER_BEFORE = _patterns(
    "(不会|不要|不能|不可以|不可|不得|不需要|不用|无需|无须|请勿|切勿|从不|绝不|不应|不必|没有必要|没必要|谨防|警惕)",
    "别(把|将|告诉|透露|泄露|说|给|发|报|轻易|随便)",
    "(never|without|nobody|no one|do not|not need|not ask|not have to|not going to|will not|can not|should not|"
    "must not|not require|not share|no need)",
)

NEVER_AFTER = _patterns(
    "(不要|不能|不可以|别|请勿|切勿|不用|不需要|无需|千万|不必|保管|任何人|他人|别人)",
    "(to|with) (anyone|anybody|someone|others|other people)",
    "(private|secret|safe)",
    "(is|are) (not|never) (needed|necessary|required)",
)

SPOILS_BEFORE = _patterns(
    "(改|重置|更改|忘记|忘了|找回|设置|重设|更换|输错|输入|填写|核验|新|错)(你|)(的|)(登录|支付|银行|)",
    "(提供|报|说|念|读|发|预留|绑定|登记|填)(过来|)的",
    "(reset|resetting|change|changed|changing|forgot|forgotten|forget|update|updated|create|choose|set|"
    "enter|entered|type|use|used|new|wrong|lost|recover|received|receive|get|got|sent|send you) (a|the|your|that|)",
)

SPOILS_AFTER = _patterns(
    "(之后|以后|的时候|了吗|了没|错误|错了|不对|输错|修改|重置|更改|找回|设置|收到|过期|失效|锁|忘|登录|页面|提示|发送|发给你|正确)",
    "(reset|changed|expired|wrong|incorrect|locked|link|page|protected)",
)

PARTIAL = _patterns(
    "(后|末|尾|最后)(的|)(2|3|4|6|几|两)(位|个)",
    "(尾号|尾数)",
    "last (2|3|4|6|two|few) (digits|numbers|)",
    "(ending|ends) (in|with)",
)

IN_FULL = _patterns(
    "(完整|全部|所有|整个|报全|16位|全号|19位)",
    "(full|whole|entire|complete|all 16|16 digit|16 digits|all the digits|all of)",
)

PAYMENT = _patterns(
    "(银行|信用|储蓄|借记|支付|付款|扣款|退款|转账|还款|有效期|安全码)",
    "(完整|全部|所有|整个|报全|16位|全号|19位|后4位)",
)
"""What makes a bare 卡号 the number of a payment card, and not a membership's or a phone's."""

NOT_SECRET = _patterns(
    "(wifi|wi fi|无线|网络|路由器|宽带|光猫|门锁|开机|锁屏)(的|)密码",
    "(wifi|wi fi|wireless|router|network) (password|passcode)",
    "(会员|手机|电话|就诊|医保|购物|礼品|充值|门禁|积分|储值|流量|社保|公交)卡(的|)(卡|)号",
    "(sim|s i m)卡(的|)(卡|)号",
    "(membership|member|loyalty|library|gift|sim|insurance|health|reward|rewards|store|id) card (number|details|information)",
    "(last|first) (2|3|4|6) digits on the back",
)
