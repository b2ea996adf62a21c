"""What is wrong with what somebody typed about an account, a team or a password."""

from __future__ import annotations

PHRASES: dict[str, dict[str, str]] = {
    "login.wrong": {"zh": "登录名或密码不正确", "en": "The login or the password is wrong"},
    "login.password_wrong": {"zh": "当前密码不正确", "en": "This is not your password"},
    "user.login_taken": {
        "zh": "该登录名已被 {name} 使用",
        "en": "{name} has this login already",
    },
    "user.login_spaces": {"zh": "登录名中不能有空格", "en": "A login has no spaces"},
    "user.agent_taken": {
        "zh": "该坐席工号已关联到 {name} 的账号",
        "en": "This agent id belongs to the account of {name}",
    },
    "user.unprintable": {
        "zh": "含有无法显示的字符，请删除",
        "en": "This contains characters that cannot be shown; remove them",
    },
    "user.time_zone_unknown": {
        "zh": "没有名为 {zone} 的时区，请填写 Asia/Shanghai 这样的名称",
        "en": "There is no time zone {zone}; write one like Asia/Shanghai",
    },
    "user.last_admin": {
        "zh": "这是最后一位可登录的管理员，请先指定另一位管理员",
        "en": "This is the last active admin; make somebody else an admin first",
    },
    "user.yourself": {
        "zh": "不能停用自己的账号，请由另一位管理员操作",
        "en": "You cannot disable your own account; another admin can",
    },
    "user.disabled": {
        "zh": "该账号已停用，请先启用",
        "en": "This account is disabled; enable it first",
    },
    "team.taken": {"zh": "已有同名的团队", "en": "There is a team of this name already"},
    "password.too_short": {
        "zh": "密码至少要有 {shortest} 个字符",
        "en": "A password has at least {shortest} characters",
    },
    "password.too_long": {
        "zh": "密码最多 {longest} 个字符",
        "en": "A password has at most {longest} characters",
    },
    "password.common": {
        "zh": "这个密码太常见，很容易被猜到；几个不相干的词连起来就很好",
        "en": "This password is among the first that anybody would try; a few words that do not belong together are good",
    },
    "password.like_you": {
        "zh": "密码与您的登录名或姓名太接近",
        "en": "This password is too much like your login or your name",
    },
    "password.unchanged": {
        "zh": "新密码与当前密码相同",
        "en": "This is the password that you have already",
    },
    "password.unequal": {
        "zh": "两次输入的密码不一致",
        "en": "The two passwords are not the same",
    },
    "filter.query": {
        "zh": "这个列表的地址无法保存，请从列表页重新保存",
        "en": "This list's address cannot be kept; save it from the list itself",
    },
    "oidc.stale": {
        "zh": "登录超时，或是在另一个窗口中发起的，请重新登录",
        "en": "This login took too long or was begun in another window; start again",
    },
    "oidc.denied": {
        "zh": "登录服务没有让您通过，请重新登录",
        "en": "The login provider did not let you through; start again",
    },
    "oidc.refused": {
        "zh": "登录服务的回复无法验证，请重新登录；若仍不行，请联系管理员",
        "en": "What the login provider answered cannot be trusted; start again, and tell an admin if it stays",
    },
    "oidc.unverified": {
        "zh": "登录服务尚未验证您的邮箱，无法对应到账号，请联系管理员",
        "en": "The login provider has not verified your e-mail address, so it cannot lead to an account; ask an admin",
    },
    "oidc.no_account": {
        "zh": "这里没有与 {email} 对应的可用账号，请联系管理员",
        "en": "There is no active account here for {email}; ask an admin",
    },
    "oidc.other_subject": {
        "zh": "{email} 的账号已关联到登录服务中的另一个人，请联系管理员",
        "en": "The account of {email} is linked to somebody else at the login provider; ask an admin",
    },
}
