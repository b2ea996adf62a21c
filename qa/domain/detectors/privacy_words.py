"""The words of ``privacy_request``: secrets by name and by description, asking words, and what is harmless."""

from __future__ import annotations

from functools import cache
from typing import Literal

from qa.domain.detectors.pattern import Pattern, compile_phrases

Secret = Literal["card_number", "security_code", "password", "one_time_code"]
SECRETS: tuple[Secret, ...] = ("card_number", "security_code", "password", "one_time_code")

_NAMES: dict[Secret, tuple[str, ...]] = {
    "card_number": (
        "(银行|信用|储蓄|借记|)卡(的|)(卡|)号(码|)",
        (
            "(银行卡|信用卡|储蓄卡|借记卡|卡面|卡面上|卡上|卡的正面|卡正面|卡片上)(的|)"
            "(全部|所有|完整|那|这|1|整|长|)(长|)(串|)(的|)(号码|数字|号|数|16位|19位)"
        ),
        "(银行卡|信用卡|储蓄卡|借记卡)(16|19)位",
        "(完整|全部|所有)(的|)(号码|数字)",
        "card (number|details|information)",
        "number (of|for) (the|your) (bank |credit |debit |)card",
        (
            "(number|numbers|digits) (on|across|from|off|of|embossed on|printed on|in) (the|your) "
            "(front of |)(the |your |)(bank |credit |debit |)(card|visa|mastercard|front)"
        ),
        "(16|all) (the |)(digit|digits|numbers)",
        "all 16",
        "(full|whole|entire|complete|long|big) number",
        "whole (of the |)card",
        "number on it (start|in full|all of it|front|all the way)",
    ),
    "security_code": (
        "安全(码|代码)",
        "c v (v|c|2)",
        "(cvv|cvc|cvn|cvv2|cvc2)",
        "sea vee vee",
        "卡*(背面|后面|反面|背后|背)*3(位|个)",
        "(背面|反面|背后|签名)*(3|几)(位|个)(小|)(数|数字|码|)",
        "(后面|背面|反面|背后)(的|那)(3|几)(位|个)(小|)(数|数字|码|)",
        "(背面|反面|背后)的(数字|码|号码)",
        "security (code|number|digits)",
        (
            "(3|4|small|little) (digits|numbers|digit code|digit number|figures|1s) (on|at|from|off|by|beside|next) "
            "(the|to) (back|front|reverse|signature)"
        ),
        "(3|4|numbers|digits|number|code) (on|at|off|from) the (back|reverse)",
        "(digits|numbers|code) (by|beside|near|on|next to) (the|your) signature",
        "card verification (value|code|number)",
    ),
    "password": (
        "(密码|口令|pin码)",
        "(取钱|取款|提款|刷卡|付款|支付|登录|登陆|进账户)(时|的时候|)(输|按|用)(的|)(那|)(几|4|6)(个|位)(数|数字)",
        "(password|passwords|passcode|pin|passphrase|secret word)",
        "(4|6|few) (numbers|digits|figures) (that |)you (key|type|punch|put|enter|use|tap|press)",
        "(numbers|digits) (that |)(do |)you (key|type|punch|put|tap|use) *(atm|cash machine|cashpoint|shop|till|machine)",
        "(log in|login|sign in|log on) (details|credentials)",
        "what you (type|put|log|sign|key) in (with|to get)",
    ),
    "one_time_code": (
        "(验证码|校验码|动态码|随机码|短信码|授权码|校验数字)",
        (
            "(短信|信息)(里|里面|里头|上面|中|上|)(的|)(有|)(那|这|)(个|几|串|几个|几位|)(的|)"
            "(数字|数|号码|码|4位|6位|代码|4个数|6个数|4个数字|6个数字)"
        ),
        "(短信|信息|手机)*(6|4|几)(位|个)(数|数字|码|那个)",
        "(收到|发来|弹出来|来|发给你|发你)的(那|)(个|串|几个|几位|)(数字|数|码)",
        "(4|6)位(数|数字|)(的|)码",
        "那串(数字|码|数)",
        "(里面|里头|上面)(的|)那(个|串|几个)(码|数字|数)",
        "(发|发过去|发来|发给你|发你)的(4|6)位(数|码|数字)",
        "短信*那几个(数字|数)",
        "发(个|你个|你1个|1个)码",
        "(verification|one time|authentication|access|text|sms|login|log in|auth) (code|number|pin)",
        "(6|4|5|8) digit number",
        "digit (code|passcode)",
        "(otp|o t p)",
        (
            "(code|number|numbers|digits|passcode) (that|which|) (we|i|you|they|it|have|has|) (have|has|) (just|) "
            "(texted|sent|received|got|come|came|popped|arrived|showing)"
        ),
        (
            "(code|number|numbers|digits) (that|which|) (was|is|are|) (in|from|on) (the|that|your|our) "
            "(text|message|sms|authenticator|token|security token|key fob|fob|app)"
        ),
        "(text|texted|sms|message|mobile|phone|sent) *(6|4|5|8) (digits|numbers|figures)",
        "(6|4|5|8) (digits|numbers) *(text|sms|message|popped|phone|authenticator|key fob|sent)",
        "(sent|text|texted|send) (you |)(a|the|your|1) (code|passcode)",
        "(passcode|code) did (the|your|that) (text|message|sms)",
        "secret code",
        "(code|passcode) (has|was|have|will|is) *(sent|texted|come|arrive|pop|popped)",
        "code on your (security|token|key|authenticator)",
    ),
}


