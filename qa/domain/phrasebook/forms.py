"""What is wrong with a field of a form or of a request, whatever it is about."""

from __future__ import annotations

PHRASES: dict[str, dict[str, str]] = {
    "form.required": {"zh": "请填写", "en": "This must be filled in"},
    "form.too_long": {
        "zh": "最多 {limit} 个字符，现在有 {length} 个",
        "en": "At most {limit} characters; this has {length}",
    },
    "form.not_a_choice": {"zh": "请从列表中选择", "en": "Choose one of the list"},
    "form.not_a_number": {
        "zh": "请填写 {lowest} 到 {highest} 之间的数",
        "en": "A number from {lowest} to {highest} belongs here",
    },
    "form.not_a_date": {"zh": "请填写日期，例如 2026-03-31", "en": "Write a date like 2026-03-31"},
}
