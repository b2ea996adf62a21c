"""Every criterion of the shipped rubric over good and bad calls in both languages.

Texts are what a recogniser gives: homophones, missing punctuation, names split in two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from models.phonetics import phonetics
from qa.domain.call import CallRecord, Direction, EndedBy, Role
from qa.domain.detectors.base import Case
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Outcome, Verdict
from qa.domain.scoring import judge
from qa.domain.transcript import DroppedText, Span

Judged = Callable[..., Verdict]

PASS, FAIL = Outcome.PASS, Outcome.FAIL
NOT_APPLICABLE = Outcome.NOT_APPLICABLE
CANNOT_JUDGE, NOT_MEASURABLE = Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE

HELLO = "A: 您好\nC: 你好"


# --- opening -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"direction": Direction.INBOUND, "ring_seconds": 15.0}, PASS),
        ({"direction": Direction.INBOUND, "ring_seconds": 15.1}, FAIL),
        ({"direction": Direction.INBOUND, "rings": 3}, PASS),
        ({"direction": Direction.INBOUND, "rings": 4}, FAIL),
        ({"direction": Direction.INBOUND, "ring_seconds": 22.0, "rings": 3}, PASS),
        ({"direction": Direction.INBOUND}, NOT_MEASURABLE),
        ({"ring_seconds": 4.0}, PASS),
        ({"direction": Direction.OUTBOUND, "ring_seconds": 40.0}, NOT_APPLICABLE),
        ({"direction": Direction.OUTBOUND}, NOT_APPLICABLE),
    ],
)
def test_rings_are_judged_by_the_call_record_alone(
    judged: Judged, facts: dict[str, object], outcome: Outcome
) -> None:
    verdict = judged("answered_in_three_rings", HELLO, record=CallRecord("c", **facts))  # type: ignore[arg-type]
    assert verdict.outcome is outcome


def test_a_fact_of_the_call_record_is_shown_as_evidence(judged: Judged) -> None:
    verdict = judged("answered_in_three_rings", HELLO, record=CallRecord("c", ring_seconds=22.0))
    assert verdict.evidence[0].quote == "ring_seconds = 22"
    assert verdict.evidence[0].speaker is Role.UNKNOWN


@pytest.mark.parametrize(
    "opening",
    [
        "A: 您好，请问有什么可以帮您",
        "A: 你好云凡客服请讲",
        "A: 宁好，这里是客服中心",
        "C: 喂\nA: 下午好，请问是张先生吗",
        "C: 喂，你好\nA: 王女士您好",
        "A: 很高兴为您服务，请讲",
        "A: 欢迎致电客服中心",
        "A: Good afternoon, you're through to billing.",
        "A: Hello, Sam speaking.",
        "A: Hi there, how can I help?",
        "A: Thanks for calling customer care, this is Jo.",
        "C: Hello?\nA: Morning, is that Mrs Brown?",
        "A: Hey, thank you for calling.",
    ],
)
def test_an_agent_who_greets_passes(judged: Judged, opening: str) -> None:
    verdict = judged("greeting", f"{opening}\nC: 我想查一下账单 my bill\nA: 好的 okay")
    assert verdict.outcome is PASS
    assert verdict.evidence


@pytest.mark.parametrize(
    "opening",
    [
        "A: 喂，哪位\nC: 您好，我想问一下快递\nA: 说",
        "A: 讲\nC: 你好\nA: 什么事快点说",
        "A: 客服，说吧\nC: 您好您好\nA: 单号多少",
        "A: Yeah, what is it?\nC: Good morning, hello.\nA: Order number.",
        "A: Billing.\nC: Hi, hello there.\nA: I worked all morning on this, what do you want.",
        "A: Go ahead.\nC: Hello, good afternoon.\nA: Account number?",
    ],
)
def test_an_agent_who_does_not_greet_fails_whatever_the_customer_says(
    judged: Judged, opening: str
) -> None:
    verdict = judged("greeting", f"{opening}\nC: 嗯 well\nA: 这个月的账单是五十块钱 it is late")
    assert verdict.outcome is FAIL
    assert verdict.searched is not None
    assert verdict.searched.speaker is Role.AGENT


@pytest.mark.parametrize(
    "opening",
    [
        "A: 您好云帆科技",
        "A: 您好，这里是云凡科技客服中心",
        "A: 你好这里是云翻科技",
        "A: 您好允帆科技很高兴为您服务",
        "A: 您好云方科技",
        "C: 喂\nA: 您好\nC: 谁啊\nA: 我是云帆科技的小周",
        "A: Good morning, Northwind, this is Claire.",
        "A: Good morning, North Wind, this is Claire.",
        "A: Hello, Northwinds customer care.",
        "A: Thanks for calling Northwin' support.",
        "A: Hello, this is north wind telecom.",
        "C: Hello?\nA: Hi, I'm calling from Northwind.",
    ],
)
def test_the_companys_name_is_known_by_its_sound(judged: Judged, opening: str) -> None:
    assert judged("company_name", f"{opening}\nC: 嗯\nA: 好").outcome is PASS


@pytest.mark.parametrize(
    "opening",
    [
        "A: 您好，客服中心\nC: 是云帆科技吗\nA: 是的请讲",
        "A: 您好，请问有什么可以帮您",
        "A: 您好，我给您发个短信",
        "A: Hello, customer support.\nC: Is this Northwind?\nA: Yes it is.",
        "A: Good morning, how can I help?",
        "A: Hello, I know when it ends.",
    ],
)
def test_an_opening_without_the_companys_name_fails(judged: Judged, opening: str) -> None:
    assert judged("company_name", f"{opening}\nC: 嗯 yes\nA: 好 fine").outcome is FAIL


def test_a_name_that_is_nearly_the_companys_goes_to_a_person(judged: Judged) -> None:
    verdict = judged("company_name", "A: 您好云天科技客服\nC: 你好")
    assert verdict.outcome is CANNOT_JUDGE
    assert verdict.reason.code == "unsure.company_name"


def test_without_a_company_name_in_the_settings_nothing_can_be_measured(judged: Judged) -> None:
    verdict = judged("company_name", HELLO, company_names=())
    assert verdict.outcome is NOT_MEASURABLE
    assert verdict.reason.code == "missing.company_names"


# --- handling ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "您是说宽带从昨天晚上开始断网，对吗",
        "您的意思是想换一个大一点的尺码",
        "我跟您确认一下，您要退的是这台蓝色的耳机",
        "您是想改收货地址对吧",
        "跟您重复一遍，您要取消下个月的套餐",
        "也就是说账单上多了一笔二十块的费用",
        "我这样理解对吗，您是要开发票",
        "所以您是想把会员退掉",
        "您现在是收不到验证码是吧",
        "Just to confirm, you want to move your appointment to Friday.",
        "So you'd like a refund for the second pair?",
        "If I understand you correctly, the parcel never came.",
        "Let me make sure I've got this right.",
        "You're saying that the light stays red, correct?",
        "Okay, so your phone was cut off yesterday?",
        "So what you're saying is the app logs you out.",
        "You were charged twice, is that correct?",
        "Did I understand that correctly?",
        "Let me just recap what you told me.",
    ],
)
def test_restating_the_need_passes(judged: Judged, said: str) -> None:
    verdict = judged("confirm_need", f"A: 您好 hello\nC: 有个问题 a problem\nA: {said}\nC: 对 yes")
    assert verdict.outcome is PASS, said


@pytest.mark.parametrize(
    "said",
    [
        "好的，我帮您查一下",
        "这个我们处理不了",
        "您稍等我看看系统",
        "请问您的订单号是多少",
        "我理解您的心情，非常抱歉",
        "已经给您登记了，三天之内回复",
        "Okay, let me check your account.",
        "Can I take your order number?",
        "All right, one moment please.",
        "I understand, I'm sorry about that.",
        "That takes five working days.",
        "Is that all right?",
    ],
)
def test_going_straight_to_work_without_restating_fails(judged: Judged, said: str) -> None:
    verdict = judged(
        "confirm_need",
        f"A: 您好 hello\nC: 您是说要我等对吗 so you want me to wait, is that right?\nA: {said}\nC: 好 okay",
    )
    assert verdict.outcome is FAIL, said


LONG_ZH = "C: 我上个星期在你们那里买了一个水壶到现在都没有发货我想问问什么时候能到"
LONG_EN = "C: I bought a kettle from you last week and it still hasn't been sent and I'd like to know when"


@pytest.mark.parametrize(
    "cut",
    [
        f"{LONG_ZH}\nA!1.6: 这个我们也没有办法都要排队的",
        f"{LONG_EN}\nA!1.6: You have to wait like everybody else does.",
    ],
)
def test_talking_over_the_customer_fails_with_the_clip(judged: Judged, cut: str) -> None:
    verdict = judged("listening", f"A: 您好 hello\n{cut}\nC: 好吧 right")
    assert verdict.outcome is FAIL
    assert 1.0 <= verdict.evidence[0].end_s - verdict.evidence[0].start_s <= 2.0
    assert verdict.evidence[0].speaker is Role.AGENT


@pytest.mark.parametrize(
    "cut",
    [
        f"{LONG_ZH}\nA!1.5: 嗯嗯嗯好的好的对",
        f"{LONG_EN}\nA!1.5: Uh-huh, okay, yes, I see, right.",
        f"{LONG_ZH}\nA!0.6: 这个我帮您查一下物流信息",
        "C: 嗯嗯\nA!0.3: 我帮您查到了包裹今天下午送到您家附近的站点",
        f"A: 我帮您查到了包裹今天下午送到您家附近的站点请您留意短信\n{LONG_ZH.replace('C:', 'C!1.6:')}",
    ],
)
def test_back_channels_short_overlaps_and_the_customers_own_are_no_interruptions(
    judged: Judged, cut: str
) -> None:
    verdict = judged("listening", f"A: 您好 hello\nC: 你好 hi\n{cut}\nA: 好的 okay")
    assert verdict.outcome is PASS
    assert verdict.searched is not None


def test_an_interruption_in_a_mono_mix_is_for_a_person_when_overlap_is_a_guess(
    judged: Judged,
) -> None:
    script = f"A: 您好\n{LONG_ZH}\nA!1.6: 这个我们也没有办法都要排队的\nC: 好吧"
    assert judged("listening", script, overlap_confidence=0.5).outcome is CANNOT_JUDGE


@pytest.mark.parametrize(
    "before",
    [
        "请您稍等一下，我查一下系统",
        "麻烦您别挂电话",
        "我帮您核实一下",
        "等我两分钟",
        "您先稍后，我问一下同事",
        "好的少等片刻",
        "Bear with me while I look that up.",
        "Please hold for a moment.",
        "One moment, please.",
        "I'm just going to put you on hold.",
        "Let me just pull up your account.",
        "Could you hang on a second?",
        "Give me a minute to check with my colleague.",
    ],
)
def test_an_announced_hold_passes(judged: Judged, before: str) -> None:
    script = f"A: 您好 hello\nC: 帮我查一下 please check\nA: {before}\n[9]\nA: 查到了 found it\nC: 好 good"
    verdict = judged("hold_notice", script)
    assert verdict.outcome is PASS, before


@pytest.mark.parametrize(
    "before", ["后四位不行的", "嗯，知道了", "Right.", "That is not how it works."]
)
def test_a_hold_without_a_word_fails_with_the_silence(judged: Judged, before: str) -> None:
    script = (
        f"A: 您好 hello\nC: 请稍等 please hold\nA: {before}\n[9]\nA: 查到了 found it\nC: 好 good"
    )
    verdict = judged("hold_notice", script)
    assert verdict.outcome is FAIL
    silence = verdict.evidence[0]
    assert silence.end_s - silence.start_s == pytest.approx(9, abs=0.2)


def test_one_of_two_holds_unannounced_fails(judged: Judged) -> None:
    script = """
    A: 请您稍等，我查一下
    [9]
    A: 让您久等了，已经查到您的订单了，您的订单昨天已经发货，物流显示今天下午会送到您的小区，您注意查收短信就可以
    C: 那退款呢退款什么时候到呢我还想再问一下之前那个订单的事情那个也没有到
    A: 退款在财务那边
    [10]
    A: 退款明天到
    """
    verdict = judged("hold_notice", script)
    assert verdict.outcome is FAIL
    assert len(verdict.evidence) == 1


@pytest.mark.parametrize(
    "script",
    [
        "A: 您好\nC: 你好\n[3]\nA: 查到了",
        "A: 麻烦您报一下订单号\n[9]\nC: 找到了，一二三四",
        "A: Could you read me the order number?\n[10]\nC: Here it is.",
    ],
)
def test_without_a_hold_by_the_agent_there_is_nothing_to_announce(
    judged: Judged, script: str
) -> None:
    assert judged("hold_notice", script).outcome is NOT_APPLICABLE


def test_a_hold_long_after_the_agents_last_word_goes_to_a_person(judged: Judged) -> None:
    customer = "C: " + "我跟你说这个事情已经很久了一直没有人管我真的很着急" * 4
    script = f"A: 请讲\n{customer}\n[9]\nA: 好的"
    verdict = judged("hold_notice", script)
    assert verdict.outcome is CANNOT_JUDGE
    assert verdict.reason.code == "unsure.no_speech"


@pytest.mark.parametrize(
    "said",
    [
        "这个问题由技术部负责，我帮您转过去，您看可以吗",
        "我帮您转接到售后专员，他们会给您处理",
        "给您转到投诉组可以吗",
        "I'd like to transfer you to our billing team. Is that okay?",
        "I'm going to put you through to a specialist who can sort this out.",
        "Would you mind if I connect you with my supervisor?",
        "Let me pass you over to returns, they handle refunds.",
    ],
)
def test_a_transfer_that_says_where_to_or_why_passes(judged: Judged, said: str) -> None:
    verdict = judged("transfer", f"A: 您好 hello\nC: 坏了 broken\nA: {said}\nC: 好 okay")
    assert verdict.outcome is PASS, said


@pytest.mark.parametrize(
    "said",
    ["转了啊，我给你转过去", "我给你转了", "I'm putting you through.", "Transferring you now."],
)
def test_a_blunt_transfer_fails(judged: Judged, said: str) -> None:
    verdict = judged(
        "transfer", f"A: 您说\nC: 请帮我转到售后部 please transfer me to sales\nA: {said}"
    )
    assert verdict.outcome is FAIL, said


def test_a_transfer_that_is_polite_and_says_nothing_goes_to_a_person(judged: Judged) -> None:
    assert judged("transfer", "A: 请稍等，给您转接\nC: 好").outcome is CANNOT_JUDGE


@pytest.mark.parametrize(
    "said",
    [
        "退款会转到您的银行卡",
        "我把这个情况转告给仓库",
        "您可以用支付宝转账",
        "这边不能帮您转",
        "I can transfer the money to your bank.",
        "I'll pass your feedback on.",
        "I don't need to transfer you.",
        "您把旋钮往右转一下",
        "我给您转过去一百块钱",
        "I can move you to a cheaper plan.",
        "That will connect you to the network.",
        "I'll forward you the email.",
    ],
)
def test_other_kinds_of_transfer_are_none(judged: Judged, said: str) -> None:
    verdict = judged("transfer", f"A: 您好 hello\nC: 转接客服 transfer me\nA: {said}\nC: 好 okay")
    assert verdict.outcome is NOT_APPLICABLE, said


def test_a_transfer_in_the_record_without_words_of_it_goes_to_a_person(judged: Judged) -> None:
    record = CallRecord("c", attributes={"transferred": "yes"})
    assert judged("transfer", HELLO, record=record).outcome is CANNOT_JUDGE


@pytest.mark.parametrize(
    "said",
    [
        "你自己不会看说明书吗",
        "我没空跟你说这些",
        "这不关我事",
        "你爱投诉不投诉",
        "我不是跟你说了吗",
        "你烦不烦啊",
        "你急什么",
        "Are you deaf?",
        "That's not my problem.",
        "I already told you that.",
        "Stop wasting my time.",
        "Yeah, whatever.",
        "What's wrong with you?",
    ],
)
def test_a_rude_word_fails_though_polite_ones_were_said(judged: Judged, said: str) -> None:
    verdict = judged("courtesy", f"A: 您好，请讲 please\nC: 还没好 not yet\nA: {said}\nC: 哦 oh")
    assert verdict.outcome is FAIL, said
    assert verdict.evidence[0].speaker is Role.AGENT


@pytest.mark.parametrize(
    "said",
    [
        "不好意思让您久等了，您看这样可以吗",
        "您刚才说的我已经登记好了，我再说一遍确认下",
        "如果有什么没说清楚的您随时告诉我",
        "这个费用不归运费，请您放心",
        "您自己在手机上也可以看物流，麻烦您打开软件",
        "非常抱歉，给您添麻烦了",
        "您不要着急，我马上帮您处理",
        "I'm sorry, I just told my colleague about it.",
        "That's no problem at all, thank you.",
        "Could you tell me what the problem is?",
        "It's not your fault, please don't worry.",
        "I can't read the number, could you repeat it please?",
        "您可以自己去查一下物流，麻烦您了",
        "那您的问题我已经记录了",
        "您会不会操作，需要我教您吗",
        "真麻烦您了，谢谢",
        "您在家等着吧，快递员马上就到了",
        "这是您妈妈的手机号吗",
        "是他妈妈的订单，对吗",
        "您说莫名其妙被扣费，我帮您看看",
        "我刚才说的流程您都记下了吗",
        "不好意思我啰嗦一句",
        "这是傻瓜式操作，很简单的",
        "您知不知道订单号呢",
        "So what can I do for you?",
        "I understand your problem, we'll deal with it today.",
        "How many times did it ring?",
        "What is your problem, please?",
        "Are you listening through the headphones, please?",
        "It's not your business account, is it?",
        "Sorry, as I just said, it takes two days.",
        "I'll ask them to stop calling you.",
    ],
)
def test_polite_talk_is_never_taken_for_rude(judged: Judged, said: str) -> None:
    verdict = judged(
        "courtesy", f"A: 喂 yes\nC: 你是傻子吗闭嘴 shut up you idiot\nA: {said}\nC: 嗯 well"
    )
    assert verdict.outcome is not FAIL, said


def test_neither_polite_nor_rude_goes_to_a_person(judged: Judged) -> None:
    assert judged("courtesy", "A: 喂\nC: 您好谢谢\nA: 五十块").outcome is CANNOT_JUDGE


# --- closing -----------------------------------------------------------------------------------

TALK = "A: 您好 hello\nC: 我的快递呢 where is it\nA: 明天到 it comes tomorrow\nC: 知道了 I see\n"


@pytest.mark.parametrize(
    "said",
    [
        "感谢您的来电",
        "感些您的来电",
        "谢谢您的耐心等待",
        "非常感谢您的配合，再见",
        "辛苦您跑一趟",
        "Thank you for calling, bye.",
        "Thanks for your patience today.",
        "We really appreciate your time.",
    ],
)
def test_thanking_at_the_end_passes(judged: Judged, said: str) -> None:
    assert judged("thanks", f"{TALK}A: {said}\nC: 再见 bye").outcome is PASS, said


@pytest.mark.parametrize(
    "said",
    ["不用谢，再见", "好的，就这样", "I think you should wait.", "Right, bye.", "行了挂了啊"],
)
def test_ending_without_thanks_fails_though_the_customer_thanks(judged: Judged, said: str) -> None:
    assert judged("thanks", f"{TALK}C: 谢谢你 thank you\nA: {said}\nC: 谢谢 thanks").outcome is FAIL


@pytest.mark.parametrize(
    "said",
    [
        "请问您对我的服务还满意吗",
        "您对本次服务满意吗",
        "稍后请您对我的服务进行评价",
        "麻烦您给我打个分",
        "挂机后请参与满意度调查",
        "您对这次的处理满意么",
        "对我们的服务还慢意吗",
        "Are you happy with how I handled this today?",
        "How would you rate my service, from one to ten?",
        "You'll get a short survey after this call.",
        "On a scale of one to five, how did I do?",
        "Were you satisfied with the help you got?",
        "Have I answered all your questions today?",
    ],
)
def test_asking_about_satisfaction_passes(judged: Judged, said: str) -> None:
    verdict = judged("satisfaction_question", f"{TALK}A: {said}\nC: 满意 yes")
    assert verdict.outcome is PASS, said


@pytest.mark.parametrize(
    "said",
    [
        "请问还有其他可以帮您的吗",
        "您看这样可以吗",
        "给您说一下，明天会送到",
        "请您对照一下订单",
        "Is there anything else I can help you with?",
        "Are you happy to wait?",
        "Can you rate? No, the interest rate is four percent.",
        "Is that okay for you?",
    ],
)
def test_anything_else_is_not_a_question_about_satisfaction(judged: Judged, said: str) -> None:
    verdict = judged(
        "satisfaction_question", f"{TALK}A: {said}\nC: 我很满意 I am satisfied with the service"
    )
    assert verdict.outcome is FAIL, said


@pytest.mark.parametrize(
    "said",
    [
        "祝您生活愉快",
        "再见",
        "在见",
        "祝您工作顺利，拜拜",
        "好的，您慢走",
        "Goodbye.",
        "Have a great rest of your day.",
        "Take care now.",
        "Bye-bye.",
        "Enjoy your weekend!",
    ],
)
def test_a_goodbye_passes(judged: Judged, said: str) -> None:
    assert judged("farewell", f"{TALK}A: {said}\nC: 好 okay").outcome is PASS, said


@pytest.mark.parametrize(
    "said", ["行了就这样", "挂了啊", "我给你转了", "Yeah, whatever.", "That's it.", "Is that all?"]
)
def test_an_ending_without_a_goodbye_fails_though_the_customer_says_it(
    judged: Judged, said: str
) -> None:
    verdict = judged("farewell", f"{TALK}A: {said}\nC: 再见祝你生活愉快 goodbye have a nice day")
    assert verdict.outcome is FAIL, said


@pytest.mark.parametrize(
    ("ended_by", "outcome"),
    [
        (EndedBy.CUSTOMER, PASS),
        (EndedBy.AGENT, FAIL),
        (EndedBy.UNKNOWN, NOT_MEASURABLE),
    ],
)
def test_who_hung_up_is_the_call_records_word(
    judged: Judged, ended_by: EndedBy, outcome: Outcome
) -> None:
    verdict = judged("customer_hangs_up_first", HELLO, record=CallRecord("c", ended_by=ended_by))
    assert verdict.outcome is outcome


# --- safeguards --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "麻烦您把银行卡的完整卡号报给我",
        "请报一下您的信用卡卡号",
        "您的银行卡号是多少",
        "卡号十六位都要报全",
        "请您提供一下信用卡背面的三位安全码",
        "把您收到的验证码告诉我",
        "您把验证码念一下",
        "麻烦说一下您的登录密码",
        "我需要您的支付密码",
        "短信验证码发给我",
        "您别着急，把验证码报给我就行",
        "CVV是多少",
        "Can you read me the full card number?",
        "What's your password?",
        "I need the security code on the back of your card.",
        "Read me the six digit code, please.",
        "Could you give me your PIN?",
        "Read me the 6th digit code please",
        "Tell me the verification code we sent you.",
        "May I have the sixteen digits on your card?",
        "I'll need the three digits on the back.",
        "Can I take your card number, please?",
        "Please confirm your password for me.",
        "And the code you just received?  Give me the code you just received.",
    ],
)
def test_asking_for_a_secret_fails(judged: Judged, said: str) -> None:
    verdict = judged("privacy", f"A: 您好 hello\nC: 我要退款 a refund\nA: {said}\nC: 啊 oh")
    assert verdict.outcome is FAIL, said
    assert verdict.evidence[0].speaker is Role.AGENT


@pytest.mark.parametrize(
    "said",
    [
        "麻烦您报一下订单号的后四位",
        "请提供一下银行卡号的后四位",
        "您报一下卡号的尾号就可以",
        "请报一下卡号，后四位就行",
        "您的卡号尾号是多少",
        "我们不会向您索要密码和验证码",
        "请不要把验证码告诉任何人",
        "验证码千万不要告诉别人",
        "您是忘记密码了吗，我帮您重置密码",
        "您输入密码之后点确定就可以",
        "验证码已经发给您了，您收到了吗",
        "请报一下您的会员卡号",
        "请您报一下订单号",
        "您手机号码是多少",
        "您提供的卡号不正确",
        "您不需要提供卡号给我",
        "登录需要验证码",
        "您家无线密码是多少，我远程看一下",
        "What's your wifi password? I mean the router's.",
        "退款会退到您原来的卡上",
        "Could you give me the last four digits of your card number?",
        "We will never ask for your password.",
        "Please don't share the code with anyone.",
        "Can I have your order number?",
        "Could you tell me your postcode?",
        "I can help you reset your password.",
        "What's your membership card number?",
        "Can you confirm the card number ending in 4321?",
        "I'm sending you a verification code now.",
        "Did you get the verification code?",
        "Never give your PIN to anybody, please.",
        "You don't need to tell me your card number.",
        "Your password has expired.",
        "Could you read me the error code?",
        "Can I take your account number and the date of birth?",
    ],
)
def test_what_is_no_request_for_a_secret_never_fails(judged: Judged, said: str) -> None:
    verdict = judged(
        "privacy",
        f"A: 您好 hello\nC: 我的卡号是多少密码给你 what's your password, give me your card number\nA: {said}\nC: 好 okay",
    )
    assert verdict.outcome is PASS, said


def test_a_card_that_may_be_no_payment_card_is_for_a_person(judged: Judged) -> None:
    verdict = judged("privacy", "A: 您好\nC: 我要查积分\nA: 请报一下您的卡号\nC: 好")
    assert verdict.outcome is CANNOT_JUDGE
    assert verdict.reason.code == "doubt.detector"


# --- what is not sure enough -------------------------------------------------------------------

BARE = "A: 喂什么事情\nC: 您好感谢您再见\nA: 等着吧就这样了\nC: 哦"


def test_an_omission_in_badly_recognised_speech_goes_to_a_person(judged: Judged) -> None:
    verdict = judged("greeting", BARE, confidence=0.25)
    assert verdict.outcome is CANNOT_JUDGE
    assert verdict.reason.code == "doubt.recognition"


@pytest.mark.parametrize("confidence", [0.5, 0.7, 0.95])
def test_ordinary_telephone_recognition_is_judged(judged: Judged, confidence: float) -> None:
    assert judged("greeting", BARE, confidence=confidence).outcome is FAIL
    assert judged("greeting", HELLO, confidence=confidence).outcome is PASS


def test_doubtful_roles_go_to_a_person(judged: Judged) -> None:
    for criterion in ("greeting", "courtesy", "thanks", "farewell", "privacy"):
        verdict = judged(criterion, BARE, role_confidence=0.55)
        assert verdict.outcome is CANNOT_JUDGE
        assert verdict.reason.code == "doubt.role"


def test_an_agent_who_is_not_heard_at_all_is_not_failed(judged: Judged) -> None:
    verdict = judged("greeting", "C: 喂\nC: 有人吗")
    assert verdict.outcome is CANNOT_JUDGE
    assert verdict.reason.code == "unsure.no_speech"


def test_a_phrase_by_an_unknown_voice_keeps_an_omission_from_failing(judged: Judged) -> None:
    verdict = judged("farewell", "A: 行了\nC: 嗯\nU: 再见\nA: 就这样")
    assert verdict.outcome is CANNOT_JUDGE
    assert verdict.reason.code == "unsure.speaker"


def test_speech_of_the_agent_without_words_keeps_an_omission_from_failing(judged: Judged) -> None:
    script = "[2]\nA: 喂什么事情啊\nC: 你好\nA: 说吧什么事"
    assert judged("greeting", script).outcome is FAIL
    verdict = judged("greeting", script, unheard=(Span(0.5, 1.6),))
    assert verdict.outcome is CANNOT_JUDGE
    assert verdict.reason.code == "unsure.obscured"


def test_text_refused_from_the_agents_speech_counts_and_over_music_does_not(judged: Judged) -> None:
    script = "[2]\nA: 喂什么事情啊\nC: 你好\nA: 说吧什么事"
    refused = (DroppedText(0.5, 1.25, "字幕", "low_confidence"),)
    assert judged("greeting", script, dropped=refused).outcome is FAIL
    verdict = judged("greeting", script, dropped=refused, unheard=(Span(0.5, 1.25),))
    assert verdict.outcome is CANNOT_JUDGE


def test_a_mumbled_opening_keeps_a_missing_name_from_failing(
    standard: Rubric, case_of: Callable[..., Case]
) -> None:
    case = case_of("A: Northerly go ahead\nC: Hello there, good morning\nA: What is it about?")
    mumbled = replace(case.transcript.turns[0].words[0], confidence=0.02, end_s=0.95)
    first = replace(case.transcript.turns[0], words=(mumbled, *case.transcript.turns[0].words[1:]))
    transcript = replace(case.transcript, turns=(first, *case.transcript.turns[1:]))
    heard = Case(case.record, transcript, case.signals, case.company_names, case.phonetics)
    criterion = standard.criterion("company_name")
    assert criterion is not None
    assert judge(criterion, heard).outcome is CANNOT_JUDGE


def test_a_greeting_divided_between_two_voices_of_a_mono_recording_is_a_persons_to_judge(
    judged: Judged,
) -> None:
    script = "C: 您\nA!0: 好请问是赵女士吗\nC: 是我什么事"
    assert judged("greeting", script, speaker_confidence=0.98).outcome is CANNOT_JUDGE
    assert judged("greeting", script).outcome is FAIL
    apart = "C: 您\nA: 好请问是赵女士吗\nC: 是我什么事"
    assert judged("greeting", apart, speaker_confidence=0.98).outcome is FAIL
    whole = "C: 您好\nA!0: 请问是赵女士吗\nC: 是我什么事"
    assert judged("greeting", whole, speaker_confidence=0.98).outcome is FAIL


def test_a_name_torn_between_two_voices_is_for_a_person(judged: Judged) -> None:
    script = "C: 您好云帆\nA!0: 科技请问有什么可以帮您\nC: 我想问一下"
    torn = judged("company_name", script, speaker_confidence=0.98)
    assert (torn.outcome, torn.reason.code) == (CANNOT_JUDGE, "unsure.speaker")
    assert judged("company_name", script).outcome is FAIL
    whole = "C: 您好云帆科技吗\nA!0: 请问有什么可以帮您\nC: 我想问一下"
    assert judged("company_name", whole, speaker_confidence=0.98).outcome is FAIL


def test_the_cost_of_judging_holds_grows_with_the_words(
    case_of: Callable[..., Case], standard: Rubric
) -> None:
    """Each hold is searched around, and not the whole call for each."""
    criterion = standard.criterion("hold_notice")
    assert criterion is not None
    block = "A: 您好，请您稍等，我帮您查一下系统\n[9]\nA: 让您久等了，已经查到了\nC: 我想问一下退款什么时候到\n"

    def looked_up(times: int) -> int:
        sounds = Counting()
        case = replace(case_of(block * times), phonetics=sounds)
        assert judge(criterion, case).outcome is PASS
        return sounds.looked_up

    assert looked_up(40) < 6 * looked_up(10)


class Counting:
    """The sound adapter, with how often it was asked."""

    def __init__(self) -> None:
        self._sounds = phonetics()
        self.looked_up = 0

    def key(self, token: str) -> str:
        self.looked_up += 1
        return self._sounds.key(token)

    def likeness(self, heard: str, name: str) -> float:
        return self._sounds.likeness(heard, name)