@cache
def names(secrets: tuple[Secret, ...]) -> tuple[Pattern, ...]:
    """The patterns that name some secrets."""
    return compile_phrases(*(name for secret in secrets for name in _NAMES[secret]))


ASKS_BEFORE = compile_phrases(
    "报(一下|1下|下|你|出|上|全|给|完整|银行|信用|卡|安全|验证|密码|手机|短信|那个|这个)",
    "(提供|告诉|告知|念|读|说出)(一下|1下|下|我|我们|你|完整|出|)",
    "(说|讲)(一下|1下|下|出)",
    "(方便|可以|麻烦你|请你|请)(说|讲|念|报)",
    "(发|给)(我|我们)",
    "(我|我们|这边)(还|也|就|)(需要|要)(你|)",
    "(需要|要)(你|跟你|和你|核对|核实|确认)(把|报|说|提供|告诉|的|一下|)",
    "(核对|核实|确认|验证)(一下|1下|下|)你的",
    "(还有|以及|再加上|外加)",
    "(tell|give|read|send|text|share|repeat|spell|shout|call) (it|that|) (me|us|out|back)",
    "(read|give|provide|share|repeat|confirm|say) (the|your|all|that|those|out)",
    "telling (me|us)",
    "please (read|give|provide|share|repeat|confirm|tell|say)",
    "(can|could|would|will|may|might|shall) (you|i|we) (please|just|also|quickly|kindly|) "
    "(have|get|take|grab|read|tell|give|provide|share|confirm|repeat|say|ask|trouble|spell|send)",
    "(i|we|just|only|to|all i|will|also) (just |only |also |)(need|require)",
    "need (the|your|that|those|all|a)",
    "need you to (read|give|tell|provide|share|confirm|say|repeat)",
    "(need|have|want|like) to (verify|confirm|check|take|have|get) (the|your|that)",
    "like (the|your|that|those)",
    "going to need",
    "let (me|us) (have|get|take)",
    "let us have",
    "go ahead with (the|your)",
    "^just (the|your|that|those)",
    "(pop|shout|hand|send|say|grab) (me|out|us|over) (the|your|that|those)",
    "i (will take|am after)",
    "what (is|are|was) (the|your|that|those)",
    "what (4|6|password|pin|digits|numbers|passcode|code)",
    "^(okay |right |now |so |then |next |great |)(and|now|next|plus|also|then|so) (the|your|those)",
)

