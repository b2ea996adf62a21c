"""The handling criteria of the shipped rubric, over good and bad calls in both languages.

Texts are what a recogniser gives: homophones, missing punctuation, names split in two.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qa.domain.call import CallRecord, Role
from qa.domain.scorecard import Outcome, Verdict

Judged = Callable[..., Verdict]

PASS, FAIL = Outcome.PASS, Outcome.FAIL
NOT_APPLICABLE = Outcome.NOT_APPLICABLE
CANNOT_JUDGE, NOT_MEASURABLE = Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE

HELLO = "A: 您好\nC: 你好"


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
        "我没空跟你说这些",
        "Are you deaf?",
        "That's not my problem.",
        "Stop wasting my time.",
        "What's wrong with you?",
    ],
)
def test_an_insult_fails_though_polite_words_were_said(judged: Judged, said: str) -> None:
    verdict = judged("courtesy", f"A: 您好，请讲 please\nC: 还没好 not yet\nA: {said}\nC: 哦 oh")
    assert verdict.outcome is FAIL, said
    assert verdict.evidence[0].speaker is Role.AGENT


@pytest.mark.parametrize(
    "said",
    [
        "你自己不会看说明书吗",
        "这不关我事",
        "你爱投诉不投诉",
        "我不是跟你说了吗",
        "你烦不烦啊",
        "你急什么",
        "I already told you that.",
        "Yeah, whatever.",
    ],
)
def test_one_rude_remark_beside_polite_words_is_for_a_person_and_two_fail(
    judged: Judged, said: str
) -> None:
    polite = "A: 您好，请讲 please\nC: 还没好 not yet\n"
    assert judged("courtesy", f"{polite}A: {said}\nC: 哦 oh").outcome is CANNOT_JUDGE
    again = f"{polite}A: {said}\nC: 哦 oh\nA: {said}\nC: 哦 oh"
    assert judged("courtesy", again).outcome is FAIL


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
