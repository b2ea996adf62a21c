"""What customers say, as families of phrases: the evidence of ``roles``. Agents' words are in ``role_words``."""

from __future__ import annotations

from qa.domain.role_words import Family

CUSTOMER = (
    # Says what it wants
    Family(
        2.5,
        (
            "我(想|要|是想|就想|就是想)(问|咨询|查|退|投诉|取消|改|换|办|了解|反映|挂|预约|报|申请|买|订|充|开|提前|把|请问|知道|看看)",
            "(问一下|请问一下|咨询一下|打听一下)我",
            "我来(问|查|退|办|投诉|报)",
            "i (would like|want|need|would love|would rather) to (just|) (cancel|return|ask|know|complain|report|change|speak|talk|make|book|renew|get|find out|pay|order|check|see|buy|claim)",
            "i (am|was) (trying|hoping|wondering|looking) (to|for|how|if|whether|why|what|when)",
            "i wonder if",
            "i want (a|my|the) (refund|money|new|manager)",
            "calling about (my|a|the|an)",
            "i am calling (because|to ask|to report|to complain|to cancel|to find|to see|to check)",
        ),
    ),
    Family(
        1.5,
        (
            "我(的|家|们家|们小区|们楼|儿子|女儿|妈|爸|老婆|老公|孩子|朋友)",
            "我(有个|有一个|买的|买了|订的|订了|点的|交的|充的|办的|前天|昨天|前几天|上个月|上周|刚才|刚刚|之前|去年|这个月|这几天|最近|在你们)",
            "my (order|bill|card|internet|phone|flight|room|car|house|son|daughter|mother|father|wife|husband|neighbor|neighbour|kids|boss|landlord|address|contract|policy|refund|money|package|parcel|statement|insurance|driveway|router|line|password|ear|knee|sister|brother|license|computer|laptop|appointment|reports|list|subscription|payment|bank|bag|luggage|hotel|power|water|gas|medication|salary|email|account)",
            "our (power|water|internet|house|building|street|gas|electricity|router|flight)",
        ),
        ("我的(同事|工号|名字)", "(in|with) my"),
    ),
    Family(
        2.0,
        (
            "怎么(还|这么|那么|能|多了|翻|又|突然|搞)",
            "(凭什么|这么贵|太贵|太慢|骗人|没人管|太过分)",
            "(到现在|一直)(还|都|)(没|不|显示)",
            "(怎么|为什么|到现在)(还|都|)(没|不)(有|到|收到|退|给|能|提前)",
            "(上不了网|连不上|打不开|坏了|没动静|没反应|用不了|少送|掉色|不见了|停水|停电|脱机)",
            "(投诉你|投诉你们|我要投诉)",
            "i (was|got|have been|am being|am) (charged|waiting|told|billed|overcharged|on hold)",
            "(still|never) *(arrived|come|shown up|received|got|worked|came|working)",
            "(is not|not|stopped|does not|has not been) (working|work|arrived|arrive)",
            "(keeps|kept) (dropping|crashing|freezing|cutting|saying|happening|going)",
            "every time i",
            "(too expensive|ridiculous|unacceptable|very disappointing|awfully high|freezing)",
            "i do not (recognise|recognize|understand why|have it on me)",
        ),
        ("你(怎么|那个)(还|又)不",),
    ),
    # Asks for help, and for the terms
    Family(
        2.0,
        (
            "(麻烦|请)你(帮|给)我",
            "(帮|给)我(查|看|退|处理|解决|办|改|取消|挂|转|催|减免|重新|再|换|开|报|加|留|备注|安排|推|问|送)",
            "(能不能|可不可以|可以不可以|能否)(请|帮|给|再|换|退|缓|改|便宜|早|快|先|减)",
            "(加我|联系我|给我打|给我回|打给我|通知我)",
            "(can|could|would) you (please|maybe|just|) (help me|check|tell me why|tell me when|tell me how|tell me if|look|leave|find|fix|cancel|explain|refund|call me|send me|do something|take)",
            "(just|please) (refund|cancel|send|fix) (me|it|my)",
            "would it be possible",
            "thank you (so much|very much) for (looking|taking)",
            "(speak|talk) to (a|your|the) (manager|supervisor|human|person|somebody|someone)",
        ),
    ),
    Family(
        1.5,
        (
            "(多少钱|要不要钱|收费吗|要钱吗|免费吗|怎么收费|要多久)",
            "几点(来|到|能|送)",
            "什么时候(能|来|到|可以|恢复|才|发|退|给)",
            "(要|需要)带什么",
            "(在哪|在哪里|怎么)(看|查|弄|办|操作|交|取)",
            "我(还|)要(交|等|去|怎么|付|补)",
            "(能|可以)(改|退|换|取消|便宜|留|买|报销|保证)*(吗|么)",
            "有没有(合约|优惠|别的|办法|早一点|便宜)",
            "我*(能|可以|需要)*(吗|么)",
            "我(该|应该|要|得|能)(怎么|去哪|找谁)",
            "那*(怎么办|呢)",
            "(can|could) i (come|buy|pay|return|change|cancel|do|still|use|claim|make|book|keep|move|leave|get 2|get a|get my|get some|get it|get an|get 1)",
            "do i (have|need|get|pay|bring|lose|just)",
            "(should|will|would|must) i (get|have|be|lose|need|turn|go|bring|pay|still|do)",
            "how (long|much|soon|many) (does|will|is|would|do|have i|more)",
            "when (is|will|can|do|does|are) (it|i|my|the|they|someone|somebody|you)",
            "(is there|have you got|do you have) (nothing|any way|a way|anything|any|an earlier|friday|something|a fee)",
            "(does that|does it) (matter|help|cost)",
            "(what|where|how|which) (do|should|can|would|could|must) i",
            "what (do|will) i (owe|need|pay)",
            "where is (the|it|my)",
        ),
        ("什么时候(能|可以|)还",),
    ),
    Family(
        1.0,
        ("(你们|你们家|你们公司)",),
        ("(去|到|给|和|跟|祝|为)你们",),
    ),
    # Was called, and answers
    Family(
        3.0,
        (
            "哪位$",
            "(你哪位|你是哪位|谁呀|谁啊|你是谁|你是哪|哪里啊)",
            "(你|)是*(医院|银行|公司|客服|中心|热线|物业|酒店|供电局|营业厅)(吗|么|吧)",
            "who (is this|is it|is calling|are you)",
            "what is (this about|this regarding|it about|this for)",
            "(not interested|take me off|my number|where did you get)",
        ),
    ),
    Family(
        2.0,
        (
            "(是我|我是本人|是我本人|我就是)",
            "(我不需要|不需要了|没兴趣|我考虑|考虑考虑|再说吧|商量一下|没时间|在开会|在忙|资金紧张)",
            "我(没|没有)(收到|消费|操作|买|办|申请|预约|看到|动|找到)",
            "(放门口|放驿站)(吧|好了)",
            "你(说|讲)(吧|呗)",
            "^(yes|yeah|) speaking$",
            "^this is (he|she|him|her)",
            "i (can not|could not|can) (make it|afford|do anything|come)",
            "i (have to|need to) (pick up|work|go|talk to|think|ask my)",
            "i am (at work|at home|out of town|busy|driving|at the office|in a meeting|an hour|a pensioner|unemployed|retired|not home|not sure)",
            "i (completely|totally|) forgot",
            "what (is wrong|has happened)",
        ),
    ),
    Family(
        1.0,
        (
            "我(姓|叫)",
            "(好的|行|好|嗯|没有了|知道了|明白了|行吧)(谢谢|那谢谢|麻烦你|辛苦|多谢)",
            "(没有了|行吧|好吧|算了|知道了|行那)$",
            "i (bought|ordered|sent|returned|paid|received|moved|lost|noticed|tried|called|looked|already|used to|hurt|work|live|rent|guess|used|have a|have not|did not)",
            "(i have|i) never (heard|received|got|had|ordered)",
            "(i see|fine|all right|that works)$",
            "no (that is it|that is all|thanks|thank you)",
            "somebody (hit|stole|took)",
        ),
    ),
)
