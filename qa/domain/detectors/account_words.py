"""The words of ``account_facts``: what names a fact of somebody's account, and what tells its value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from qa.domain.detectors.phrases import Phrases, compile_phrases

Fact = Literal["balance", "due_amount", "transaction", "address", "identity", "phone"]
FACTS: tuple[Fact, ...] = (
    *("balance", "due_amount", "transaction"),
    *("address", "identity", "phone"),
)

_NUMBER = r"(?: [0-9.])+ "
_UNIT = (
    r"(?:块|元|万|亿|美元|人民币|港币|欧元|分钟|个?积分|分|兆|g|gb|m|"
    r"dollars?|pounds?|euros?|yuan|cents|pence|bucks|usd|points|gigabytes?|gb|gigs?|minutes|rmb|quid)"
)
_SAYS = r"(?:是|为|有|剩|余|共|计|了|到|的|在| is | was | of | for | at | to | left | comes to | stands at | owe | due | paid | exactly )"

AMOUNT_AFTER = re.compile(
    rf"^[^？?]{{0,30}}?(?:{_NUMBER}\s?{_UNIT}|{_SAYS}\s?(?:差不多|大约|大概|一共|总共|现在|目前|还|only|about|just|around|currently|now|a total of)?{_NUMBER}(?!%| % ))"
)
"""An amount that follows its name, with its unit or right after "is"."""

_MONEY = (
    r"(?:块|元|万|亿|美元|人民币|港币|欧元|个?积分|分(?!钟)|角|毛|"
    r"dollars?|pounds?|euros?|yuan|cents|pence|bucks|usd|points|rmb|quid)"
)
_IS = r"(?:是|为|有|剩|余|共|计|了| is | was | of | left | comes to | stands at | exactly )"

BALANCE_AFTER = re.compile(
    rf"^[^？?]{{0,30}}?(?:{_NUMBER}\s?{_MONEY}|{_IS}\s?(?:差不多|大约|大概|一共|总共|现在|目前|还|only|about|just|around|currently|now|a total of)?{_NUMBER}(?!%| % ))"
)
"""What a balance is: money, or a number right after "is", and no time that looking it up takes."""

MONEY = re.compile(rf"{_NUMBER}\s?{_MONEY}")
"""An amount of money."""

HOW_TO_BEFORE = re.compile(
    r"(?:^[^我帮替边给]{0,5}|[^我帮替边给]{6})查(?:询|看|一下)?(?:你的|账户|账号|话费)*$"
    r"|(?:^| (?:you can|you could|you may|you want to|you like to|to|please|just) )(?:[a-z]+ )?(?: ?)(?:check|view|see|find)(?: out)? (?:your )?$"
)
HOW_TO_BETWEEN = re.compile(
    r"的话|发送|发短信|拨打|app里|登录|公众号| app 里| (?:in the app|on the app|online|website|call|text|texting|dial|log in|takes?) "
)
"""Beside a name: how to look the fact up, and not what it is."""

AMOUNT_BEFORE = re.compile(rf"{_NUMBER}\s?{_UNIT}[^？?]{{0,16}}$")
"""An amount that goes before its name, as in "a 40 dollar charge"."""

_PLACE = r"[省市区县镇乡村路街道巷弄号楼栋幢室苑座]"
ADDRESS_AFTER = re.compile(
    rf"^(?:[^？?]{{0,30}}?{_PLACE}){{2}}|"
    r"^[^？?]{0,24}?(?: [0-9])+ (?:[a-z]+ ){0,4}?(?:street|st|road|rd|avenue|ave|lane|drive|dr|court|close|way|boulevard|blvd|"
    r"place|square|crescent|terrace|apartment|apt|flat|unit|suite|park|hill|gardens) "
)
"""Where somebody lives."""

DIGITS_AFTER = re.compile(r"^[^？?]{0,16}?(?: [0-9]){4,}")
"""A number, or the end of one."""

NAME_AFTER = re.compile(
    r"^(?:的)?(?:姓名|名字)?(?:是|叫|为|登记的是)(?!谁|什么|哪|你本人|本人|不是|否)[㐀-鿿]{2,4}|^ (?:is|was) (?!not |correct |the |you |different |that |your |a |what |who )[a-z]+ [a-z]+ "
)
"""Somebody's name."""

DATE_AFTER = re.compile(
    r"^[^？?]{0,10}?(?: [0-9])+ |^[^？?]{0,8}(?:january|february|march|april|may|june|july|august|september|october|november|december) "
)


@dataclass(frozen=True, slots=True)
class Family:
    """How one fact is told: its name, and the value that must stand after it, or before it."""

    names: Phrases
    after: re.Pattern[str]
    before: re.Pattern[str] | None = None

    @property
    def may_be_how_to(self) -> bool:
        """Whether its name stands in advice on looking it up, too."""
        return self.after is BALANCE_AFTER


def _family(after: re.Pattern[str], *names: str, before: re.Pattern[str] | None = None) -> Family:
    return Family(compile_phrases(*names), after, before)


