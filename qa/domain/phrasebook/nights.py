"""What is said of nights: on the terminal, in mails, and where a message of one did not arrive."""

from __future__ import annotations

PHRASES: dict[str, dict[str, str]] = {
    # The heading and how it ended
    "night.subject": {
        "zh": "质检夜间任务 {day}：{outcome}",
        "en": "Call QA, night of {day}: {outcome}",
    },
    "night.title": {"zh": "{day} 夜间任务 #{night}", "en": "Night of {day}, no. {night}"},
    "night.state.running": {"zh": "正在进行", "en": "still going on"},
    "night.state.finished": {"zh": "已完成", "en": "finished"},
    "night.state.cut": {
        "zh": "提前停止，剩余的下次继续",
        "en": "stopped early; the rest goes on next time",
    },
    "night.state.failed": {"zh": "出错中止", "en": "ended by an error"},
    "night.state.died": {"zh": "未完成（进程中断）", "en": "did not finish (the process died)"},
    "night.stopped.signal": {"zh": "收到停止信号", "en": "it was told to stop"},
    "night.stopped.budget": {"zh": "用完了时间预算", "en": "its time was used up"},
    "night.stopped.hour": {"zh": "到了截止钟点", "en": "the hour had come"},
    "night.why_stopped": {
        "zh": "停止原因：{why}；还有 {left} 个录音未开始，下次会接着评",
        "en": "Why it stopped: {why}; {left} recordings were not begun and are the next night's",
    },
    "night.error": {"zh": "错误：{error}", "en": "Error: {error}"},
    "night.failed_outside": {
        "zh": "出错中止，详情请看运行它的机器",
        "en": "It was ended by an error; see the machine that it runs on",
    },
    # Recordings
    "night.recordings": {"zh": "录音", "en": "Recordings"},
    "night.found": {"zh": "收到", "en": "in"},
    "night.planned": {"zh": "待处理", "en": "to be done"},
    "night.scored": {"zh": "已评分", "en": "scored"},
    "night.rescored": {
        "zh": "其中用已有转写重新评分",
        "en": "of them again, from stored transcripts",
    },
    "night.not_scorable": {"zh": "无法评分", "en": "not scorable"},
    "night.retried": {"zh": "其中重试", "en": "tried again after a fault"},
    "night.quarantined": {"zh": "已隔离", "en": "quarantined"},
    "night.waiting": {"zh": "仍在写入", "en": "still being written"},
    "night.put_off": {"zh": "稍后重试", "en": "put off to a later try"},
    "night.done_before": {"zh": "之前已完成，跳过", "en": "skipped, done before"},
    "night.duplicates": {"zh": "重复文件", "en": "duplicates"},
    "night.left": {"zh": "未开始", "en": "not begun"},
    # Work
    "night.work": {"zh": "工作量", "en": "Work"},
    "night.hours": {"zh": "识别的音频", "en": "audio recognised"},
    "night.hours_value": {"zh": "{hours} 小时", "en": "{hours} h"},
    "night.took": {"zh": "用时", "en": "took"},
    "night.speed": {"zh": "速度", "en": "speed"},
    "night.speed_value": {"zh": "实时的 {speed} 倍", "en": "{speed} x real time"},
    "night.stages": {"zh": "各阶段用时", "en": "Time by stage"},
    "night.stage.decode": {"zh": "解码", "en": "decode"},
    "night.stage.bring": {"zh": "取回", "en": "bring"},
    "night.stage.voice activity": {"zh": "语音检测", "en": "voice activity"},
    "night.stage.recognise": {"zh": "语音识别", "en": "recognise"},
    "night.stage.diarize": {"zh": "说话人分离", "en": "diarize"},
    "night.stage.listen": {"zh": "声音分析", "en": "listen"},
    "night.stage.measure": {"zh": "测量", "en": "measure"},
    "night.stage.merge": {"zh": "合并", "en": "merge"},
    "night.stage.score": {"zh": "评分", "en": "score"},
    "night.seconds": {"zh": "{seconds} 秒", "en": "{seconds} s"},
    # Figures
    "night.figures": {"zh": "本次通话（{calls} 通）", "en": "Its calls ({calls})"},
    "night.figure.score": {"zh": "平均分", "en": "mean score"},
    "night.figure.critical": {
        "zh": "有关键项不合格的通话",
        "en": "calls that fail a critical criterion",
    },
    "night.figure.unsure": {"zh": "识别不清的通话", "en": "calls heard badly"},
    "night.figure.confidence": {"zh": "识别置信度", "en": "confidence of the recogniser"},
    "night.figure.silence": {"zh": "静音占比", "en": "share of silence"},
    "night.figure.chinese": {"zh": "中文通话", "en": "calls in Chinese"},
    "night.figure.marks": {"zh": "得分率", "en": "score"},
    "night.figure.failed": {"zh": "不合格率", "en": "share of failures"},
    "night.usual": {"zh": "正常范围 {low} 至 {high}", "en": "usual {low} to {high}"},
    "night.moved": {"zh": "超出偶然波动的变化", "en": "Moved further than chance takes it"},
    "night.signal.above": {"zh": "偏高", "en": "high"},
    "night.signal.below": {"zh": "偏低", "en": "low"},
    "night.signal.run_above": {"zh": "连续偏高", "en": "high for long"},
    "night.signal.run_below": {"zh": "连续偏低", "en": "low for long"},
    "night.steady": {
        "zh": "与前 {nights} 次夜间任务相比，没有超出偶然波动的变化",
        "en": "Nothing moved further than chance takes it, beside the {nights} nights before",
    },
    "night.too_few": {
        "zh": "前面只有 {nights} 次夜间任务，满 {needed} 次才能判断变化",
        "en": "There are {nights} nights before this one; limits take {needed}",
    },
    "night.weekly": {"zh": "每周随机抽样的漂移警报", "en": "Weekly drift of the random draw"},
    "night.licences": {"zh": "授权变化", "en": "Licences that changed"},
    "night.retry": {"zh": "重新尝试：{command}", "en": "to try again: {command}"},
    "night.not_told": {"zh": "未能通知", "en": "Could not be told"},
    "night.notes": {"zh": "备注", "en": "Notes"},
    "night.more": {"zh": "另有 {count} 个", "en": "and {count} more"},
    "night.open": {
        "zh": "完整报告：质检系统 /nights/{night}，或运行 qa night --show {night}",
        "en": "The whole report: /nights/{night} of the review app, or `qa night --show {night}`",
    },
    # Who is told
    "night.channel.mail": {"zh": "邮件", "en": "mail"},
    "night.channel.webhook": {"zh": "webhook 网址", "en": "webhook"},
    "night.channel.ping": {"zh": "心跳网址（QA_PING_URL）", "en": "ping (QA_PING_URL)"},
    "night.channel.metrics": {
        "zh": "指标文件（QA_METRICS_FILE）",
        "en": "metrics file (QA_METRICS_FILE)",
    },
    "mail.unreachable": {"zh": "连接不上邮件服务器", "en": "the mail server could not be reached"},
    "mail.untrusted": {
        "zh": "邮件服务器的证书无法验证",
        "en": "the mail server's certificate could not be verified",
    },
    "mail.no_tls": {
        "zh": "邮件服务器不支持加密连接（QA_SMTP_SECURITY）",
        "en": "the mail server offers no encryption (QA_SMTP_SECURITY)",
    },
    "mail.login": {
        "zh": "邮件服务器不接受用户名或密码",
        "en": "the mail server does not accept the user name or the password",
    },
    "mail.refused": {
        "zh": "邮件服务器拒收（代码 {status}）",
        "en": "the mail server refused the message (code {status})",
    },
    "mail.some_refused": {
        "zh": "{count} 个收件人被拒收",
        "en": "{count} of the addresses were refused",
    },
    "mail.garbled": {
        "zh": "邮件服务器的答复不符合 SMTP",
        "en": "what the mail server answered is not SMTP",
    },
    "night.not_written": {
        "zh": "文件无法写入：{detail}",
        "en": "the file cannot be written: {detail}",
    },
    "night.fault": {"zh": "内部错误（{kind}）", "en": "it failed ({kind})"},
}