ASKS_AFTER = compile_phrases(
    "(报|提供|念|读|说|讲)(一下|1下|下|一遍|1遍|出来|过来|全|给|我们|我听|到尾|声|1声|一声)",
    "(慢慢|直接|就|都|也|全部|完整|再|先|给我|从头|到|1个1个)(报|念|读|说|讲)",
    "(告诉|告知|发|发给|给|提供给|报给|念给|读给|说给)(我|我们|这边|客服)",
    "(跟|和|对)(我|我们)(说|讲)",
    "发过来",
    "都(要|得|需要)(报|提供|说|念|给)",
    "是(多少|什么|几|啥|哪)",
    "(多少|是|呢)?",
    "(to me|out loud)",
    "kindly (share|tell|read|give|send|say)",
    "(share|read|shout) (it|them)",
    "你(说|报|念)(吧|)$",
    "你(报|念)我",
    "(tell|give|read|send|share|spell) (it |them |that |)(to |)(me|us)",
    "just tell me",
    "read (it|them|that) (out|back)",
    "(what|can you tell me what|tell me what) (is it|are they|it is|they are)",
    "is?",
)

ASKS_NEXT = compile_phrases(
    "(念|报|读|说|讲|告诉|发)(给|)(我|我们|客服|1下|一下|出来|1遍|一遍)",
    "(跟|和|对)(我|我们)(说|讲)",
    "(慢慢|直接)(报|念|说|读)",
    "^(是|)(多少|几|什么|哪几个|哪几位)(呢|)$",
    "what (are they|is it|does it say|do they say|did it say|was it)$",
    "^(what|which) (numbers|digits|code) (are|is|did|do)",
    "(read|say|give|shout|call|spell|send) (it|them|that|those) (out|back|to me|to us|over)",
    "(tell|give|read|send) (me|us) (what|it|them|that|this|those)",
    "(kindly|please) (tell|give|share|read|say|send) (me|us|it|that|them|the number|the code)",
    "tell (it|them) to (me|us)",
)
"""What asks in the sentence after the one that names the secret."""

ASKS_IN_NAME = compile_phrases(
    "^(and |then |next |okay |right |now |so |)(the|your|my|those|that|all) *?",
    "^(那|还有|然后|好的|好|)(你的|你|完整的|)(卡号|密码|验证码|安全码|银行卡号|口令)(呢|是|)?",
    "^(and |)(the|your|those) (3|4|security|pin|number|code|digits|6) *(love|dear|sir|madam|then|ready)$",
    "你(平时|登录|取钱|支付)*是(什么|多少|几)?",
    "(pin|password|passcode|code|number|numbers|digits|back|front|card|cvv|otp) please",
    "安全码呢",
    "是哪(3|几|4|6)(位|个)",
    "^(你的|)卡号呢",
)
"""A sentence that is nothing but the secret, asked."""

NEVER_BEFORE = compile_phrases(
    "(不会|不要|不能|不可以|不可|不得|请勿|切勿|从不|绝不|不应|没有必要|谨防|警惕|千万别)",
    "(不用|不必|不需要|无需|无须|没必要)(你|再|)(报|念|说|告诉|提供|给|输|发|把|读|讲|透露|索|问|完整|全部)",
    "(不用|不必|不需要|无需|没必要)(要|)(你|您)(的|)",
    "(冒充|骗子|诈骗|陌生人|有人|对方|他|她)*(要|问|报|念|索|说)",
    "(谁|有没有|是否)*(把|让你|问你|跟你要)",
    "别(把|将|告诉|透露|泄露|说|给|发|报|念|轻易|随便)",
    "(忘记|忘了|找回|重置|修改|更改)的是",
    "(never|without|nobody|not need|not ask|not have to|not going to ask|will not ask|will not need|"
    "not require|not share|not tell|not give|not read|not want|not send|not say|no need|not let)",
    "(no 1|no one|anyone|anybody|somebody|someone|he|she|they|scammer|caller|who) *(ask|asks|asked|asking|wants|for)",
    "(do i|do you want me)",
    "tell me (when|once|if|whether)",
)

