"""What a spreadsheet says to a person, in Chinese and English: headings, sheets, and values that are codes elsewhere."""

from __future__ import annotations

from qa.domain.wording import Language, Text

_COLUMNS = {
    "call_id": Text("通话编号", "Call"),
    "recording": Text("录音", "Recording"),
    "sha256": Text("录音 SHA-256", "Recording SHA-256"),
    "agent_id": Text("坐席工号", "Agent"),
    "language": Text("语言", "Language"),
    "status": Text("状态", "Status"),
    "reason": Text("原因", "Reason"),
    "rubric_id": Text("评分标准", "Rubric"),
    "rubric_version": Text("标准版本", "Rubric version"),
    "rubric_sha256": Text("标准 SHA-256", "Rubric SHA-256"),
    "score": Text("得分", "Score"),
    "critical_failed": Text("未通过的致命项", "Critical criteria failed"),
    "awaiting": Text("待人工确认的质检项", "Criteria awaiting a person"),
    "criterion": Text("质检项", "Criterion"),
    "verdict": Text("结论", "Verdict"),
    "points": Text("得到分值", "Points"),
    "max_points": Text("满分", "Most points"),
    "confidence": Text("置信度", "Confidence"),
    "criterion_reason": Text("理由", "Why"),
    "evidence_start_s": Text("证据开始（秒）", "Evidence from (s)"),
    "evidence_end_s": Text("证据结束（秒）", "Evidence to (s)"),
    "evidence_quote": Text("证据原话", "Evidence, quoted"),
    "searched_start_s": Text("检索范围开始（秒）", "Searched from (s)"),
    "searched_end_s": Text("检索范围结束（秒）", "Searched to (s)"),
    "searched_speaker": Text("检索对象", "Searched speaker"),
    "speaker": Text("说话人", "Speaker"),
    "start_s": Text("开始（秒）", "From (s)"),
    "end_s": Text("结束（秒）", "To (s)"),
    "text": Text("内容", "Text"),
    "started_at": Text("通话时间（UTC）", "Call began (UTC)"),
    "review": Text("复核编号", "Review"),
    "purpose": Text("用途", "Purpose"),
    "counts": Text("现行有效", "Counts now"),
    "reviewer": Text("复核人", "Reviewer"),
    "opened_at": Text("开始时间（UTC）", "Opened (UTC)"),
    "submitted_at": Text("提交时间（UTC）", "Submitted (UTC)"),
    "scored_at": Text("评分时间（UTC）", "Scored (UTC)"),
    "review_score": Text("复核得分", "Score after review"),
    "review_note": Text("复核备注", "Note to the review"),
    "machine_verdict": Text("机器结论", "Machine's verdict"),
    "machine_points": Text("机器分值", "Machine's points"),
    "changed": Text("是否改判", "Changed"),
    "note": Text("备注", "Note"),
    "decided_by": Text("判定人", "Decided by"),
    "decided_at": Text("判定时间（UTC）", "Decided (UTC)"),
    "session": Text("校准编号", "Calibration"),
    "session_title": Text("校准名称", "Calibration title"),
    "revealed_at": Text("公布时间（UTC）", "Laid open (UTC)"),
    "position": Text("序号", "Position"),
    "rating": Text("评分编号", "Rating"),
    "rater": Text("评分人", "Rater"),
    "seen_before": Text("此前已看过", "Seen before"),
    "rating_score": Text("评分人打分", "Rater's score"),
    "rating_note": Text("评分备注", "Note to the rating"),
    "master_verdict": Text("标准答案", "Agreed verdict"),
    "master_points": Text("标准答案分值", "Agreed points"),
    "master_reason": Text("标准答案理由", "Why agreed"),
}

_SHEETS = {
    "summary": Text("汇总", "Summary"),
    "scorecards": Text("评分卡", "Scorecards"),
    "criteria": Text("质检项", "Criteria"),
    "turns": Text("对话", "Turns"),
    "decisions": Text("复核判定", "Decisions"),
    "ratings": Text("校准评分", "Ratings"),
}

_VERDICTS = {
    "pass": Text("通过", "pass"),
    "fail": Text("未通过", "fail"),
    "not_applicable": Text("不适用", "not applicable"),
    "cannot_judge": Text("无法判断", "cannot judge"),
    "not_measurable": Text("数据不足", "not measurable"),
}
_SPEAKERS = {
    "agent": Text("坐席", "Agent"),
    "customer": Text("客户", "Customer"),
    "unknown": Text("未知", "Unknown"),
}
_VALUES = {
    "status": {
        "scored": Text("已评分", "scored"),
        "not_scorable": Text("无法评分", "not scorable"),
    },
    "verdict": _VERDICTS,
    "machine_verdict": _VERDICTS,
    "master_verdict": _VERDICTS,
    "speaker": _SPEAKERS,
    "searched_speaker": _SPEAKERS,
    "language": {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")},
    "purpose": {"review": Text("复核", "review"), "dispute": Text("申诉", "dispute")},
}

_OVERVIEW = {
    "from": Text("起", "From"),
    "before": Text("止（不含）", "Before"),
    "agents": Text("坐席", "Agents"),
    "calls": Text("通话数", "Calls"),
    "scored": Text("已评分", "Scored"),
    "not_scorable": Text("无法评分", "Not scorable"),
    "mean": Text("平均得分", "Mean score"),
    "critical": Text("有致命项未通过", "With a critical criterion failed"),
    "open": Text("待定", "Open"),
    "share": Text("通过率", "Passed of decided"),
    "n": Text("判定数", "Decided"),
    "rows": Text("行数", "Rows"),
    "by_criterion": Text("按质检项", "By criterion"),
    "by_agent": Text("按坐席", "By agent"),
    "by_reason": Text("无法评分的原因", "Why not scorable"),
    "nobody": Text("（未知）", "(unknown)"),
}


def heading(column: str, language: Language) -> str:
    """What a column is called."""
    return _COLUMNS[column].in_language(language)


def sheet(name: str, language: Language) -> str:
    """What a sheet is called."""
    return _SHEETS[name].in_language(language)


def value(column: str, code: str, language: Language) -> str:
    """What a column's code means; a value that is none is shown as it is."""
    meant = _VALUES.get(column, {}).get(code)
    return meant.in_language(language) if meant else code


def overview(name: str, language: Language) -> str:
    """A label of the overview."""
    return _OVERVIEW[name].in_language(language)
