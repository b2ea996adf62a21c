"""The words of what may be a request for a secret: what carries one, what asks, and what is harmless."""

from __future__ import annotations

from dataclasses import dataclass

from qa.domain.detectors.phrases import Phrases, compile_phrases
from qa.domain.detectors.privacy_words import Secret


@dataclass(frozen=True, slots=True)
class Carrier:
    """Words of several kinds that together, within two sentences, speak of a secret.

    Attributes:
        kinds: Each kind must be found; the last of them stands in the sentence itself.
    """

    secret: Secret
    kinds: tuple[Phrases, ...]


_ARRIVES = compile_phrases(
    "(text|texts|texted|sms|message|pinged|buzzed|buzz|handset|authenticator|app|email|popped|pop|screen)",
    "(came|come|comes|coming) (through|up|in|to)",
    "(has|have) come",
    "(you|have|has) (just |)(received|got)",
    "that (code|passcode) (was|is)",
    "(on|to) your (phone|mobile)",
    "(手机|电话)(应该|刚才|刚刚|刚|会|是不是|上|)*(响|叮|震|嗡)",
    "(i have|i am|we have|just) (sent|sending|triggered|going to send)",
    "(短信|信息|消息|推送|手机上|弹出|跳出|收到|下发|发来|发给|发了|验证器|会来)",
)
_DIGITS = compile_phrases(
    "(number|numbers|digit|digits|figures|code|passcode)",
    "(what|it|they) (does |do |did |)(the |)(it|they|text|message|screen|app|) *(say|says|saying|said|shows|showing)",
    "(6|4|5|8) (figures|digit)",
    "what is (in|on) (it|there|the message|the text|that message|that text|the notification)",
    "(read|sing|shout|reel|rattle) (it|that|them|this) (out|off|to me|over)",
    "(3|4|5|6|8)(个|位)(数|数字)",
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
    "(背面|后面|反面|背后|签名|翻过来|翻个面|翻面|卡背)",
)
_THREE = compile_phrases(
    "(3|last 3|little 1s|digits|numbers|short number|small number)",
    "(3位|仨|3个|小数字|那几个数|数字|几位)",
)
CARRIERS = (
    Carrier("one_time_code", (_ARRIVES, _DIGITS)),
    Carrier(
        "one_time_code",
        (
            compile_phrases("(发|推)(到|在|给|)你(的|)(手机|)(上|)", "收到(以后|之后|后|了)"),
            compile_phrases("(报|念)(给|)我", "(说|讲)(1下|一下)是(多少|几)"),
        ),
    ),
    Carrier(
        "one_time_code",
        (
            compile_phrases(
                "(把|那个|这个|你的|那串|这串)码",
                "(把|要)(里面的|那|这|)(个|串|几个|6个|4个|)(数字|数)(给|报|念|告诉|发)",
                "(我要|把|报|念)里面的(数|码)",
                "(read|tell|give|call|say|shout|repeat) *(the|that) (code|passcode)",
                "(text|send|forward|share) (me|us|it|the|that|over) *(code|passcode)",
                "let (me|us) know (the|that|your|what the|what) (code|passcode)",
                "(what|which) (code|passcode) (did|do|have|has) (they|you|it|we)",
                "(what|which) (code|passcode) (is|was) (in|on) (it|your|the) *(phone|text|message|mobile|sms)?",
            ),
        ),
    ),
    Carrier(
        "card_number",
        (
            compile_phrases(
                "(start|go|read|begin) from the *(left|beginning)", "from the first digit"
            ),
        ),
    ),
    Carrier("password", (compile_phrases("what do you (sign|log|get) (in|on|into it) with"),)),
    Carrier(
        "one_time_code",
        (
            compile_phrases(
                "what *(authenticator|key fob|token)",
                "(secure key|code generator)",
                "(backup|recovery) (code|codes)",
            ),
        ),
    ),
    Carrier(
        "one_time_code",
        (compile_phrases("(otp|o t p|passcode|1 time code|动态口令|校验码|验证码|动态码)"),),
    ),
    Carrier("card_number", (_CARD, _WHOLE)),
    Carrier("card_number", (compile_phrases("(long|big) number", "(16|sixteen) digits"),)),
    Carrier("security_code", (_BEHIND, _THREE)),
    Carrier(
        "security_code",
        (compile_phrases("(cvv|cvc|cvn|c v v|c v c)", "security (code|digits|number)", "安全码"),),
    ),
    Carrier(
        "password",
        (
            compile_phrases(
                "(password|passphrase|secret word|secret phrase)",
                "(your|the) pin",
                "(密码|口令)",
            ),
        ),
    ),
    Carrier(
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
    Carrier(
        "password",
        (
            compile_phrases(
                "(cash machine|atm|till|cashpoint)", "(取钱|取款|支付|付款|刷卡|机器上|柜员机)"
            ),
            compile_phrases(
                "(4|four|numbers|digits) *(put|tap|use|type|key|punch)",
                "(按|摁|输)的(是|)(那|哪|)(几|6|4)(个|位)",
            ),
        ),
    ),
    Carrier(
        "password",
        (
            compile_phrases(
                "what do you (tap|key|punch|type) in",
                "how do you unlock (your|the) (phone|tablet|laptop|computer|handset)",
                "what is your (login|log in)",
                "(手机|电脑|平板)(解锁|开机)(是|用|按)(什么|啥|哪)",
            ),
        ),
    ),
)

_SAID_OUT_ZH = "(密码|口令|验证码|校验码|动态码|安全码|卡号|cvv|的码|个码|串码)"
_SAID_OUT = (
    "(password|pin|otp|cvv|cvc|passcode|security code|card number|memorable word|verification code)"
)
OUTRIGHT = compile_phrases(
    f"{_SAID_OUT_ZH}(麻烦|请|先|都|)(说|报|念|讲|给|发|告诉|读)(给|到|)(我|我们|客服|坐席|站长)",
    f"{_SAID_OUT_ZH}你(给我|跟我|替他|替她)(说|报|念|讲)",
    "(账号|号码|卡号)(完整|从头|1位1位)(复述|念|报|读|说)",
    "卡号(和|跟|加)(后|背面|安全)",
    f"{_SAID_OUT_ZH}(麻烦|请|你|都|全|)(说|报|念|讲|读|给)(一下|1下|下|过来|出来|吧)",
    "(报|念|读|说|给|要)*(整个|完整的|全)卡号",
    "(整个|完整的|全)卡号*(报|念|读|说|给)",
    "密码(是|)(多少|啥)",
    "口述*(密码|卡号)",
    "(里面的|刚到的|到的|那条)*码(给|报|念|发|告诉)(给|)我",
    "(6|4)位码(告诉|告知|报|念|给|发)",
    "第1组(4个|4位|)(数|数字)",
    f"(give|tell|read|speak|say|send|text|chuck|share|shout|spell) (me|us) *{_SAID_OUT}",
    f"(say|speak|spell|read|give|tell|share|pass|whisper) *{_SAID_OUT} (to|with) (me|us)",
    f"(what is|what would|what was) (your|the) *{_SAID_OUT}",
    f"^(and |so |then |)(the |your |)(debit card |credit card |card |){_SAID_OUT} (please |sir |madam |)$",
    "(card number|long number) (again|1 more time|once more)",
    "card starts *(next|other)",
    "(card number|long number) i am (wanting|after|needing)",
    "(6|4|5|8) (digits|numbers) *(arrived|come|came|landed) *(bank|phone|text)",
    "speak (the|your) (password|pin|code)",
    "what do i put for (the|your) (password|pin)",
)
"""Requests in so many words, whatever else stands beside them but a warning."""

DOORS = compile_phrases(
    "(门|门禁|门锁|柜|箱|楼|单元|会议|房间|无线|wifi|wi fi|路由器|宽带)*(密码|口令)",
    "(gate|door|area|postal|locker|building|lobby|barrier|wifi|wi fi|router)",
)
"""Codes that open a door or name a place, which an agent may hear."""

TALK = compile_phrases(
    "(会来|会收到|将收到|会发|会有|不正确|登录需要|提供的|预留的|错|锁|重置|重设|忘|挂失|找回|到期|过期|变|换|改|恢复|失效|作废|位以上|设|发到|发您|收不到|没收到|没来|看不到|看不清|不需要|不用|不要|"
    "免密|指纹|自己|遮|挡|柜台|网点|知道|隐藏|关掉|没电|绑|谁|有人|骗|收到了吗|收到了没|几次|邀请|邮件里|在哪)",
    "(will|about to) (get|receive|come|arrive|text|be sent|send)",
    "(有效|正确|输了|你输1下|你输一下|是6位|是4位|红包)",
    "(i am|we are|just) sending",
    "(is|are|was|were|has|can|should|must) *(safe|stored|required|sensitive|emailed|saved|ready|fine|valid|update|able|encrypted|masked|hidden|there|on)",
    "(must|should|needs to|has to) be",
    "(lasts|works|sorted|chip and pin|on the map|again now)",
    "did you (get|receive)",
    "you (will |)need *to",
    "(reset|resets|resetting|lock|locks|locked|unlock|unlocked|block|blocked|wrong|incorrect|forget|forgot|forgotten|expire|"
    "expires|expired|change|changed|changes|set|setting|new|post|envelope|branch|box|field|symbol|symbols|letters|face|fingerprint|knows|"
    "work|works|ignore|disclose|right|lost|stolen|scam|claimed|pretending|typed|type|enter|covers|cover|using|used|"
    "somebody|someone|anybody|anyone|nobody|he|she|conference|meeting|receipt|locker|plug|hinge|pad|cashpoint|cash machine|not|never|no)",
)
"""What is said of a secret that nobody asks for: that it is wrong, was sent, is to be changed."""

_TEXTED = compile_phrases(
    "(text|texts|texted|sms|pinged|buzz|buzzed|buzzing|authenticator)",
    "(message|code|passcode) *(there yet|come through|come in|arrived|landed|popped|just sent|on your phone|to your phone|on your mobile)",
    "(pinged|texted|sent|fired|pushed) *(code|passcode) (over|across|to you|through)",
    "(手机|电话)(应该|刚才|刚刚|刚|会|是不是|上|)*(响|叮|震|嗡)",
    "(短信|验证信息|验证消息)",
)
_SIX = compile_phrases(
    "(3|4|5|6|8|the|those|that|what|which) (numbers|digits|figures|code|passcode)",
    "(a|the|that|this) (code|passcode)",
    "what number (is it|does it|did it|is in|is there|is on it)",
    "(buzz|text|sms) *(with a number|with numbers|a number in)",
    "what is in (it|there|the message|the text|that message|that text|the notification)",
    "(4|5|6|8|几)(位|个)(数字|数|码|)",
    "(那|这)(串|几个|几位|个)(数字|数|码)",
)
_CARD_TURNED = compile_phrases(
    "(flip|turn) *(card|it) *(over|round|around)", "(翻|反)(过来|面|到背面)"
)
_THREE_ON_IT = compile_phrases(
    "(those|the|last|little|small) (3|three) (numbers|digits|figures|1s)",
    "(3|仨)(位|个)(小|)(数字|数|码)",
)
PLAIN = (
    Carrier("one_time_code", (_TEXTED, _SIX)),
    Carrier("security_code", (_CARD_TURNED, _THREE_ON_IT)),
)
"""Carriers that leave no doubt about what is meant, where the asking words are plain, too."""

PLAIN_ASKS = compile_phrases(
    "(read|tell|give|call|shout|repeat|share|spell) (me|us|those|that|them|it|out|over)",
    "(sing|reel|rattle|trot|holler) (out|off|it|them|those)",
    "(let me|can i|could i|may i|let us) (have|get|take) (it|that|them|those|the numbers|the digits|the code|the passcode|the figures|the 6|the 4)",
    "(i|we) (just |only |will |do |)need (it|that|them|those|the numbers|the digits|the code|the passcode|the figures|the 6|the 4)",
    "what (number|numbers|code|digits|figures) (is it|are they|does it|did it|do you|have you)",
    "what (have you got|is in it|is in there)",
    "(念|报|读)(给|我|1下|一下|吧|来|过来|出来|1遍|1念)",
    "你(念|报|读)",
    "(跟|和)(我|我们)(说|讲)",
    "(发|给|告诉)(我|客服|我们)",
)
"""What asks for a thing to be said or sent to the agent."""

ASKS = compile_phrases(
    "(read|tell|give|say|shout|call|spell|share|repeat|pop|send|text) *(me|out|us|it|that|them|back|the|those|your|this|what)",
    "(sing|reel|rattle|trot|holler) (out|off|it|them|those)",
    "tell$",
    "(first|then|and) the",
    "(let me|let us) know",
    "(let me|let us|can i|could i|may i) (have|get|take|know)",
    "(let us|i will|i just|just) (have|need|take|type)",
    "(what|what is|what are|what was|what did|what does|what do|how do|which)",
    "(go ahead|carry on|go on|start with|start from|keep going|mind reading)",
    "(please|kindly|tell|number|digits|code|pin|cvv|cvc|back|3|it|there|numbers|say|strip|shows|was|saying|now|box|email|password)?",
    "^(and|then|now|next|last thing) *",
    "(i will|i just|i only|also|then i only|i) need",
    "please",
    "(念|报|读|说|讲|告诉|跟我|发我|给我|发过来|登记)",
    "什么(密码|口令)",
    "(多少|是几|写的几|是啥|填啥|是什么|几几|哪几|什么呀)",
    "(还有|以及|也要|也报)",
    "再(把|报|加|有|来|念|说|给|要|发)",
)

OWN_HANDS = compile_phrases(
    "(give|read|show|quote|say|pass|tell) (it|that|them|this|the code|the pin|the number|the passcode) to (the|your|our) "
    "(courier|driver|engineer|postman|rider|technician|installer|fitter|cashier|guard|porter|concierge|delivery man|delivery driver)",
    "(tell|show|give) (the|your|our) (courier|driver|engineer|postman|rider|technician|installer|fitter|cashier|guard|porter|concierge|delivery man|delivery driver)",
    "(报|念|说|给|告诉|出示)(给|)(那个|上门的|)(快递员|快递|师傅|店员|骑手|司机|柜员|配送员|门卫|保安|商家|驿站)",
    "(give|gives|giving) (me|us) (a|1|another) (quick |)(call|ring|shout|bell|buzz|moment|second|minute)",
    "(forgotten|forgot) your (password|pin)",
    "(do|did|have) you (already |)(have|set|got|set up) (up |)(a|any) (password|pin|passcode)",
    "(type|enter|key|put|tap|pop|fill) (it|them|that|this|your|the) *(yourself|keypad|app|website|screen|page|box|in)",
    "(type|enter|key|put) (in|) *(yourself|keypad)",
    "(you will|you can|you just|you need to|then you|please) (type|enter|fill|key|change|choose|set|cover)",
    "^you (type|enter|fill|key|change|choose|set|cover)",
    "for you to (type|enter|key)",
    "(点|按)(一下|1下|击|)(获取|发送|确定|提交|忘记)",
    "填(上|进|到|好|在)",
    "(set|choose|create|make|pick|change|reset) (a|your|the) (new |)(password|pin)",
    "(自己|本人)(在|)(手机|键盘|页面|软件|网页|)*(输|填|操作|设|改|点)",
    "(键盘|页面|网页|软件|系统)*(输入|填写|填)",
    "(输入|填)(在|到|进)",
    "(手机|键盘|页面|软件|网页|屏幕|电脑)(上|里|中)(输入|填|点)",
    "(说|讲|告诉我|吱)(1|一)声",
    "(will not|would not|does not|not) (take|accept|work|recognise)",
    "(改|换|忘|忘记|重置)(了|过|掉|)(登录|)(密码|口令)",
    "(打个分|打分|评价|评分|满意|回个数字|回复)",
    "(survey|rate|rating|score|feedback|how i did|how we did|how did i do|how did we do|stars)",
    "(reply|press|tap) *(number|1|one|star|key)",
    "(let me know|tell me|shout|say) (once|when|if|after|as soon as)",
    "(how many|when did|when was|how long|how often|how old|which phone|which number|what number shall|what number should)",
    "(best|right|which|good|contact|mobile|phone) number (to|for|should|shall)",
    "(number|which|where) *(send|text|message) (it|the|you|that|this) *(to|on)?",
    "(哪|什么)(个|)(手机|号码)",
    "(error|warning|welcome) (message|text|page|screen)",
    "(last|ever) (change|changed|set|reset)",
    "(tell|told|given|gave) (anybody|anyone|somebody|someone|him|her|them)",
    "(asking|asks|asked) for your",
    "(she|he|they|you) (has|have|need|needs) to (send|text)",
)
"""What is done without anybody saying the secret."""

ELSE = compile_phrases(
    "(order|booking|tracking|consignment|waybill|reference|docket|account|policy|customer|member|membership|phone|telephone|mobile|contact|"
    "invoice|ticket|flight|serial|model|meter|error|post|postal|zip|area|dialling|promo|voucher|discount|product|"
    "registration|licence|license|plate|vehicle|room|house|flat|seat|bus|case|claim|job|parcel|delivery|collection|"
    "gate|door|locker|fault|batch|lot|item|course|student|patient|date|birth|gift|coupon|pickup|collection|employee|staff|payroll) "
    "(card |reference |id |confirmation |identification |)(number|numbers|code|codes|digits|pin|of birth)",
    "(digits|number|numbers|code) (of|on|from|for|at) (the|your|that) *(order|booking|meter|router|parcel|invoice|label|receipt|"
    "tyre|box|bill|letter|unit|boiler|display|machine|device|vehicle|phone case|bottom|gate)",
    "(订单|运单|快递|单号|会员|手机|电话|联系|身份证|保单|合同|发票|序列|设备|水表|电表|燃气|表|户|工|工单|文件|"
    "车牌|房|取件|取货|优惠|邀请|故障|错误|学|航班|座位|门禁|楼|尾|票|预约|条形|二维|尺)(的|)(编号|单号|号码|号|码|代码)",
    "(单号|编号|型号|尾号|邮编|日期|生日|地址|金额|读数)",
    "(sim|手表|电话|手机|流量|物联)(这|那|里|的|)(张|)卡",
    "(code|text|message) (come|came|was|is) from",
    "发送方",
    "(弹|跳)出来的(话|字|提示|框|页面|文字|窗口)",
    "(call|ring|phone|text) (you on |)this number",
    "(信号|号线|几号|多少钱|几天|几点|几月)",
    "(姓名|名字|怎么称呼|邮箱|什么手机|哪个手机|哪年|什么时候|提示什么|显示什么|提示的什么|怎么提示|行不行|能不能|好了没|有没有)",
    "(name|surname|address|postcode|email|birthday|what phone|which phone|what it says now|what you see|what you get)",
    "(what|which) (time|year|day|date|price|amount|depot|branch|floor|size|platform)",
    "how (much|old|many|long)",
    "(dial|meter|modem|router|odometer|thermostat|dashboard|queue|price|balance|national insurance|social security)",
    "(金额|扣了|多少钱|花了|几点|排队|前面还有|预约|发票|会员卡|账单|年份|几口人|页面|仪表|路由器|光猫)",
    "(loyalty|library|gift|red|membership|business|postcard|points|travel|oyster|bus) card",
    "(through|under|behind) (the|your) (door|letterbox|mat)",
    "(when|once|after) you (enter|type|put|use|log|click|press)",
    "(打|拨)(这|那)个(号码|号|电话)",
    "(top|bottom|corner|left|right|middle|side) of (the|your|that) (screen|page|display|form|bill|label|letter|app)",
    "(button|tab|menu|heading|page|link|tile) (that|which) (says|say|reads)",
    "(wi fi|wifi|无线|路由器|宽带|光猫|门锁|箱)(的|)(密码|password)",
)
"""Other numbers that are asked for, and that come by text as well."""
