"""What is wrong with what somebody typed or sent about a task, a review or a dispute."""

from __future__ import annotations

PHRASES: dict[str, dict[str, str]] = {
    # The queue
    "queue.nothing_chosen": {"zh": "请先勾选通话", "en": "Choose at least one call first"},
    # A review's form
    "review.undecided": {
        "zh": "机器没有给出结论，请作出判定，或选择“保留待定”",
        "en": "Decide this, or leave it open on purpose",
    },
    "review.withheld": {
        "zh": "请先判定，判定后显示机器的结论",
        "en": "Decide this; what the machine says is shown afterwards",
    },
    "review.only_noted": {
        "zh": "这里写了备注或添加了录音片段，但没有作出判定；如同意机器的结论，也请选定",
        "en": "There is a note or a clip here and no verdict: choose one, if only the machine's",
    },
    "review.reason_needed": {
        "zh": "与原结论不同，请说明理由",
        "en": "This changes what counted so far: say why",
    },
    "review.too_many_clips": {
        "zh": "每项最多添加 {limit} 段录音",
        "en": "At most {limit} clips can be added to a criterion",
    },
    "review.clip_outside": {
        "zh": "这段录音超出了通话范围（通话长 {duration_s} 秒）",
        "en": "This clip is not inside the call, which lasts {duration_s} s",
    },
    "review.clip_words": {
        "zh": "这段录音里没有说这些话，请重新选择",
        "en": "Nobody says these words there: select them again",
    },
    "review.no_such_criterion": {
        "zh": "评分卡中没有这一项",
        "en": "The scorecard has no such criterion",
    },
    # Why somebody cannot review a call
    "review.no_account": {
        "zh": "复核需要登录账号，以便记录是谁作出的判定",
        "en": "A review needs an account, so that it can say whose it is",
    },
    "review.own_call": {
        "zh": "不能复核自己的通话",
        "en": "Nobody reviews their own call",
    },
    "review.own_decision": {
        "zh": "这项申诉针对您的复核，须由其他主管裁定",
        "en": "The dispute is about your own review: another supervisor decides it",
    },
    "review.not_scored": {
        "zh": "这通电话没有评分卡，无法复核",
        "en": "This call has no scorecard to review",
    },
    # What changed while a review was open
    "review.saved_elsewhere": {
        "zh": "您在另一个窗口中保存了这份草稿，本窗口的内容没有覆盖它",
        "en": "You saved this draft in another window; nothing there was overwritten",
    },
    "review.ended_elsewhere": {
        "zh": "这份草稿已在另一个窗口中提交或放弃，本窗口的内容没有保存",
        "en": "This draft was submitted or given up in another window; what is here was not saved",
    },
    "review.reviewed_meanwhile": {
        "zh": "在您打开期间，{name}已提交了对这通电话的复核；您的草稿已保留，尚未提交",
        "en": "{name} submitted a review of this call while you had it open; your draft is kept and not submitted",
    },
    "review.rescored_meanwhile": {
        "zh": "在您打开期间，这通电话已重新评分；您的草稿已保留，尚未提交",
        "en": "This call was scored anew while you had it open; your draft is kept and not submitted",
    },
    # Corrections to a transcript
    "correction.same": {
        "zh": "与现有内容相同，无需更正",
        "en": "This is what is there already",
    },
    "correction.no_such_turn": {
        "zh": "转写中没有这句话",
        "en": "The transcript has no such turn",
    },
    "correction.changed_meanwhile": {
        "zh": "{name}刚刚更正了这里，您的更正没有覆盖它",
        "en": "{name} has just corrected this; nothing of it was overwritten",
    },
    "correction.heard_anew": {
        "zh": "这通电话已重新识别，请刷新页面后再更正",
        "en": "This call was heard anew: load the page again and correct it there",
    },
}
