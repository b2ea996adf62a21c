"""Sentences of what corrections teach."""

from __future__ import annotations

PHRASES: dict[str, dict[str, str]] = {
    "lesson.too_few": {
        "zh": "{head}：人工结论还太少（符合的句子 {positives} 句，不符合的 {negatives} 句）；"
        "至少还需要 {more_positives} 句符合的、{more_negatives} 句不符合的",
        "en": "{head}: too little is decided yet ({positives} sentences that do it, {negatives} that do not); "
        "it needs at least {more_positives} more that do and {more_negatives} more that do not",
    },
    "lesson.no_better": {
        "zh": "{head}：重新训练后没有变好。在较晚的 {of} 句中，现在能找到 {before} 句，训练后 {after} 句；"
        "误报 {false_before} 句，训练后 {false_after} 句；现在能找到的会丢失 {lost} 句，自带词库中会多误报 {spoiled} 句",
        "en": "{head}: training made it no better. Of {of} later sentences {before} are found now and {after} would be; "
        "false alarms {false_before} and {false_after}; {lost} that are found now would be lost, and {spoiled} of the bank that ships taken falsely",
    },
    "lesson.reason_needed": {
        "zh": "请写明不采用的理由",
        "en": "Say why it is rejected",
    },
    "lesson.confirm": {
        "zh": "请先确认您已看过会改变的结论",
        "en": "Confirm that you have looked at what changes",
    },
}
