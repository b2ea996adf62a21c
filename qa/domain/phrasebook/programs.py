"""What is wrong with a token, a webhook or a request of the API."""

from __future__ import annotations

PHRASES: dict[str, dict[str, str]] = {
    # Tokens
    "token.missing": {
        "zh": "请先登录，或在 Authorization 请求头中携带令牌：Bearer cqa_…",
        "en": "Log in, or send a token in the Authorization header: Bearer cqa_…",
    },
    "token.unknown": {"zh": "没有这个令牌", "en": "There is no such token"},
    "token.expired": {
        "zh": "令牌已过期，请新建一个",
        "en": "The token has expired; make a new one",
    },
    "token.revoked": {
        "zh": "令牌已被吊销，请新建一个",
        "en": "The token was revoked; make a new one",
    },
    "token.owner_disabled": {
        "zh": "令牌所属的账号已停用",
        "en": "The account that the token stands for is disabled",
    },
    "token.name_taken": {
        "zh": "已有同名令牌；请换个名称，或先吊销它",
        "en": "You have a token of this name; choose another, or revoke that one first",
    },
    "token.too_many": {
        "zh": "最多 {limit} 个有效令牌，请先吊销不用的",
        "en": "At most {limit} tokens work at a time; revoke one that is not used",
    },
    "token.no_scope": {"zh": "请至少选择一项权限", "en": "Choose at least one permission"},
    # Requests
    "api.unknown_field": {"zh": "没有这个字段", "en": "There is no such field"},
    "api.repeated": {"zh": "只能出现一次", "en": "This may come once only"},
    "api.not_json": {"zh": "请求正文不是有效的 JSON", "en": "The body is not valid JSON"},
    "api.too_long": {"zh": "最多 {limit} 个字符", "en": "At most {limit} characters"},
    "api.too_many": {"zh": "最多 {limit} 项", "en": "At most {limit} entries"},
    "api.too_small": {"zh": "不能小于 {limit}", "en": "At least {limit}"},
    "api.too_large": {"zh": "不能大于 {limit}", "en": "At most {limit}"},
    "api.not_whole": {"zh": "请填写整数", "en": "A whole number belongs here"},
    "api.not_yes_or_no": {"zh": "只能是 true 或 false", "en": "Either true or false"},
    "api.not_a_moment": {
        "zh": "请写明日期、时间和时区，例如 2026-03-31T08:00:00+08:00（网址中的 + 须写成 %2B）",
        "en": "Write a date, a time and an offset, like 2026-03-31T08:00:00+08:00 (in an address, + is %2B)",
    },
    "api.not_offered": {
        "zh": "这里不能填这个值",
        "en": "This is none of the values that it may have",
    },
    "api.wrong_kind": {
        "zh": "值的类型不对",
        "en": "This is not the kind of value that belongs here",
    },
    "api.cursor_gone": {
        "zh": "接续的位置已不存在，请从头读取",
        "en": "The place to go on from is not there any more; start again",
    },
    "api.key_reused": {
        "zh": "这个 Idempotency-Key 已用于另一个请求，请换一个",
        "en": "This Idempotency-Key came with another request before; use a new one",
    },
    "api.changed_saved": {
        "zh": "您已有这通电话的草稿；如要替换，请把它的版本号填入 draft_revision",
        "en": "You have a draft of this call; to replace it, send its revision as draft_revision",
    },
    "api.changed_ended": {
        "zh": "draft_revision 所指的草稿已不存在",
        "en": "The draft that draft_revision names is there no longer",
    },
    "api.changed_reviewed": {
        "zh": "在您读取之后，{name} 已复核这通电话；未保存任何内容",
        "en": "{name} has reviewed this call since you read it; nothing was kept",
    },
    "api.changed_rescored": {
        "zh": "在您读取之后，这通电话已重新评分；未保存任何内容",
        "en": "The call was scored anew since you read it; nothing was kept",
    },
    "api.no_such_scorecard": {
        "zh": "这通电话没有这张评分卡，请重新读取",
        "en": "The call has no such scorecard; read it again",
    },
    # Addresses of webhooks
    "webhook.not_an_address": {
        "zh": "这不是网址，例如 https://example.com/hooks/call-qa",
        "en": "This is no address, such as https://example.com/hooks/call-qa",
    },
    "webhook.holds_password": {
        "zh": "网址中不能带用户名、密码或 # 部分",
        "en": "An address may hold no user name, password or part after #",
    },
    "webhook.not_https": {
        "zh": "请使用 https；http 只允许发往本机（或由 QA_WEBHOOK_PLAIN_HTTP 放行）",
        "en": "Use https; http goes to this machine alone, unless QA_WEBHOOK_PLAIN_HTTP allows more",
    },
    "webhook.there": {"zh": "这个网址已经添加", "en": "This address is there already"},
    "webhook.too_many": {
        "zh": "最多 {limit} 个网址，请先移除不用的",
        "en": "At most {limit} addresses; remove one that is not used",
    },
    "webhook.no_event": {"zh": "请至少选择一个事件", "en": "Choose at least one event"},
    # Why a message did not arrive
    "webhook.unresolved": {
        "zh": "找不到主机 {host}",
        "en": "The host {host} cannot be found",
    },
    "webhook.forbidden": {
        "zh": "不向 {address} 发送：它属于本机链路、保留网段或云元数据服务",
        "en": "Nothing is sent to {address}: it is link-local, reserved, or a cloud's metadata service",
    },
    "webhook.unreachable": {"zh": "连接失败", "en": "No connection could be made"},
    "webhook.untrusted": {
        "zh": "对方的证书无法验证",
        "en": "The other side's certificate could not be verified",
    },
    "webhook.slow": {
        "zh": "{timeout_s} 秒内没有答复",
        "en": "There was no answer within {timeout_s} s",
    },
    "webhook.redirected": {
        "zh": "对方要求转到别处（状态码 {status}）；不跟随重定向，请改填最终网址",
        "en": "The other side pointed elsewhere (status {status}); redirects are not followed, enter the final address",
    },
    "webhook.refused": {
        "zh": "对方答复了状态码 {status}",
        "en": "The other side answered with status {status}",
    },
    "webhook.garbled": {
        "zh": "对方的答复不是 HTTP",
        "en": "What the other side answered is not HTTP",
    },
}
