"""What is wrong with what somebody typed about a plan or a case."""

from __future__ import annotations

PHRASES: dict[str, dict[str, str]] = {
    # A plan
    "plan.agent_unknown": {
        "zh": "没有这位坐席：既没有账号，也没有通话使用这个工号",
        "en": "No account and no call has this agent id",
    },
    "plan.already_open": {
        "zh": "这位坐席在这一项上已有进行中的辅导计划",
        "en": "This agent already has an open plan on this criterion",
    },
    "plan.owner_is_agent": {
        "zh": "辅导人不能是坐席本人",
        "en": "An agent does not coach themselves: choose somebody else",
    },
    "plan.due_past": {"zh": "请选择今天或以后的日期", "en": "Choose today or a later day"},
    "plan.too_far": {
        "zh": "最晚只能选到 {days} 天以后",
        "en": "Choose a day within the next {days} days",
    },
    "plan.follow_up_early": {
        "zh": "跟进日期不能早于完成期限",
        "en": "The follow-up cannot come before the due date",
    },
    "plan.call_gone": {
        "zh": "这通电话已被删除，请选择“不关联通话”",
        "en": "This call has been removed: choose “No call”",
    },
    "plan.call_of_other": {
        "zh": "这通电话不是这位坐席接的",
        "en": "Another agent took this call",
    },
    "plan.too_many_notes": {
        "zh": "一个计划最多 {limit} 条备注，请新建计划",
        "en": "A plan holds at most {limit} notes: begin a new plan",
    },
    # A case
    "case.not_a_place": {
        "zh": "请填写录音中的位置，例如 1:05 或 65.5",
        "en": "Write a place in the recording like 1:05 or 65.5",
    },
    "case.outside": {
        "zh": "录音长 {length}，请选择其中的一段，终点要在起点之后",
        "en": "The recording lasts {length}: choose a stretch inside it that ends after it starts",
    },
    "case.too_short": {
        "zh": "片段至少要有 {least_s} 秒",
        "en": "A stretch lasts at least {least_s} s",
    },
    "case.too_long": {
        "zh": "片段最长 {most_s} 秒，请只选说明问题的那一段",
        "en": "A stretch lasts at most {most_s} s: choose the part that shows it",
    },
}
