"""The words of ``privacy_request``: secrets by name and by description, asking words, and what is harmless."""

from __future__ import annotations

from functools import cache
from typing import Literal

from qa.domain.detectors.phrases import Phrases, compile_phrases

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
        "卡(的|)(正面|面|面上|上|上面|片上)(的|)*(1|这|那|整|长|凸)(长|排|行|大|)(串|排|行|长串|大串)(数字|号|号码|数|)",
        "卡*正面(的|那|这|)(16|19|几)位(数字|数|号码|号|)",
        "(16|19)位(的|)卡号",
        "(16|19)位(的|)(慢慢|从头|1位1位|都|全|完整|1个1个)(念|报)",
        "卡(上|面上|面)(凸|突|印)*(数字|号码|号)",
        "卡(的|面的|面|)(整个|全|完整)(卡|)号",
        "card (number|details|information)",
        (
            "(number|numbers|digits|figures) (that run |running |going |stamped |along |right |all |)(across|along) (the|your|its) "
            "(front|middle|face|card)"
        ),
        "(16|sixteen) (on|off|from) (the|your) (front|card|face)",
        "(rest|start|beginning|first half|other half|remainder) of (the|your) (card|card number)",
        "card (from|starting|beginning) (the |with the |)(top|start|beginning|left|first)",
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
        "(翻|反)(过来|面)(的|那|)(3|几)(个|位)(小|)(数字|数|码)",
        "签名(条|栏|处|那儿|那里|旁|边|旁边|后面|)(的|那|这|有|)*(3|几)(个|位)(小|)(数字|数|码|)",
        "安全数(字|)",
        "(背面|反面|背后|签名条|签名栏|签名|后面)*(仨|那仨|3个小)(数|字|数字)",
        "(翻|反)(个|1个|)面*(3|仨)(个|位|)(小|)(字|数|数字)",
        "security (code|number|digits)",
        "(3|4) (numbers|digits|figures) (by|near|beside|under|above|next to|after) the (hologram|signature|strip|white strip|photo)",
        "(number|numbers|digits|code) (on|by) the signature",
        "(the|those|that|your|them) (little |last |small |tiny |wee |)(3|4) (off|on|from|at) (the|its|your) (back|reverse|strip|flip side|other side)",
        (
            "(3|last 3|tiny|wee|short|little|small) (digits|numbers|number|figures|digit number|1s) (on|at|from|off|by|beside|next|round|over) "
            "(to |)(the|your|its) (back|reverse|signature|strip|other side|white strip)"
        ),
        "(digits|numbers|number|figures|code) (on|off|by|beside|near|from|along) (the|your|that) (white |)(signature |)(strip|signature panel)",
        "turn (it|the card|your card|that) over *(3|digits|numbers|code)",
        "flip (it|the card|your card|that) (over|round|around) *(3|digits|numbers|code)",
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
        "(按|输|敲|填|打|摁|用)的那(1|)(串|几位|几个|6位|4位|6个|4个)(数字|数|字符|字|)",
        "(按|输|敲|填|打|摁)的(几|4|6)(个|位)(数字|数)",
        "(what|which) (do|did|would) you (tap|punch|key|type|put|dial|press|enter) in *(open|get|log|access|unlock|machine|hole|account)",
        "(付款|支付|取钱|取款|登录|转账|刷卡)(的时候|时|的|)(要|得|)(输|按|填)(的|)(是|)什么",
        (
            "(which|what) (code|number|digits|pin|word|password|4|6) (digits |numbers |)do you (dial|use|type|put|key|tap|sign|log|enter|press) "
            "*(get|into|in|open|unlock|log|sign|app|account|portal|messages|shops|machine|atm|till)"
        ),
        "(which|what) (4|6) (digits|numbers|figures) (open|opens|unlock|unlocks|get you|gets you|let you|lets you)",
        "(cash machine|atm|cashpoint|hole in the wall) (number|code|digits)",
        "what do you (type|put|key|enter) in (under|below|after|beside)",
        "(password|passwords|passcode|pin|passphrase|secret word)",
        "(memorable word|memorable information|pass number|sign in phrase|secret answer)",
        "(4|6|few) (numbers|digits|figures) (that |)you (key|type|punch|put|enter|use|tap|press)",
        "(numbers|digits) (that |)(do |)you (key|type|punch|put|tap|use) *(atm|cash machine|cashpoint|shop|till|machine)",
        "(log in|login|sign in|log on) (details|credentials)",
        "what you (type|put|log|sign|key) in (with|to get)",
    ),
    "one_time_code": (
        "(验证码|校验码|动态码|随机码|短信码|授权码|校验数字)",
        "(验证|校验)(用|)(的|)(那|这|)(个|几个|几位|串|)(短信|数字|数|码)",
        "1次性(的|)(那|这|)(个|串|)(码|密码|口令|数字|数)",
        "动态(的|)(口令|密码|数字)",
        "(收到|发来|弹出|推来|进来|蹦出)(了|的|来|过来|)(短信|信息|消息|)(里|里面|上|)(的|)(1|那|这)(个|串|组)(数字|数|验证)",
        "手机(应该|刚才|刚刚|刚|会|上|是不是|1|)*(叮|响|震|亮|弹|嗡)(了|)(1|)(声|下|)(上面|里面|里头|那上面|)(的|)*(数字|几个数)",
        (
            "(短信|信息)(里|里面|里头|上面|中|上|)(的|)(有|)(那|这|)(个|几|串|几个|几位|)(的|)"
            "(数字|数|号码|码|4位|6位|代码|4个数|6个数|4个数字|6个数字)"
        ),
        "(短信|信息|手机)*(6|4|几)(位|个)(数|数字|码|那个)",
        "(收到|发来|弹出来|来|发给你|发你)的(那|)(个|串|几个|几位|)(数字|数|码)",
        "(4|6)位(数|数字|)(的|)码",
        "那串(数字|码|数)",
        "(弹|跳|蹦|震|冒)出来的那(串|几个|几位)",
        "(令牌|验证器|认证器|口令卡|密保卡)(上|里|现在|跳|显示|的|那)*(几|数|数字|码|多少)",
        "来(了|)(个|1个|条|1条)(4|6)位(数|码|数字)",
        "发(了|)(个|1个|1串|几个)(数|数字)",
        "1 time (code|number|pin|digits|passcode)",
        "(number|digits|code|token|figures) (off|on|from) (the|your) (little |)(key fob|fob|token|card reader|authenticator)",
        "what does the (card reader|fob|token|authenticator|key fob) (show|say|display|read)",
        "(震|响|叮|弹|跳|蹦|冒)出来(的|)(那|)(1|几|4|6|)(个|位|串|)(数字|数|码)",
        "(里面|里头|上面)(的|)那(个|串|几个)(码|数字|数)",
        "(发|发过去|发来|发给你|发你)的(4|6)位(数|码|数字)",
        "短信*那几个(数字|数)",
        "发(个|你个|你1个|1个)码",
        "(verification|one time|authentication|access|text|sms|login|log in|auth) (code|number|pin)",
        "(6|4|5|8) digit number",
        "digit (code|passcode)",
        "(otp|o t p)",
        (
            "(number|numbers|digits|code|figures) (that |which |)(you |)(have |are |)(just |)(received|getting|got) (by|via|in|on|through|from) "
            "(the |a |your |)(text|sms|message|phone|mobile|app)"
        ),
        (
            "(code|passcode|digits|number|numbers|figures) (that |which |)(has |have |)(just |)(landed|dropped|pinged|buzzed|flashed|turned up|"
            "came up|come up|popped up|come through|came through|arrived|appeared|gone) (on|to|in|at|over) (your|the) (phone|mobile|handset|cell|inbox|text)"
        ),
        "(code|digits|numbers|figures) (i|we) (have |)(just |)(pinged|pushed|fired|shot|popped|sent|texted|messaged)",
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
def names(secrets: tuple[Secret, ...]) -> Phrases:
    """The patterns that name some secrets."""
    return compile_phrases(*(name for secret in secrets for name in _NAMES[secret]))


ASKS_BEFORE = compile_phrases(
    "报(一下|1下|下|你|出|上|全|给|完整|银行|信用|卡|安全|验证|密码|手机|短信|那个|这个)",
    "(提供|告诉|告知|念|读|说出)(一下|1下|下|我|我们|你|完整|出|)",
    "(说|讲)(一下|1下|下|出)",
    "(给我|帮我)(报|念|读|说)",
    "(差|缺|少)(1个|个|你的|1|)",
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
    "(pass|get|gimme|slip|shoot|drop|whisper|spell|do) (me|us)",
    "(spell|whisper) (the|your|that)",
    "whats (the|your|that)",
    "what (do|should) i (put|type|enter|use) (for|in|as) (the|your)",
    "(share|read|go over|repeat) *(with|to|for) (me|us)",
    "(read|repeat|say|recite) (me |us |)(that|those|the|your|all)",
    "(i am|we are|i am all) (ready|waiting) for (the|your|that|those)",
    "(i|we) (will|can|could|shall) (just |) take (the|your|that|those)",
    "(can|could|would|will) you (please|just|also|quickly|kindly|then|) "
    "(have|get|take|grab|read|tell|give|provide|share|confirm|repeat|say|spell|send|let|pass)",
    "(can|could|may|might|shall) (i|we) (please|just|also|quickly|kindly|then|) (have|get|take|grab|ask|trouble|confirm|hear|borrow)",
    "(i|we|just|only|to|all i|will|also) (just |only |also |)(need|require)",
    "need (the|your|that|those|all|a)",
    "need you to (read|give|tell|provide|share|confirm|say|repeat)",
    "(need|have|want|like) to (verify|confirm|check|take|have|get) (the|your|that)",
    "like (the|your|that|those)",
    "going to need",
    "let (me|us) (have|get|take)",
    "let (me|us) know (the|your|that|what the|what your)",
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
    "(也|都|还|就)(得|要|需要)(报|说|念|提供|告诉|给)",
    "(1起|1块|1块儿|1并|都)(说|报|念|告诉|给|发|提供)",
    "(报|说|念)(1个|个)",
    "你(说|报|念)我",
    "拼(给|出|1下)",
    "(看|瞧|查)(1|一|)(下|眼|看)(告诉|报|念|说|是多少|是几)",
    "(接着|继续|往下|挨个|逐个|1位1位)(念|报|读|说)",
    "(跟|和)(我|我们|这边)(说|讲|报|念)",
    "(念|报|读)(给|我|到|完|全|来|吧|1遍|一遍|1念|一念)",
    "(报|提供|念|读|说|讲)(一下|1下|下|一遍|1遍|出来|过来|全|给|我们|我听|到尾|声|1声|一声)",
    "(慢慢|直接|就|都|也|全部|完整|再|先|给我|从头|到|1个1个)(报|念|读|说|讲)",
    "(告诉|告知|发|发给|给|提供给|报给|念给|读给|说给)(我|我们|这边|客服)",
    "(跟|和|对)(我|我们)(说|讲)",
    "发过来",
    "都(要|得|需要)(报|提供|说|念|给)",
    "是(多少|什么|几|啥|哪)",
    "(多少|是|呢)?",
    "(多少|几|啥|什么)(呀|啊|呢|来着|哈|哦|嘛|吗|么|来的|)?",
    "(号|码|位)(是|)多少(呀|啊|呢|来着|哈|哦)$",
    "(to me|out loud)",
    "kindly (share|tell|read|give|send|say)",
    "(share|read|shout) (it|them)",
    "你(说|报|念)(吧|)$",
    "你(报|念)我",
    "(tell|give|read|send|share|spell) (it |them |that |)(to |)(me|us)",
    "(read|call|shout|say|spell|repeat) (that|this|it|those|them) (out|back|to me|to us|over)",
    "whenever you are ready",
    "just tell me",
    "read (it|them|that) (out|back)",
    "(what|can you tell me what|tell me what) (is it|are they|it is|they are)",
    "is?",
)

ASKS_NEXT = compile_phrases(
    "(接着|继续|往下|挨个|逐个|1位1位|后面的)(念|报|读|说)",
    "(念|报|读)(1念|一念|1声|吧|来|过来|上来|完)",
    "你(念|报|读)$",
    "(read|say|give|call|shout|let) (me|us) (have |)(those|them|it|that|the numbers|the digits|the code|what|all)",
    "(what|which) (number|code|digits|numbers|figures) (is it|are they|does it|did it|do you|have you|is there)",
    "what have you got$",
    "(read|tell|give|say) (it|them|that|those) (me|us)",
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
    "(what|which) (do|did|would) you (tap|punch|key|type|put|dial|press|enter) in",
    "(which|what) (code|number|digits|pin|word|password|4|6) (digits |numbers |)do you",
    "(which|what) (4|6) (digits|numbers|figures)",
    "what does the (card reader|fob|token|authenticator|key fob)",
    "(输|按|填)(的|)(是|)什么",
    "(pin|password|passcode|code|number|numbers|digits|back|front|card|cvv|otp) please",
    "安全码呢",
    "是哪(3|几|4|6)(位|个)",
    "^(你的|)卡号呢",
    "^(来|好来|那来|来吧)(你的|)(卡号|密码|验证码|安全码|口令)$",
)
"""A sentence that is nothing but the secret, asked."""

NEVER_BEFORE = compile_phrases(
    "(不会|不要|不能|不可以|不可|不得|请勿|切勿|从不|绝不|不应|没有必要|谨防|警惕|千万别)",
    "(不用|不必|不需要|无需|无须|没必要)(你|再|)(报|念|说|告诉|提供|给|输|发|把|读|讲|透露|索|问|完整|全部)",
    "(不用|不必|不需要|无需|没必要)(要|)(你|您)(的|)(密码|验证码|卡号|银行|完整|口令)",
    "(冒充|骗子|诈骗|陌生人|有人|对方|他|她)*(要|问|报|念|索|说)",
    "(谁|有没有|是否)*(把|让你|问你|跟你要)",
    "别(把|将|告诉|透露|泄露|说|给|发|报|念|轻易|随便)",
    "(对方|骗子|有人|人家|那人|那边)(是不是|有没有|)(叫|让|要|问|逼|骗|跟|找)你",
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
    "(别|不要|不用|不必)(跟|和|向|对|给)(我|我们|客服)(说|讲|念|报)",
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
    "(挡|遮|盖|打码|涂|抹|隐|划|保管|保护)",
    "(的时候|了吗|了没|错误|错了|不对|输错|修改|重置|更改|找回|设置|收到了|收到没|收到吗|过期|失效|锁|忘|登录|页面|提示|发送|发给你|正确|箱)",
    "(of|with|at least|longer than|must|should) *(letters|characters|long|capital|symbol)",
    "(reset|changed|expired|wrong|incorrect|locked|link|page|protected|to collect|to enter|to unlock)",
)

PARTIAL = compile_phrases(
    "号(的|)后面(的|)(2|4|6|几|两)(位|个)",
    "(后|末|尾|最后)(的|)(2|3|4|6|几|两)(位|个)",
    "(尾号|尾数)",
    "last (2|4|6|two|few) (digits|numbers|)",
    "(ending|ends) (in|with)",
)

IN_FULL = compile_phrases(
    "(整个|全)(的|)卡号",
    "前面(的|)(12|几)位",
    "(完整|全部|所有|整个|报全|16位|全号|19位|3位安全码|背面|反面|背后|签名|信用卡末尾)",
    "(full|whole|entire|complete|all 16|16 digit|16 digits|all the digits|all of|signature|back)",
)

PAYMENT = compile_phrases(
    "(银行|信用|储蓄|借记|支付|付款|扣款|退款|转账|还款|有效期|安全码|卡面|卡上|正面)",
    "(完整|全部|所有|整个|报全|16位|全号|19位|后4位|从头|1位)",
)
"""What makes a bare 卡号 the number of a payment card, and not a membership's or a phone's."""

NOT_SECRET = compile_phrases(
    "(用户|供暖|取暖|水|电|气|燃气|加油|饭|储值|公交|校园|学生|医保|就诊|图书|借书|购物|礼品|游泳|健身|洗车|停车)卡(的|)(卡|)号(码|)",
    "(密码|口令|卡号|验证码|安全码)(就|都|)(不用|不需要|不必)(了|说|报|念|给|发|提供)",
    "(密码|口令|卡号|验证码|安全码)(就|都|)(不用|不需要|不必)$",
    "(输|填|打|敲)(完|好|完了|好了)(这个|那个|)(密码|口令|验证码|校验码|动态码)",
    "(wifi|wi fi|无线|网络|路由器|宽带|光猫|门锁|开机|锁屏|初始)(的|)密码",
    "密码(箱|锁)",
    "(密码|验证码|口令)(是|)(多少|几)位(的|数|)(呢|啊|呀|)$",
    "(wifi|wi fi|wireless|router|network) (password|passcode)",
    "(会员|手机|电话|就诊|医保|购物|礼品|充值|门禁|积分|储值|流量|社保|公交)卡(的|)(卡|)号",
    "(sim|s i m)卡(的|)(卡|)号",
    "(travel|transit|oyster|opal|bus|student|key|points|fuel|club|staff|season|rail|concession|calling|parking|warranty|appointment|metro|"
    "patient|business|report|score|membership|member|loyalty|library|gift|sim|insurance|health|reward|rewards|store|id) card (number|details|information)",
    "(last|first) (2|4|6) digits on the back",
    "我的密码*你(帮|给)我查",
    "(取件|取货|提货|优惠|邀请|核销|登机|券)(码|短信|验证码)",
    "(订单|运单|单号|快递|发票|保单|合同|序列|设备|表|条码|会员|型号|底部|机身|邮编|邮政|路由器|标签|机器|水表|电表|燃气|屏幕|故障|"
    "包裹|箱子|盒子|面单|小票|铭牌|工单|票据|收据)(的|上|上面|上的|里|里面|底下|背面|后面|反面|贴的|贴着的|下面|最下面|)"
    "(的|那|这|)(1|几|3|4|6|)(串|排|个|条|位|)(长|)(编|)(数|数字|号码|号|16位|19位|编码)",
    "(取件|取货|提货|兑换|核销|入场|取票|订票|预约|排队|取餐|寄件)(用|)(的|)(那|这|)(个|串|条|几个|)(4|6|8|几|)(位|)(的|)(码|号|数字|数)",
    "(取件|取货|提货|兑换|核销|入场|取票|订单|预约|快递)(编|单|)(码|号)(在|就在|是在|都在|)(短信|信息|消息)(里|上|里面|)(6|4|8|几|)(位|)",
    "(serial|meter|model|order|tracking|reference|router|unit|voucher|product|booking|error|slip|label|parcel|locker|collection|"
    "display|box|machine|device|letter|case|ticket|claim|job|policy|library|gift|loyalty|phone|telephone|mobile|bus|fault|door|gate) "
    "(reference |id |confirmation |card |)(number|digits|digit|code|codes|numbers|back)",
    "(locker|collection|pickup|pick up|order|tracking|reference|booking|ticket|voucher|gift|promo|discount|coupon|claim|job|fault) "
    "(code|number|reference|pin|numbers) (is |should be |was |that was |)(in|from|on) (the|that|your|our) (text|message|sms|email)",
    "(快递柜|柜子|柜|储物柜|会议|取件|游戏|房间)(上|里|机|)(按|输|敲|填|打|摁)的",
    "(表|机器|设备|盒子|光猫|路由器|遥控器|包装|标签|手表|瓶子|电池|主机|机顶盒)(翻过来|反过来|倒过来|)(背面|反面|后面|底下)(的|那|)(3|几|4)(位|个)",
    "(call|ring|phone|dial|use|on|using|contact) (us on |them on |)(the|that|our) (number|phone number|freephone number) on the (back|reverse|front)",
    "card (number |)(that |)(they|the postman|he|she|the driver|the courier) (left|put|pushed|posted|dropped)",
    "card (through|behind|on|under) (the|your) (door|letterbox|mat)",
    "(number|numbers|digits|digit number|code) (on|at|from|off) (the|your) *(router|unit|meter|display|box|voucher|slip|"
    "label|device|machine|letter|flyer|bottom|bill)",
    "number on the back$",
    "(门禁|门锁|大门|单元门|房门|院门|防盗门|小区|楼道|楼下|车库|快递柜|储物柜|柜子|柜机|丰巢|驿站|自提柜|寄存柜|行李箱|保险柜)"
    "(的|上|门|开门|开柜|那个|)(的|)(开门|开柜|门禁|取件|取货|)(密码|验证码|口令|动态码)",
    "(access|entry|door|gate|alarm|security|entrance|intercom) (code|number|pin) (for|to|of|at|on) "
    "(the|your|that) (front |main |back |)(building|gate|door|flat|block|estate|lobby|entrance|garage|alarm|house|car park|complex|barrier)",
    "pin code *(area|deliver|delivery|city|postal|locality|region|address|town|district|pincode|state)",
    "(area|city|delivery|postal|locality|address) pin (code|)",
    "(password|passcode|pin|card number|security code|verification code|1 time code|card details|cvv) "
    "(rule|rules|requirement|requirements|policy|page|screen|format|hint|reset|delivery|letter|prompt|section|manager|"
    "strength|length|question|reminder|settings|setting|problem|error|attempts|entry|expiry|status|option|button)",
    "(promo|discount|voucher|coupon|gift|referral|collection|pickup) (code|pin|number)",
    "(digits|numbers|number|figures|code) (on|at|from|off|by) the (back|front|bottom|side|reverse) of (the|your|that|this) "
    "(tyre|watch|laptop|remote|packet|book|receipt|fridge|tin|bottle|battery|tablet|tv|television|scooter|bike|car)",
    "(sim|s i m)卡(的|)(背面|反面|上|后面)(的|)(那|)(1|)(串|排|个|)(长|)(数字|号码|号)",
    "(密码|口令|验证码|安全码|卡号|动态码)(的|)(那|这|)(1|)(页|项|规则|要求|长度|格式|强度|提示|界面|按钮|选项|入口|有效期|时效|保护)",
)
"""Other numbers and codes, and other passwords."""