FAMILIES: dict[Fact, tuple[Family, ...]] = {
    "balance": (
        _family(
            BALANCE_AFTER,
            "余额",
            "(可用|授信|信用|剩余|总|固定|临时)额度",
            "(account|card|current|available|remaining|your|the) balance",
            "credit limit",
        ),
        _family(
            AMOUNT_AFTER,
            "(账户|账号|卡)(里|上|内|中|里面|)(目前|现在|一共|总共|)(还|)(有|剩|剩下|剩余)",
            "(话费|流量|积分)(目前|现在|一共|总共|)(还|)(有|剩|剩下|剩余|是|为)",
            "(available|remaining) (credit|funds|data|minutes)",
            "your (account|card|wallet) (has|holds|shows)",
            "you (currently|now|still|) have",
        ),
        _family(
            re.compile(r"^"),
            "(in|left in|left on|available in|remaining on) your (account|card|wallet|plan|allowance)",
            before=re.compile(rf"{_NUMBER}\s?(?:{_UNIT} )?(?:left |available |remaining )?$"),
        ),
    ),
    "due_amount": (
        _family(
            AMOUNT_AFTER,
            "(应还|欠费|欠款|欠了|待还|未还|未付|逾期|最低还款|月供|滞纳金|欠缴|应缴|待缴)",
            "(还款|账单|应付|应交|待付)(金额|总额|一共|总共|是|为)",
            "(本期|本月|上月|上期|这期)(的|)账单",
            "(amount|balance|payment) (due|outstanding|owed|owing|overdue)",
            "you (still|currently|) owe",
            "(outstanding|overdue|past due|unpaid) (balance|amount|bill|payment)",
            "(minimum|next|monthly) (payment|instalment|installment|repayment)",
            "your (latest|last|current|next|phone|) (bill|statement|invoice) (is|was|comes|came|of)",
            "(is|are) overdue (by|for)",
        ),
    ),
    "transaction": (
        _family(
            AMOUNT_AFTER,
            "(消费|扣款|扣了|扣费|扣除|扣掉|支付了|付了|交易|转账|转出|转入|入账|汇款|刷卡|取现|提现|充值了|充了)",
            "(transaction|purchase|charge|transfer|withdrawal|debit|deposit) (of|for|from|to|on|at|was|dated|made)",
            "(you|were|was|been|we) (charged|debited|billed)",
            "(you|your card|your account) (paid|spent|withdrew|transferred)",
            "your (last|latest|most recent) (payment|purchase|transaction|order)",
        ),
        _family(
            re.compile(r"^"),
            "(charge|transaction|purchase|withdrawal|transfer|payment|debit|deposit) (on|from|to|at|in|made|went|dated|that)",
            before=AMOUNT_BEFORE,
        ),
    ),
    "address": (
        _family(
            ADDRESS_AFTER,
            "(收货|家庭|居住|登记|预留|邮寄|装机|账单|配送|注册|寄送|安装|联系|收件|户籍|送货|你的|现在的|原来的)(的|)(地址|住址)",
            "(地址|住址)(是|为|在|写的是|登记的是|显示)",
            "你(现在|目前|)(住在|家在)",
            "(寄到|送到|发到|配送到|派送到)",
            "(shipping|billing|delivery|home|mailing|registered|service|postal|current|your) address",
            "address (is|was|on file|we have|on the account|as|shows)",
            "(living|live|lives|located|reside) at",
            "(shipping|shipped|ship|delivering|deliver|delivered|sending|sent|send|going) (it|that|this|them|) (out|) to",
        ),
    ),
    "identity": (
        _family(
            DIGITS_AFTER,
            "(身份证|证件|护照)(号|号码|的号码|)*(是|尾号|后4位|末4位|为)",
            "(social security|passport|driver license|drivers license|driving licence|national id|tax) (number|)*(is|ends|ending|as)",
        ),
        _family(
            DATE_AFTER,
            "(出生日期|出生年月|生日)*(是|为)",
            "(date of birth|birth date|birthday) (is|as|was|we have is)",
        ),
        _family(
            NAME_AFTER,
            "(户名|机主|开户人|持卡人|账户名|登记人|投保人|户主)",
            "name on the (account|card|policy|order)",
            "(account|policy|card) (holder|name)",
            "cardholder",
        ),
    ),
    "phone": (
        _family(
            DIGITS_AFTER,
            "(预留|登记|绑定|注册|留)的(是|)(手机|电话|号码|联系方式)",
            "(预留|登记|绑定|注册)(手机|电话)",
            "(手机|电话)(号|号码|)(的|)(尾号|后4位)(是|为)",
            "(phone|mobile|contact|cell) number (on file|on the account|on your account|we have|registered|you gave|is|ending|ends)",
        ),
    ),
}
"""How each fact is told, in both languages."""

NOT_THEIRS = re.compile(
    r"(?:我们|公司|本公司|门店|网点|营业厅|仓库|退货|维修点|店铺|商家|客服|服务区|退回)[^你]{0,8}$"
    r"| (?:our|return|store|office|branch|warehouse|company|email|e mail|ip|web|website|shop|depot|support) (?:[a-z]+ ){0,2}$"
)
"""Before a name: it is the company's own, and no customer's."""

NOT_TOLD = re.compile(
    r"如果|要是|假如|低于|不足|超过|每(?:笔|月|次|天|年|个月|人|分钟)|手续费|服务费|起步|优惠|活动|例如|比如|一般|通常|满 |以上|以下|不会|不能|最高可|"
    r" (?:if|minimum of|at least|up to|per|each|every|fee|fees|over|under|below|less than|more than|can be|could be|would be|"
    r"offer|offers|for example|usually|normally|may be|might be|whenever|when you|unless|should you|plans?|starts?|how much|what) "
)
"""In its sentence: it is said of everybody, or of what may happen."""

ASKED = re.compile(
    r"多少|什么|哪|几(?:位|号|块)|报一下|提供|告诉我|说一下| (?:what|how much|which|tell me|give me|confirm your|provide) "
)
"""Beside a name: the value is asked for, not told."""

THEIRS = re.compile(
    r"你|本期|本月|这期|上期|当前|目前|显示|查到|看到|户名|机主|持卡人| (?:your|you|i can see|shows|showing|see|on file|we have|the account|(?:shipping|billing|delivery|home|mailing) address) "
)
"""In a sentence: it is the customer's own."""
