"""What agents say, as families of phrases: the evidence of ``roles``. Customers' words are in ``customer_words``.

A family counts once, and half again when it is heard twice: a habit of speech is not ten pieces of evidence.
您 and 你 are the same here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from qa.domain.detectors.phrases import Phrases, compile_phrases


@dataclass(frozen=True, slots=True)
class Family:
    """Phrases that say the same of who speaks.

    Attributes:
        worth: Weight of hearing one of them, beside other families of the same party.
        phrases: What is said.
        but: A phrase that shares a word with one of these is none.
    """

    worth: float
    phrases: tuple[str, ...]
    but: tuple[str, ...] = ()

    def patterns(self) -> tuple[Phrases, Phrases]:
        """The phrases and their exceptions in matching form."""
        return _compiled(self.phrases), _compiled(self.but)


@cache
def _compiled(phrases: tuple[str, ...]) -> Phrases:
    return compile_phrases(*phrases)


LINE = Family(
    2.0,
    (
        "(热线|中心|公司|银行|医院|诊所|药房|图书馆|教育|学校|售后|客服|酒店|前台|局|馆|店|部|科|社|所|厅|速运|快递|物流|航空|铁路|保险|电视|电信|联通|移动|燃气|自来水|物业|商城|服务|组)$",
        "(热线|中心|公司|银行|医院|诊所|药房|图书馆|教育|学校|售后|客服|酒店|前台|局|馆|店|部|科|社|所|厅|速运|快递|物流|航空|铁路|保险|电视|电信|联通|移动|燃气|自来水|物业|商城|服务|组)(你好|请讲|这里)",
        "(library|pharmacy|section|office|desk|service|services|support|department|line|hotline|helpline|reservations|claims|bank|clinic|surgery|school|garage|insurance|hotel|reception|company|airlines|airways|centre|center|telecom|bookings|returns|billing|enquiries|house|express|conditioning|electric|gas|water)$",
        "(this is|you are through to) *(library|pharmacy|office|desk|service|support|department|line|bank|clinic|surgery|school|garage|insurance|hotel|reception|company|centre|center|telecom|team)",
    ),
)
"""How a place that takes calls says its name. Customers say these words, too, but not as a whole sentence."""

TAKES_CALL = Family(
    3.0,
    (
        "(有什么|什么|哪里|怎么)(可以|能|需要|)(帮|为)(你|到你|你服务)",
        "(有什么|什么)(需要|可以)(帮助|帮忙|服务)",
        "需要(什么|哪些)(帮助|服务)",
        "高兴(为|)(你|)服务",
        "(竭诚|继续|)为你服务",
        "欢迎(致电|来电|拨打|你致电)",
        "(感谢|谢谢)你(的|)(来电|致电|拨打)",
        "(热线|专线|客服|中心|前台|公司|银行|航空|速运|保险|科技|营业厅|服务台)(你好|请讲|很高兴|为你)",
        "(你|)请(讲|说)$",
        "你说$",
        "go ahead$",
        "how (can|may|could) (i|we) (help|assist|direct)",
        "what can (i|we) do for you",
        "(thank you|thanks) for (calling|your call|contacting|phoning|ringing|choosing)",
        "(welcome to|you are through to|you have reached)",
    ),
)
"""Who picks up a line of business. Where the centre calls, that is the customer, at work."""

MAKES_CALL = Family(
    3.0,
    (
        "(calling|calling you) (from|on behalf of)",
        "(给你打电话|打给你|联系你|给你来电)(是|就是|因为|主要)",
        "(打这个电话|打电话|来电)(是|就是)(想|要|因为)",
    ),
)
"""Who calls, says so. Where the customer calls, that is the customer, whatever company they call for."""

INTRODUCES = Family(
    2.0,
    (
        "(这里是|这边是|这里|我这边是|我们是|我们这边是)*(银行|公司|客服|中心|热线|酒店|航空|保险|医院|口腔|营业厅|平台|集团|学校|教育|金融|售后|科技)",
        "我是*(客服|顾问|客户经理|专员|坐席|营业厅|售后|理财经理|服务顾问|护士|店员|技术支持|支持)",
        "(我是|这里是|这边是)*的小",
        "(银行|公司|客服|航空|速运|铁路|供电|中心)请讲",
        "(客服|客户服务|服务中心|贷款中心|理赔|技术部|客服部)你好",
        "(it is|this is|i am) *(from|with|at) (the|our|your|customer|technical|billing)",
        "(it is|this is) * (from|with)",
        "(my name is|i am) * i (work for|work at|work with|look after|look into|deal with|take care of)",
        "(support|reservations|billing|claims|desk|department|helpline|reception|office|care|sales|line) *speaking",
        "(customer service|technical support|front desk|claims department|customer care|customer support|reservations)",
    ),
    (
        "你(这里|这边)是",
        "(speak|talk|spoke) (to|with)",
        "(call|called|contact|to) (customer|technical|the)",
    ),
)
"""Says whom they speak for. Agents do, and so does who calls for a company, or answers at one."""

AGENT = (
    # Says whose agent it is
    Family(
        3.0,
        (
            "工号(0|1|2|3|4|5|6|7|8|9)",
            "(感谢|谢谢)你(的|)(接听|抽时间|抽空)",
            "(thank you|thanks) for holding",
            "(this|the|your) call (may be|is|is being|will be) recorded",
            "my name is *(from|with|calling from|how)",
        ),
    ),
    Family(1.5, ("what is the (problem|issue|emergency)",)),
    # Makes sure of whom it speaks with, and asks for what it needs
    Family(
        3.0,
        (
            "请问(你|)是*(先生|女士|小姐|本人|妈妈|爸爸|家长|老师)",
            "(你|)是*(先生|女士|小姐|本人|妈妈|爸爸)(吗|吧|么)",
            "(你贵姓|怎么称呼)",
            "am i speaking (to|with)",
            "who am i speaking",
            "(is that|is this|am i talking to) (mr|mrs|miss|ms)",
            "you are speaking (to|with)",
            "(may|can|could) i speak (to|with) (mr|mrs|miss|ms)",
        ),
        ("是我本人",),
    ),
    Family(
        2.5,
        (
            "(报|提供|核对|留|出示)(一下|下|我|个|)(你的|你|)*(号|地址|姓名|名字|电话|码|证件|位|信息)",
            "(单号|卡号|账号|户号|订单|订单号|号码|车牌号|合同号|手机号|型号|票号|姓名|名字|电话|地址)*(是多少|是什么|是哪|报一下|说一下|报给我|给我|你说)",
            "(请|麻烦)你(报|提供|说|核对|描述|输入|打开|留|确认)",
            "^(你的|)(订单号|单号|号码|账号|户号|手机号|卡号|地址|姓名)$",
            "(哪个|什么)(小区|订单|单号|地址|位置|房间|型号|号码)$",
            "(具体|详细)(地址|位置|是什么)",
            "(can|could|may) i (just|please|) (have|get|take|ask for|grab) (your|the|a)",
            "(what is|what was) (your|the) *(number|address|name|code|postcode|email|reference|birth|key)",
            "do you have (your|the|a|an) *(number|reference|code|key|receipt|id) (handy|there|with|)",
            "(can|could) you (please|just|) (give|tell|confirm|provide|spell|read|verify) (me|) (your|the)",
            "^(your|) (account|tracking|order|policy|reference|booking|phone|zip|serial) number$",
            "which (room|transaction|account|product|card|order|number|flight) (are|is|do|was)",
            "(read|give) me (your|the) *(code|number)",
        ),
        ("我(报|提供|说)",),
    ),
    Family(
        1.5,
        (
            "你(之前有没有|现在还在|家里有人|家有人|方便|看可以|看行|看这样|看哪|打几分|要哪个|是要|确定要|现在方便)",
            "请问你",
            "有没有(受伤|反映过|收到|安装|重启|试过)",
            "是(不是|否)你(本人|自己)",
            "are you (an existing|a new|still|able|near|running|using|paying|at home|the account)",
            "did you (restart|try|check|authorise|authorize|receive|get a chance|turn|make)",
            "(is it|is the|is your) *(red|green|on|expired|plugged|working|coming)?",
            "(who|what) (is|are) (the|you) *(landlord|paying|running|calling about)?",
        ),
    ),
    # Acts for the other
    Family(
        2.0,
        (
            "(我|我们|这边|先|已经|再|这就|那|都)(先|再|来|会|就|马上|)(帮|为|给|替)你(查|看|办|登记|处理|申请|安排|预约|报|改|转|催|留|发|补|冻结|核|反馈|记|推荐|打|加急|备注|退|升级|开|取消|调|挂|减|送|保留)",
            "(帮|为|替)你(查|看|办|登记|处理|申请|安排|预约|报|改|转|催|冻结|核|反馈|记|开|取消|挂)",
            "给你(办|登记|申请|安排|预约|报|改|转|催|补|核|反馈|记|推荐|退|升级|开|取消|挂|减|保留|回复|答复|带来|换|送|降|留|抹)",
            "(报|发|退|送|寄|换)给你",
            "(跟|和|与|向)你(核对|核实|确认|说明)",
            "已经(记录|登记|提交|反馈|发送|通知|受理|处理)",
            "(转|反映|反馈|提交)(给|到)*(部门|同事|专员|技术|主管|城管|相关)",
            "(i will|i can|we will|we can|i am going to|let me) (just|now|go ahead and|) (book|put you|transfer|note|raise|open|email you|text you|send you|send out|send a|process|update|block|refund|resend|rebook|arrange|schedule|remove|connect|replace|credit|waive|renew|pull|bring that|look into|set you|find out for)",
            "(i have|we have|i just) (processed|found you|updated|blocked|noted|located|sent you|texted|booked you|removed|refunded|credited)",
            "(i am|i will be) (showing|seeing|transferring|putting)",
            "(transfer|put|connect) you (to|through|on|over)",
        ),
        ("(你|能|可以|麻烦你)*(帮|给)我", "(can|could|will|would) you"),
    ),
    Family(
        2.0,
        (
            "(系统|这边|这里|后台|页面)(显示|查到|看到|查询到|监测到|提示)",
            "(查|看|找)到(你|了你|这边|有一笔)",
            "(查|挂|改|约|登记|办)好了",
            "(没看到|没查到|没有查到)",
            "it (says|shows|was delivered|looks like)",
            "(i see|i can see|i am seeing) (here|that|your|a|the)",
            "(our|my) (system|records|technical team|billing team|supervisor|screen|colleague|manager)",
            "your (account|order|file) (shows|is|has|says)",
        ),
    ),
    Family(
        1.5,
        (
            "(个工作日|天|小时|分钟)(内|之内)*(回复|联系|到账|处理|上门|结果|答复)",
            "(师傅|工作人员|专员|专人|快递员|查勘员|同事|客服)*(联系你|给你|上门|跟进)",
            "短信*(查收|通知|发)",
            "注意查收",
            "you (will|should) (get|hear|see|receive|find|be|have)",
            "you (can|need to|have to|could) (renew|collect|come|set|pay|upload|bring|apply|download|go|do that|pick)",
            "(they|crews|a crew|someone|an engineer|a technician|it) (will|expect|should|is) (be with you|restore|call you|contact you|on its way|reach you|be about|come out)",
        ),
    ),
    Family(
        1.0,
        (
            "你的(账户|账号|卡|订单|套餐|账单|快递|宽带|借款|还款|建议|包裹|会员|保单|电话|号码|姓名|名字|身份证|车|合同|预约|申请|反馈|意见|来电|问题|配合|理解|耐心)",
            "你(这张|这单|这个|名下|目前|本期|尾号|今年|上个月|预约|那个卡)",
            "your (account|booking|order|appointment|balance|payment|card|plan|policy|bill|call|flight|membership|subscription|number|name|address|area|journey|contract|data|patience|time|recent|donation|check|policy|full|cooperation|online)",
        ),
    ),
    Family(
        1.0,
        (
            "(我们|咱们)(公司|这边|店|平台|银行|系统|会|承担|已经|客服|技术|师傅|这个月|专门|工作人员|可以|核实)",
            "(我们这|咱们这)",
            "(we are|we have|we will|we do|we can) *(you|your|offering|outage|seen|blocked|cancelled|team)",
            "we (cancelled|noticed|deliver|offer|ship|open|close|require|haven)",
        ),
        ("我们(家|小区|楼)",),
    ),
    # Manners of the trade
    Family(
        3.0,
        (
            "还有(其他|别的|什么|其它)*(问题|帮|需要)",
            "(其他|别的)(问题|可以帮|需要)",
            "anything else (i|we|that|you|today|for)",
            "^anything else?",
        ),
    ),
    Family(
        2.5,
        (
            "满意(吗|么|度)",
            "打(几|多少)分",
            "(回访|评价一下|做个调查|做个评价|满意度)",
            "(耽误|占用|打扰)你",
            "on a scale (of|from)",
            "how likely are you",
            "(short|quick|brief|customer|satisfaction) survey",
            "how (would|do) you rate",
            "are you (happy|satisfied) with the",
            "do you have *(minute|minutes|moment) (for|to)",
        ),
    ),
    Family(
        1.5,
        (
            "(请稍等|让你久等|不要挂机|请你稍等)",
            "(请|麻烦)你(稍等|稍候|稍后|耐心|不要挂|别挂|保持|放心|谅解|注意|携带|记得)",
            "(感谢|谢谢)你(的|)(耐心|等待|配合|支持|理解)",
            "祝你(生活|工作|购物|一切|周末|旅途|)(愉快|顺利)",
            "please (hold|stay on|bring|arrive|keep|press|restart)",
            "(bear with|stay on the line)",
            "(thank you|thanks) for (waiting|your patience|your time|everything)",
        ),
    ),
    Family(
        1.0,
        (
            "(非常|十分|真的|很|)抱歉(给你|让你|)",
            "(带来不便|理解你|你放心|不用担心)",
            "(i am|we are) (so|very|really|) sorry (to hear|about|for)",
            "(i|we) (apologise|apologize)",
            "i (completely|fully|totally|) understand",
            "(i am afraid|do not worry|no problem|not a problem)",
        ),
    ),
    Family(
        1.5,
        (
            "(优惠|活动|套餐|老客户|会员)*(推荐|享受|专享|考虑|截止|减)",
            "(推荐|赠送)(一个|一款|你)",
            "(提醒|通知)(你|一下)",
            "(what|how) (about|would you say)",
            "would you (like|prefer|be interested|mind|consider) (me|to|a|an|us|it|if|)",
            "(if you like|if you prefer|whichever you prefer|any good for you)",
            "(special offer|free of charge|remind you)",
        ),
    ),
    Family(
        2.0,
        (
            "(逾期|欠费|欠款|扣款没有成功)*(征信|今天|尽快|最晚|存|还)",
            "(什么时候|几号|今天|最晚)*(还款|还钱|还上|能还|还清)",
            "你(欠|逾期|拖欠|还欠)",
            "(起诉|律师函|法务|催收|联系你家人|影响征信)",
            "you (owe|are behind|are overdue|missed a payment|still owe)",
            "when (are you going to|will you|can you) pay",
            "(past due|overdue|outstanding balance|attempt to collect|promise to pay)",
        ),
        ("我(欠|还欠|逾期)",),
    ),
)
