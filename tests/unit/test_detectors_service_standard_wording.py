"""What people say in many ways: feelings, sharp words, the need restated, causes asserted, service rated.

Sentences as heard on the phone, in both languages, none of them out of the golden calls.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qa.domain.scorecard import Outcome, Verdict

Judged = Callable[..., Verdict]

PASS, FAIL = Outcome.PASS, Outcome.FAIL
NOT_APPLICABLE, CANNOT_JUDGE = Outcome.NOT_APPLICABLE, Outcome.CANNOT_JUDGE

ANGRY = "A: 您好 hello\nC: 我气死了 I am furious\n"
WARM = "A: 您好，麻烦您报下单号，谢谢，不好意思\nC: 六六八\n"
WARM_EN = "A: Good morning, could I have your number please? Thank you, sorry.\nC: Six six eight.\n"


@pytest.mark.parametrize(
    "said",
    [
        "I've had it with this company.",
        "Nobody ever rings back when they say they will.",
        "You keep telling me two days and it's been two weeks.",
        "上一个客服直接挂我电话",
        "我现在整个人都懵了",
        "你们这办事效率也太低了",
        "I've had it up to here.",
        "It's driving me up the wall.",
        "You ought to be ashamed of yourselves.",
        "I feel cheated.",
        "That's not on, is it?",
        "I'm at the end of my tether.",
        "He was so rude to me, your driver.",
        "我心里堵得慌",
        "你们这是把人当猴耍呢",
        "你们也太不负责任了吧",
        "你们根本没把客户放在眼里",
        "侬这个服务太推板了",
    ],
)
def test_a_customer_who_says_so_is_upset(judged: Judged, said: str) -> None:
    script = f"A: 您好 hello\nC: {said}\nA: 单号报一下 number\nC: 好 okay"
    assert judged("empathy", script).outcome is CANNOT_JUDGE, said
    again = script.replace("好 okay", "气死我了 I'm furious.")
    assert judged("empathy", again).outcome is FAIL, said


@pytest.mark.parametrize(
    "said",
    [
        "My neighbour was furious, she'd been waiting three weeks. Mine came in a day.",
        "Your competitor was terrible, they charged me twice and never answered.",
        "我邻居等了三个星期都没装上，气得不行，我这边一天就装好了",
        "别家太差劲了，老是断网，还乱扣费，所以我想换到你们这儿",
    ],
)
def test_what_others_went_through_costs_the_agent_nothing(judged: Judged, said: str) -> None:
    script = f"A: 您好 hello\nC: {said}\nA: 单号报一下 number\nC: 好 okay"
    assert judged("empathy", script).outcome in {NOT_APPLICABLE, CANNOT_JUDGE}, said


@pytest.mark.parametrize(
    "said",
    [
        "停水三天了，饭都做不了",
        "The cake turned up smashed and the party's in an hour.",
        "我请了半天假在家等，连个人影都没见着",
    ],
)
def test_two_signs_of_trouble_ask_for_empathy_and_a_person_weighs_what_is_missing(
    judged: Judged, said: str
) -> None:
    script = f"A: 您好 hello\nC: {said}\nA: 单号报一下 number\nC: 好 okay"
    assert judged("empathy", script).outcome is CANNOT_JUDGE, said
    sorry = script.replace("单号报一下 number", "真对不起 I'm so sorry")
    assert judged("empathy", sorry).outcome is Outcome.PASS, said


@pytest.mark.parametrize(
    "said",
    [
        "We've waited in all day and nobody showed up.\nA: Oh?\nC: I took the whole day off work for it.",
        "It's been three weeks. I've heard absolutely nothing. I'm fed up.",
    ],
)
def test_a_day_lost_or_weeks_of_silence_are_as_good_as_a_word_for_it(
    judged: Judged, said: str
) -> None:
    script = f"A: 您好 hello\nC: {said}\nA: 单号报一下 number\nC: 好 okay"
    assert judged("empathy", script).outcome is FAIL, said


@pytest.mark.parametrize(
    "said",
    [
        "I've bought from you three times now and it's always been lovely.",
        "我姐姐下周结婚，想订个蛋糕",
        "The parcel hasn't come yet, could you have a look?",
        "Finally, I'd like the second one from the left.",
        "What kind of guarantee does it have?",
        "Excuse me, why do you need that?",
        "I take it three times a day.",
        "I'm locked out of my account.",
        "My mother's in hospital so I'm ringing for her.",
        "I'm such an idiot, I pressed the wrong key.",
        "No rush at all, whenever you can.",
        "我卡丢了，要挂失",
        "我着急用，能加急吗",
        "我妈的姓打错了",
        "我昨天打过一次电话，那位同事说帮我查",
        "你们是什么公司的",
        "已经收到了，没关系，不着急",
    ],
)
def test_a_customer_who_only_has_a_matter_is_not_upset(judged: Judged, said: str) -> None:
    script = f"A: 您好 hello\nC: {said}\nA: 单号报一下 number\nC: 好 okay"
    assert judged("empathy", script).outcome is NOT_APPLICABLE, said


@pytest.mark.parametrize(
    "said",
    [
        "That's not the experience we want you to have.",
        "I understand, that's a scary thing to hear.",
        "您担心是正常的",
        "确实是我们耽误了您的时间",
        "Blimey, four hours, that's no good.",
        "Oh man, in this weather.",
        "You shouldn't have had to ring twice.",
        "Three times is three too many.",
        "We dropped the ball.",
        "No wonder you're fed up.",
        "这种事儿摊上谁都闹心",
        "听着我都替您着急",
        "哎哟，这么冷的天，您受冻了",
        "我知道您急，孩子的事最要紧",
        "这事儿是我们没办好",
        "难怪您生气",
    ],
)
def test_the_feeling_is_acknowledged_in_many_words(judged: Judged, said: str) -> None:
    assert judged("empathy", f"{ANGRY}A: {said}\nC: 好 okay").outcome is PASS, said


def test_an_agent_who_names_the_feeling_has_heard_one(judged: Judged) -> None:
    script = "A: 您好\nC: 我家里十五度\nA: 换谁都得着急，实在抱歉\nC: 嗯"
    assert judged("empathy", script).outcome is PASS


@pytest.mark.parametrize(
    "said",
    [
        "I'm not your secretary.",
        "Some of us have work to do.",
        "Use your eyes, it's on the front page.",
        "Get someone younger to do it for you.",
        "You're being a bit dramatic.",
        "If you'd let me finish you'd know.",
        "您是不是听不懂中国话",
        "这么简单都不会",
        "我又不是你家保姆",
        "没钱就别买这么贵的",
        "你懂个啥",
        "别跟我扯这些没用的",
    ],
)
def test_a_sharp_word_fails_unless_the_agent_is_courteous_otherwise(
    judged: Judged, said: str
) -> None:
    curt = f"A: 您好 hello\nC: 还没好 not yet\nA: {said}\nC: 哦 oh"
    assert judged("courtesy", curt).outcome is FAIL, said
    warm = WARM_EN if said.isascii() else WARM
    assert judged("courtesy", f"{warm}A: {said}\nC: 哦 oh").outcome is CANNOT_JUDGE, said


@pytest.mark.parametrize("said", ["你有病吧", "爱听不听", "Shut up.", "That's not my problem."])
def test_no_courtesy_makes_an_insult_good(judged: Judged, said: str) -> None:
    warm = WARM_EN if said.isascii() else WARM
    assert judged("courtesy", f"{warm}A: {said}\nC: 哦 oh").outcome is FAIL, said


@pytest.mark.parametrize(
    "said",
    [
        "You should have had a letter from us by now.",
        "There are two people ahead of you in the queue.",
        "老人家不会用没关系，我一步一步教您",
        "Whatever time suits you best.",
        "Listen, I'll ring them myself.",
        "Look, I'm really sorry about this.",
        "You're not the only one, we've had a few reports today.",
        "It's not a stupid question.",
        "您这记性真好",
        "我看看这场还能不能改名，请您稍等",
        "我再跟您啰嗦一句，验证码不要告诉别人",
    ],
)
def test_what_only_sounds_sharp_is_courteous(judged: Judged, said: str) -> None:
    script = f"A: 您好，请讲 please\nC: 还没好 not yet\nA: {said}\nC: 哦 oh"
    assert judged("courtesy", script).outcome is PASS, said


@pytest.mark.parametrize(
    "said",
    [
        "That's down to the little ones throwing them about.",
        "You've been watering it too much.",
        "那是您保管不善",
        "你们家用电太多了，电费当然高",
        "You've hit a kerb, then.",
        "That'll be the new driver, he's missed you out.",
        "It'll be damp, old houses always are.",
        "You've overfed it.",
        "It's obviously been dropped.",
        "我们的货出库都检查过，坏了只能是您摔的",
        "百分之九十九都是客户自己弄的",
        "肯定是余额不足",
        "八成是你老公退的",
    ],
)
def test_a_cause_asserted_before_any_question_is_no_open_mind(judged: Judged, said: str) -> None:
    script = f"A: 您好 hello\nC: 坏了 it broke\nA: {said}\nC: 哦 oh"
    assert judged("open_mind", script).outcome is FAIL, said


@pytest.mark.parametrize(
    "said",
    [
        "I can see you used thirty gigs last month.",
        "一般这种情况原因比较多，要检测才知道",
        "It could be the router, let me check a few things first.",
        "That'll be twenty pounds.",
        "You must be Mr Lee.",
        "You must have been so worried.",
        "肯定给您办好",
        "肯定是我们仓库发错了",
        "这个有好几种可能",
        "那就是明天下午送到",
    ],
)
def test_a_guess_left_open_or_a_fact_is_no_prejudice(judged: Judged, said: str) -> None:
    script = f"A: 您好 hello\nC: 坏了 it broke\nA: {said}\nC: 哦 oh"
    assert judged("open_mind", script).outcome is PASS, said


@pytest.mark.parametrize(
    "said",
    [
        "So this is about the deposit on the flat.",
        "Got it, you need the invoice re-sent to the new address.",
        "Let me play that back to you.",
        "Is it the deposit you're asking about?",
        "您的意思我懂了，是想推迟一个礼拜",
        "合着您付了两次款，东西就一份？",
        "您看我理解得对不对，包裹显示签收，可您没拿到",
        "听您这么说，是快递员没打电话就放驿站了？",
    ],
)
def test_the_need_is_restated_in_many_words(judged: Judged, said: str) -> None:
    script = f"A: 您好 hello\nC: 我想问个事 a question\nA: {said}\nC: 嗯 yes"
    assert judged("confirm_need", script).outcome is PASS, said


@pytest.mark.parametrize(
    "said",
    [
        "And that's my fault, is it?",
        "Well, you obviously clicked the wrong one, didn't you.",
        "那就是您报名的时候选错了呗",
        "It's not my problem, is it.",
        "So what do you want?",
        "And your login password, so I can open the account?",
        "Sir, so you are needing money, no?",
        "尾号是三八二零对吧",
        "行了知道了",
    ],
)
def test_other_questions_restate_no_need(judged: Judged, said: str) -> None:
    script = f"A: 您好 hello\nC: 我想问个事 a question\nA: {said}\nC: 嗯 yes"
    assert judged("confirm_need", script).outcome is FAIL, said


@pytest.mark.parametrize(
    "said",
    [
        "Was that quick enough for you?",
        "There's a form on the site asking how we did.",
        "Is this resolution acceptable to you?",
        "Mind giving me a rating before you go?",
        "Would you use us again?",
        "您心里还有疙瘩没有？",
        "您看我这态度过得去不？",
        "待会儿有个语音，一到五，您按一个",
        "服务您还中意伐？",
    ],
)
def test_satisfaction_is_asked_in_many_words(judged: Judged, said: str) -> None:
    script = f"A: 您好 hello\nC: 好 okay\nA: {said}\nC: 好 okay\nA: 再见 bye"
    assert judged("satisfaction_question", script).outcome is PASS, said


@pytest.mark.parametrize(
    "said", ["Hit star and then put the same number in.", "Does that make sense?", "请按一号键确认"]
)
def test_other_keys_and_checks_ask_for_no_rating(judged: Judged, said: str) -> None:
    script = f"A: 您好 hello\nC: 好 okay\nA: {said}\nC: 好 okay\nA: 再见 bye"
    assert judged("satisfaction_question", script).outcome is FAIL, said


@pytest.mark.parametrize(
    "said", ["您满意不？谢谢老板，祝您生意红火", "No? Thanks for calling.", "多亏您提醒"]
)
def test_a_question_that_ends_in_no_does_not_take_the_thanks_back(
    judged: Judged, said: str
) -> None:
    assert judged("thanks", f"A: 您好 hello\nC: 好 okay\nA: {said}").outcome is PASS, said


def test_an_agent_who_goes_round_it_twice_has_not_answered(judged: Judged) -> None:
    script = (
        "A: Hello, it leaves at four.\nC: And today?\nA: Hard to say.\nC: Roughly?\n"
        "A: Who knows. Try again later.\nC: Right."
    )
    assert judged("clear_answer", script).outcome is FAIL
    once = "A: Hello.\nC: When?\nA: Hard to say. It leaves at four.\nC: Right."
    assert judged("clear_answer", once).outcome is PASS


@pytest.mark.parametrize(
    "said",
    [
        "Don't worry, it's not that hard, I'll walk you through it.",
        "What would you like me to do, refund it or send a new one?",
        "If you say so I believe you, I'll put it down.",
        "Ask someone else in the house to hold the torch.",
        "I'm busy getting that refunded for you now.",
        "I do not care how long it takes, we'll get it sorted.",
        "我忙着呢给您查，马上就好啊。",
        "您想怎么样处理，退还是换？",
        "您自己不会弄的话我教您。",
        "您家有没有大人在？师傅要进门。",
        "您的手机脑子卡住了，重启一下就好。",
        "这笔钱怪谁都没用，咱先把它追回来。",
    ],
)
def test_a_friendly_word_that_begins_like_a_sharp_one_passes(judged: Judged, said: str) -> None:
    script = f"A: 您好 hello\nC: 你好 hi\nA: {said}\nC: 好 okay"
    assert judged("courtesy", script).outcome is PASS, said


@pytest.mark.parametrize(
    "said",
    [
        "I'm sending you over the label now.",
        "Just pinging you over the form.",
        "I'm adding you to the list.",
        "快递员把东西扔前台了。",
        "套餐给您切了。",
        "您的地址给您转了。",
        "好，过去了，短信您收一下。",
        "您的投诉转给主管了，主管会给您回电。",
    ],
)
def test_what_is_sent_or_moved_is_no_transfer_of_the_caller(judged: Judged, said: str) -> None:
    script = f"A: 您好 hello\nC: 你好 hi\nA: {said}"
    assert judged("transfer", script).outcome is NOT_APPLICABLE, said


@pytest.mark.parametrize(
    "said",
    [
        "It's hard to say to the minute, but between two and four today.",
        "Not sure offhand, let me look. Yes, it left the depot this morning.",
        "It could be the cable or it could be the box. Swap the cable first.",
        "有的型号有，有的没有，您这款有。",
        "我不确定门牌号，但网点在人民路，六点关门。",
        "再等等，大概半小时就修好。",
    ],
)
def test_a_hedge_beside_a_definite_word_is_an_answer(judged: Judged, said: str) -> None:
    script = f"A: 您好 hello\nC: 你好 hi\nA: {said}\nC: 好 okay"
    assert judged("clear_answer", script).outcome is PASS, said


@pytest.mark.parametrize(
    "said",
    [
        "You left it on the train, you said, I'm so sorry.",
        "You must have been on hold for ages, sorry.",
        "Your settings are wrong on our side, I'll correct them.",
        "You just forgot to sign the form, it happens, I'll post a new one.",
        "一定是等了很久吧，抱歉。",
        "您刚才说是孩子碰了一下，是吧？",
        "您点错了没关系，可以撤回。",
    ],
)
def test_the_customers_own_word_and_sympathy_assert_no_cause(judged: Judged, said: str) -> None:
    script = f"A: 您好 hello\nC: 你好 hi\nA: {said}\nC: 好 okay"
    assert judged("open_mind", script).outcome is PASS, said
