"""Every sentence the machine says about a call, in Chinese and English.

Keys are reason codes (see ``qa.domain.wording``); ``word.*`` entries are words used inside sentences,
``word.NAME.*`` those of the parameter of that name alone.
"""

from __future__ import annotations

PHRASEBOOK: dict[str, dict[str, str]] = {
    # Words used as parameters
    "word.agent": {"zh": "坐席", "en": "the agent"},
    "word.customer": {"zh": "客户", "en": "the customer"},
    "word.unknown": {"zh": "未知说话人", "en": "an unknown speaker"},
    "word.anyone": {"zh": "双方", "en": "anyone"},
    # Outcomes of a recording that could not be scored
    "recording.missing": {
        "zh": "清单中的文件不存在：{name}",
        "en": "the manifest names a file that is not there: {name}",
    },
    "recording.empty": {"zh": "文件为空（0 字节）", "en": "the file is empty (0 bytes)"},
    "recording.header_only": {
        "zh": "文件只有文件头，没有声音数据",
        "en": "the file has a header and no sound after it",
    },
    "recording.truncated": {
        "zh": "文件不完整：文件头写明 {stated_s} 秒，实际只有 {actual_s} 秒",
        "en": "the file is cut short: its header says {stated_s} s, {actual_s} s are there",
    },
    "recording.not_audio": {
        "zh": "不是可识别的音频文件",
        "en": "this is not an audio file that can be decoded",
    },
    "recording.channels": {
        "zh": "有 {channels} 个声道；只能评分单声道或双声道录音",
        "en": "it has {channels} channels; only mono and stereo recordings are scored",
    },
    "recording.unreadable": {
        "zh": "无法读取文件：{detail}",
        "en": "the file cannot be read: {detail}",
    },
    "recording.no_speech": {
        "zh": "整段录音没有人说话（静音、彩铃或音乐）",
        "en": "nobody speaks in this recording (silence, ringing or music)",
    },
    "recording.only_sounds": {
        "zh": "整段录音只有{sound}，没有人说话；如果双方确实通过话，请检查录音设备是否录到了双方",
        "en": "nobody speaks in this recording, it holds only {sound}; if the parties did talk, check that the recorder took them down",
    },
    "recording.other_language": {
        "zh": "通话用的是{language}，目前只能评分中文和英文通话；如果判断有误，请在清单的 language 列填写 zh 或 en 后重新运行",
        "en": "the call is in {language}, and only Chinese and English calls are scored; if it is not, put zh or en in the manifest's language column and run again",
    },
    "recording.no_words": {
        "zh": "听到声音，但没有可靠的文字",
        "en": "there are voices, but no words could be relied on",
    },
    "recording.fault": {
        "zh": "处理时出错（{stage}：{kind}）；录音已保留，可重新运行",
        "en": "scoring it failed ({stage}: {kind}); the recording is kept, run again to retry",
    },
    # Why a verdict is what it is: found
    "found.phrase": {
        "zh": "{at_s} 秒处，{speaker}说到",
        "en": "{speaker} says so at {at_s} s",
    },
    "found.company_name": {
        "zh": "{at_s} 秒处，{speaker}报出了公司名称",
        "en": "{speaker} gives the company's name at {at_s} s",
    },
    "found.privacy_request": {
        "zh": "{at_s} 秒处，{speaker}索要了不该索要的信息",
        "en": "{speaker} asks for something secret at {at_s} s",
    },
    "found.interruption": {
        "zh": "{speaker}打断对方 {count} 次，最长一次在 {at_s} 秒处，重叠 {duration_s} 秒",
        "en": "{speaker} interrupts, times counted: {count}; the longest, at {at_s} s, talks over for {duration_s} s",
    },
    "found.signal": {
        "zh": "{at_s} 秒处有{what}，持续 {duration_s} 秒",
        "en": "{what} at {at_s} s, lasting {duration_s} s",
    },
    "found.fact": {"zh": "通话记录：{field} = {value}", "en": "call record: {field} = {value}"},
    # ... not found
    "absent.phrase": {
        "zh": "在 {start_s}–{end_s} 秒内，{speaker}没有说到",
        "en": "{speaker} does not say so between {start_s} and {end_s} s",
    },
    "absent.company_name": {
        "zh": "在 {start_s}–{end_s} 秒内，{speaker}没有报出公司名称",
        "en": "{speaker} does not give the company's name between {start_s} and {end_s} s",
    },
    "absent.privacy_request": {
        "zh": "在 {start_s}–{end_s} 秒内，{speaker}没有索要卡号、安全码、密码或验证码",
        "en": "{speaker} asks for no card number, security code, password or one-time code between {start_s} and {end_s} s",
    },
    "absent.interruption": {
        "zh": "{speaker}没有打断对方 {at_least_s} 秒以上",
        "en": "{speaker} never talks over the other for {at_least_s} s or more",
    },
    "absent.signal": {
        "zh": "没有 {at_least_s} 秒以上的{what}",
        "en": "no {what} of {at_least_s} s or more",
    },
    "absent.nothing": {"zh": "没有要找的内容", "en": "there was nothing to look for"},
    # ... not sure
    "unsure.no_speech": {
        "zh": "在 {start_s}–{end_s} 秒内没有识别到{speaker}说话",
        "en": "no words of {speaker} were recognised between {start_s} and {end_s} s",
    },
    "unsure.obscured": {
        "zh": "{at_s} 秒处，{speaker}有 {duration_s} 秒的话没有听清，可能就在其中",
        "en": "{duration_s} s of what {speaker} says at {at_s} s could not be made out, and it may be there",
    },
    "unsure.speaker": {
        "zh": "有人说到，但不确定是谁说的",
        "en": "somebody says so, and it is not clear who",
    },
    "unsure.company_name": {
        "zh": "听起来像公司名称，但不能确定",
        "en": "something that sounds rather like the company's name",
    },
    "unsure.privacy_request": {
        "zh": "听起来像在索要保密信息，但不能确定",
        "en": "something that sounds like a request for a secret",
    },
    "unsure.overlap": {
        "zh": "{at_s} 秒处双方同时说话，听不清{speaker}说了什么",
        "en": "both speak at {at_s} s, and what {speaker} says there could not be made out",
    },
    "unsure.interruption": {
        "zh": "{at_s} 秒处双方同时说话，{speaker}可能打断了对方，但时间太短或听不真切，不能确定",
        "en": "both speak at {at_s} s, and {speaker} may have interrupted; it is too short or too faint to tell",
    },
    "unsure.hold": {
        "zh": "{at_s} 秒处有长时间静音，不确定前后是谁在说话",
        "en": "a long silence at {at_s} s, and it is not clear who speaks around it",
    },
    "doubt.recognition": {
        "zh": "语音识别的把握只有 {percent}%（需要 {needed}%）",
        "en": "only {percent}% sure of the words (needs {needed}%)",
    },
    "doubt.role": {
        "zh": "判断谁是坐席的把握只有 {percent}%（需要 {needed}%）",
        "en": "only {percent}% sure who is the agent (needs {needed}%)",
    },
    "doubt.detector": {
        "zh": "判定的把握只有 {percent}%（需要 {needed}%）",
        "en": "only {percent}% sure that this is what was looked for (needs {needed}%)",
    },
    # ... not measurable
    "missing.field": {
        "zh": "通话记录中没有{field}",
        "en": "the call record does not hold {field}",
    },
    "missing.number": {
        "zh": "通话记录中{field}的值“{value}”不是数字",
        "en": "{field} in the call record is {value}, which is no number",
    },
    "missing.company_names": {
        "zh": "没有设置公司名称，请设置 QA_COMPANY_NAMES",
        "en": "no company name is set: set QA_COMPANY_NAMES",
    },
    # Words of the above
    "word.silence": {"zh": "静音", "en": "silence"},
    "word.hold": {"zh": "等待", "en": "hold"},
    "word.overtalk": {"zh": "双方同时说话", "en": "overtalk"},
    "word.ring_seconds": {"zh": "振铃秒数（ring_seconds）", "en": "ring_seconds"},
    "word.rings": {"zh": "振铃次数（rings）", "en": "rings"},
    "word.ended_by": {"zh": "挂机方（ended_by）", "en": "ended_by"},
    "word.direction": {"zh": "呼叫方向（direction）", "en": "direction"},
    "word.queue": {"zh": "技能组（queue）", "en": "queue"},
    "word.agent_id": {"zh": "工号（agent_id）", "en": "agent_id"},
    "word.language": {"zh": "语言（language）", "en": "language"},
    # ... sounds that are no speech
    "word.sound.silence": {"zh": "静音", "en": "silence"},
    "word.sound.music": {"zh": "音乐", "en": "music"},
    "word.sound.ringback": {"zh": "回铃音", "en": "ringing"},
    "word.sound.tone": {"zh": "提示音或忙音", "en": "tones"},
    "word.sound.dtmf": {"zh": "按键音", "en": "keys being pressed"},
    # ... languages by their codes (ISO 639-1, yue of 639-3); one that is not here is shown as its code
    "word.language.ar": {"zh": "阿拉伯语", "en": "Arabic"},
    "word.language.bn": {"zh": "孟加拉语", "en": "Bengali"},
    "word.language.de": {"zh": "德语", "en": "German"},
    "word.language.es": {"zh": "西班牙语", "en": "Spanish"},
    "word.language.fa": {"zh": "波斯语", "en": "Persian"},
    "word.language.fr": {"zh": "法语", "en": "French"},
    "word.language.hi": {"zh": "印地语", "en": "Hindi"},
    "word.language.id": {"zh": "印尼语", "en": "Indonesian"},
    "word.language.it": {"zh": "意大利语", "en": "Italian"},
    "word.language.ja": {"zh": "日语", "en": "Japanese"},
    "word.language.ko": {"zh": "韩语", "en": "Korean"},
    "word.language.ms": {"zh": "马来语", "en": "Malay"},
    "word.language.nl": {"zh": "荷兰语", "en": "Dutch"},
    "word.language.pl": {"zh": "波兰语", "en": "Polish"},
    "word.language.pt": {"zh": "葡萄牙语", "en": "Portuguese"},
    "word.language.ru": {"zh": "俄语", "en": "Russian"},
    "word.language.th": {"zh": "泰语", "en": "Thai"},
    "word.language.tl": {"zh": "他加禄语", "en": "Tagalog"},
    "word.language.tr": {"zh": "土耳其语", "en": "Turkish"},
    "word.language.ur": {"zh": "乌尔都语", "en": "Urdu"},
    "word.language.vi": {"zh": "越南语", "en": "Vietnamese"},
    "word.language.yue": {"zh": "粤语", "en": "Cantonese"},
}