NEVER_AFTER = compile_phrases(
    "(不要|不能|不可以|请勿|切勿|不用|不需要|不必)*(说|给|告诉|报|念|透露|泄露|提供|发|外传|转)",
    "(千万|保管|任何人|他人|别人)",
    "(跟|对|和|给)(谁|哪个|哪1个|任何)(都|也)(不|别|莫)",
    "(不会|不|绝不|从不|不得|没人会)(要|问|索要|打听|收)",
    "谁(都|也)(不|别|莫)",
    "(都|就|也|你|千万|可|你都|)别(给|说|报|念|告诉|信|发|透露)",
    "not (share|tell|read|give|say|send)",
    "(to|with) (anyone|anybody|someone|others|other people)",
    "(keep|keeps|stay|stays) (it|them|that|) *(private|secret|safe|yourself)",
    "(is|are) (not|never) (needed|necessary|required)",
    "is (a scammer|a fraud|fraud|not us)",
)

SPOILS_BEFORE = compile_phrases(
    "(改|重置|更改|忘记|忘了|找回|更换|输错|输入|填写|核验|错)(你|)(登录|支付|银行|)",
    "(设置|重设|设)(你|1个|一个|好|新)",
    "(提供|报|说|念|读|预留|绑定|登记|填)(过来|)的",
    "(reset|resetting|change|changed|changing|forgot|forgotten|forget|update|updated|create|choose|set|"
    "enter|entered|type|use|wrong|lost|recover|send you|sent you) (a|the|your|that|)",
)

SPOILS_AFTER = compile_phrases(
    "(的时候|了吗|了没|错误|错了|不对|输错|修改|重置|更改|找回|设置|收到了|收到没|收到吗|过期|失效|锁|忘|登录|页面|提示|发送|发给你|正确|箱)",
    "(reset|changed|expired|wrong|incorrect|locked|link|page|protected|to collect|to enter|to unlock)",
)

PARTIAL = compile_phrases(
    "(后|末|尾|最后)(的|)(2|3|4|6|几|两)(位|个)",
    "(尾号|尾数)",
    "last (2|4|6|two|few) (digits|numbers|)",
    "(ending|ends) (in|with)",
)

IN_FULL = compile_phrases(
    "(完整|全部|所有|整个|报全|16位|全号|19位|3位安全码|背面|反面|背后|签名|信用卡末尾)",
    "(full|whole|entire|complete|all 16|16 digit|16 digits|all the digits|all of|signature|back)",
)

PAYMENT = compile_phrases(
    "(银行|信用|储蓄|借记|支付|付款|扣款|退款|转账|还款|有效期|安全码|卡面|卡上|正面)",
    "(完整|全部|所有|整个|报全|16位|全号|19位|后4位|从头|1位)",
)
"""What makes a bare 卡号 the number of a payment card, and not a membership's or a phone's."""

NOT_SECRET = compile_phrases(
    "(wifi|wi fi|无线|网络|路由器|宽带|光猫|门锁|开机|锁屏|初始)(的|)密码",
    "密码(箱|锁)",
    "(wifi|wi fi|wireless|router|network) (password|passcode)",
    "(area|postal) (pin|pin code)",
    "(会员|手机|电话|就诊|医保|购物|礼品|充值|门禁|积分|储值|流量|社保|公交)卡(的|)(卡|)号",
    "(sim|s i m)卡(的|)(卡|)号",
    "(membership|member|loyalty|library|gift|sim|insurance|health|reward|rewards|store|id) card (number|details|information)",
    "(last|first) (2|4|6) digits on the back",
    "我的密码*你(帮|给)我查",
    "(取件|取货|提货|优惠|邀请|核销|登机|券)(码|短信)",
    "(订单|运单|单号|快递|发票|保单|合同|序列|设备|表|条码|会员|型号|底部|机身|邮编|邮政|路由器|标签|机器|水表|电表|燃气|屏幕|故障)"
    "*(数|数字|号码|16位|19位|编码)",
    "(serial|meter|model|order|tracking|reference|router|unit|voucher|product|booking|error|slip|label|parcel|"
    "display|box|machine|device|letter|case) *(number|digits|digit|code|numbers|back)",
    "(number|numbers|digits|digit number|code) (on|at|from|off) (the|your) *(router|unit|meter|display|box|voucher|slip|"
    "label|device|machine|letter|flyer|bottom|bill)",
    "number on the back$",
)
"""Other numbers and codes, and other passwords."""
