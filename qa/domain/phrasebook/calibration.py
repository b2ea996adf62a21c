"""What is wrong with what somebody typed or did in a calibration session, and what such a session lacks."""

from __future__ import annotations

PHRASES: dict[str, dict[str, str]] = {
    "calibration.untold": {
        "zh": "还没有人给出结论",
        "en": "nobody has given a verdict yet",
    },
    # A session's form
    "calibration.no_calls": {
        "zh": "请至少选择一通电话",
        "en": "Choose at least one call",
    },
    "calibration.too_many_calls": {
        "zh": "一场校准最多 {limit} 通电话",
        "en": "A session has at most {limit} calls",
    },
    "calibration.call_unknown": {
        "zh": "找不到通话 {call}",
        "en": "There is no call {call}",
    },
    "calibration.call_not_scored": {
        "zh": "通话 {call} 没有评分卡，无法用于校准",
        "en": "Call {call} has no scorecard, so it cannot be rated",
    },
    "calibration.no_raters": {
        "zh": "请至少邀请一位评分人",
        "en": "Invite at least one rater",
    },
    "calibration.too_many_raters": {
        "zh": "一场校准最多 {limit} 位评分人",
        "en": "A session has at most {limit} raters",
    },
    "calibration.rater_unfit": {
        "zh": "{name}不是主管或管理员，或账号已停用，无法评分",
        "en": "{name} is no supervisor or admin with an active account, so they cannot rate",
    },
    "calibration.rater_left": {
        "zh": "{name}已退出本场校准，可能看过机评结论，不能再次邀请",
        "en": "{name} has left this session and may know the machine's verdicts by now: they cannot come back",
    },
    "calibration.due_past": {
        "zh": "截止时间已过，请选择将来的时间",
        "en": "This is over already: choose a time to come",
    },
    "calibration.due_far": {
        "zh": "截止时间不能超过 {days} 天之后",
        "en": "At most {days} days ahead",
    },
    # Why something cannot be done with a session
    "calibration.not_a_rater": {
        "zh": "您不是这场校准的评分人",
        "en": "You are no rater of this session",
    },
    "calibration.left": {
        "zh": "您已退出这场校准，不能再评分",
        "en": "You have left this session and rate no more",
    },
    "calibration.own_call": {
        "zh": "不能给自己的通话评分",
        "en": "Nobody rates their own call",
    },
    "calibration.call_gone": {
        "zh": "这通电话或其评分卡已被删除，无需再评",
        "en": "This call or its scorecard was deleted: there is nothing left to rate",
    },
    "calibration.not_open": {
        "zh": "评分已截止，不能再修改",
        "en": "The ratings are laid open already: nothing can be rated any more",
    },
    "calibration.still_open": {
        "zh": "评分尚未揭晓，此前任何人都看不到他人的评分",
        "en": "The ratings are not laid open yet: until then nobody sees anybody else's",
    },
    "calibration.closed": {
        "zh": "这场校准已结束，不能再修改",
        "en": "This session is closed: nothing of it can be changed",
    },
    "calibration.changed": {
        "zh": "这场校准刚刚被修改过，您的修改没有覆盖它；请刷新页面后再改",
        "en": "The session was changed meanwhile and nothing was overwritten: load the page again",
    },
    "calibration.nothing_rated": {
        "zh": "还没有人提交评分，没有可以揭晓的内容",
        "en": "Nobody has submitted a rating: there is nothing to lay open",
    },
    "calibration.something_rated": {
        "zh": "已有人提交评分，请先揭晓，再结束校准",
        "en": "Ratings were submitted: lay them open before the session is closed",
    },
    "calibration.submitted": {
        "zh": "您已提交这通电话的评分，不能再修改",
        "en": "You have submitted this call: a submitted rating does not change",
    },
    # A rating's form
    "rating.undecided": {
        "zh": "请作出判定；确实无法判断的，请选“无法判断”",
        "en": "Decide this; where it cannot be told, choose “cannot judge”",
    },
    "rating.saved_elsewhere": {
        "zh": "您在另一个窗口中保存了这份评分，本窗口的内容没有覆盖它",
        "en": "You saved this rating in another window; nothing there was overwritten",
    },
    "rating.ended_elsewhere": {
        "zh": "您已在另一个窗口中提交了这份评分，本窗口的内容没有保存",
        "en": "You submitted this rating in another window; what is here was not saved",
    },
    # What is agreed
    "master.reason_needed": {
        "zh": "请写明会上达成这一结论的理由",
        "en": "Say why this was agreed",
    },
    "master.choice_needed": {
        "zh": "请选择会上商定的结论；意见持平时没有默认值",
        "en": "Choose what was agreed; where opinions are tied nothing is suggested",
    },
    "master.changed": {
        "zh": "{name}刚刚记录了另一个结论，您的内容没有覆盖它",
        "en": "{name} has just entered what was agreed here; nothing was overwritten",
    },
    # What a revealed session lacks
    "reveal.one_rater": {
        "zh": "只有一位评分人提交了评分，没有可以比较的意见",
        "en": "Only one person submitted ratings: there is nobody to compare them with",
    },
    "reveal.missing": {
        "zh": "缺少 {n} 份评分：{names}",
        "en": "Ratings that are missing: {n} ({names})",
    },
    "reveal.left": {
        "zh": "中途退出：{names}；退出前提交的评分仍然保留",
        "en": "Left before the end: {names}. What they had submitted stays",
    },
    "reveal.rubrics": {
        "zh": "校准期间评分卡有多个版本（{versions}）；每通电话按抽取时的版本评分",
        "en": "The calls were drawn with several rubric versions ({versions}); each is rated by its own",
    },
    "reveal.rescored": {
        "zh": "抽取后又重新评分的通话：{n} 通；此处比较的是抽取时的机评结论",
        "en": "Calls scored anew since they were drawn: {n}. The machine's verdicts here are those of then",
    },
    "reveal.gone": {
        "zh": "已被删除的通话：{names}；已提交的评分仍然保留",
        "en": "Calls deleted since they were drawn: {names}. What was submitted of them stays",
    },
    "reveal.seen_before": {
        "zh": "评分前复核过其中通话的人：{names}；他们已知机评结论，这些评分不是盲评",
        "en": "Had reviewed some of these calls before and knew the machine's verdicts: {names}",
    },
    "reveal.hidden": {
        "zh": "您还要在另一场校准中评分的通话：{n} 通，暂不显示",
        "en": "Calls not shown, for you have still to rate them in another session: {n}",
    },
    # A clarification
    "clarification.same": {
        "zh": "这条说明已经有了",
        "en": "This is said already",
    },
    "clarification.no_such_criterion": {
        "zh": "评分卡中没有这一项",
        "en": "The rubric has no such criterion",
    },
}
