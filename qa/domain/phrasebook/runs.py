"""What a run says at its end besides scores, and how recordings that broke one stand."""

from __future__ import annotations

PHRASES: dict[str, dict[str, str]] = {
    # Labels before a recording's name
    "run.label.not_scorable": {"zh": "无法评分", "en": "not scorable"},
    "run.label.quarantined": {"zh": "已放弃", "en": "given up"},
    "run.label.waiting": {"zh": "仍在写入", "en": "still growing"},
    # Sentences
    "run.ask_again": {
        "zh": "要再试一次已放弃的录音，运行 qa retry 加文件名，或 qa retry --all",
        "en": "to have those given up tried again: qa retry with their names, or qa retry --all",
    },
    "run.waiting": {
        "zh": "下次运行再处理",
        "en": "left for the next run",
    },
    "run.retried": {
        "zh": "{count} 个以前出错或遇到运行中断的录音重试过",
        "en": "{count} tried again after a fault, or after a run that died",
    },
    "run.put_off": {
        "zh": "{count} 个出过错的录音还没到重试时间（qa retry --list 可查看）",
        "en": "{count} put off after a fault, not due yet (see qa retry --list)",
    },
    "run.stopped.signal": {
        "zh": "收到停止信号：已开始的都已完成，还有 {left} 个未开始；再次运行会接着做",
        "en": "told to stop: what was begun is finished, {left} were not begun; run it again to go on",
    },
    "run.stopped.budget": {
        "zh": "时间预算已用完：还有 {left} 个未开始；再次运行会接着做",
        "en": "its time was up: {left} were not begun; run it again to go on",
    },
    "run.stopped.hour": {
        "zh": "到了截止钟点：还有 {left} 个未开始；再次运行会接着做",
        "en": "the hour had come: {left} were not begun; run it again to go on",
    },
    # How a recording stands
    "retry.due": {"zh": "下次运行就会再试", "en": "due at the next run"},
    "retry.put_off": {"zh": "{at} 之后再试", "en": "to be tried after {at}"},
    "retry.quarantined": {"zh": "试过 {tries} 次后放弃", "en": "given up after {tries} tries"},
    "retry.not_scorable": {"zh": "无法评分", "en": "not scorable"},
    "retry.suspect": {
        "zh": "处理它时运行中断过，将单独再试",
        "en": "a run died while it was worked on; to be tried alone",
    },
}
