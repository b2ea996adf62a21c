"""What the machine says about a call: why it has no score, and why each verdict is what it is."""

from __future__ import annotations

PHRASES: dict[str, dict[str, str]] = {
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
        "zh": "处理时出错（{stage}：{kind}）；录音已保留",
        "en": "scoring it failed ({stage}: {kind}); the recording is kept",
    },
    "recording.died": {
        "zh": "处理它的进程中途退出（{signal}），多半是内存不足或录音损坏；录音已保留",
        "en": "the process that worked on it ended ({signal}), most likely out of memory or by a damaged recording; the recording is kept",
    },
    "recording.changed": {
        "zh": "读取过程中文件被替换或改写；下次运行会重新处理",
        "en": "the file was replaced or written to while it was read; the next run takes it as it is then",
    },
    # Why a verdict is what it is: found
    "found.phrase": {
        "zh": "{at_s} 秒处，{speaker}说到",
        "en": "{speaker} says so at {at_s} s",
    },
    "found.meaning": {
        "zh": "{at_s} 秒处，{speaker}表达了这个意思",
        "en": "{speaker} says something of that meaning at {at_s} s",
    },
    "found.question": {
        "zh": "{at_s} 秒处，{speaker}提问",
        "en": "{speaker} asks at {at_s} s",
    },
    "found.company_name": {
        "zh": "{at_s} 秒处，{speaker}报出了公司名称",
        "en": "{speaker} gives the company's name at {at_s} s",
    },
    "found.privacy_request": {
        "zh": "{at_s} 秒处，{speaker}索要了不该索要的信息",
        "en": "{speaker} asks for something secret at {at_s} s",
    },
    "found.privacy_readout": {
        "zh": "{at_s} 秒处，{speaker}念出了完整的卡号或证件号",
        "en": "{speaker} reads out a whole card or identity number at {at_s} s",
    },
    "found.account_facts": {
        "zh": "{at_s} 秒处，{speaker}说出了客户账户的信息",
        "en": "{speaker} tells facts of the customer's account at {at_s} s",
    },
    "found.interruption": {
        "zh": "{speaker}打断对方 {count} 次，最长一次在 {at_s} 秒处，重叠 {duration_s} 秒",
        "en": "{speaker} interrupts, times counted: {count}; the longest, at {at_s} s, talks over for {duration_s} s",
    },
    "found.repetition": {
        "zh": "{speaker}把同一句话说了 {count} 遍，第一遍在 {at_s} 秒处",
        "en": "{speaker} says the same, times counted: {count}; the first is at {at_s} s",
    },
    "found.rate": {
        "zh": "{speaker}的语速是每分钟 {value} {unit}",
        "en": "{speaker} speaks {value} {unit} a minute",
    },
    "found.talk_share": {
        "zh": "{speaker}的说话时间占 {percent}%",
        "en": "{speaker} has {percent}% of the speaking time",
    },
    "found.signal": {
        "zh": "{at_s} 秒处有{what}，持续 {duration_s} 秒",
        "en": "{what} at {at_s} s, lasting {duration_s} s",
    },
    "found.fact": {"zh": "通话记录：{field} = {value}", "en": "call record: {field} = {value}"},
    "found.judge": {
        "zh": "{at_s} 秒处，{speaker}的话使语言模型对该问题回答“是”",
        "en": "what {speaker} says at {at_s} s makes a language model answer the question with yes",
    },
    # ... not found
    "absent.phrase": {
        "zh": "在 {start_s}–{end_s} 秒内，{speaker}没有说到",
        "en": "{speaker} does not say so between {start_s} and {end_s} s",
    },
    "absent.phrases": {
        "zh": "要说到其中 {needed} 句，只说到 {count} 句",
        "en": "different phrases to be said: {needed}; said: {count}",
    },
    "absent.meaning": {
        "zh": "在 {start_s}–{end_s} 秒内，{speaker}没有表达这个意思",
        "en": "{speaker} says nothing of that meaning between {start_s} and {end_s} s",
    },
    "absent.question": {
        "zh": "在 {start_s}–{end_s} 秒内，{speaker}没有提问",
        "en": "{speaker} asks nothing between {start_s} and {end_s} s",
    },
    "absent.repetition": {
        "zh": "在 {start_s}–{end_s} 秒内，{speaker}没有反复说同一句话",
        "en": "{speaker} does not keep saying the same between {start_s} and {end_s} s",
    },
    "absent.anchor": {
        "zh": "参照的内容只出现 {count} 次，需要 {needed} 次",
        "en": "what it is counted from occurs {count} times, and is needed {needed} times",
    },
    "absent.beside": {
        "zh": "参照的内容就在通话的边缘，另一边没有内容",
        "en": "what it is counted from stands at the edge of the call, with nothing beyond it",
    },
    "absent.company_name": {
        "zh": "在 {start_s}–{end_s} 秒内，{speaker}没有报出公司名称",
        "en": "{speaker} does not give the company's name between {start_s} and {end_s} s",
    },
    "absent.privacy_request": {
        "zh": "在 {start_s}–{end_s} 秒内，{speaker}没有索要卡号、安全码、密码或验证码",
        "en": "{speaker} asks for no card number, security code, password or one-time code between {start_s} and {end_s} s",
    },
    "absent.privacy_readout": {
        "zh": "在 {start_s}–{end_s} 秒内，{speaker}没有念出完整的卡号或证件号",
        "en": "{speaker} reads out no whole card or identity number between {start_s} and {end_s} s",
    },
    "absent.account_facts": {
        "zh": "在 {start_s}–{end_s} 秒内，{speaker}没有说出客户账户的信息",
        "en": "{speaker} tells no facts of the customer's account between {start_s} and {end_s} s",
    },
    "absent.interruption": {
        "zh": "{speaker}没有打断对方 {at_least_s} 秒以上",
        "en": "{speaker} never talks over the other for {at_least_s} s or more",
    },
    "absent.signal": {
        "zh": "没有 {at_least_s} 秒以上的{what}",
        "en": "no {what} of {at_least_s} s or more",
    },
    "absent.judge": {
        "zh": "语言模型对该问题回答“否”：{start_s}–{end_s} 秒内，{speaker}没有说到",
        "en": "a language model answers the question with no: {speaker} says nothing of the kind between {start_s} and {end_s} s",
    },
    "absent.judge_not_applicable": {
        "zh": "语言模型认为该问题不适用于这通电话",
        "en": "a language model finds that the question does not arise in this call",
    },
    "absent.nothing": {"zh": "没有要找的内容", "en": "there was nothing to look for"},
    "absent.level": {
        "zh": "没有一档标准符合这通电话",
        "en": "none of the levels of this criterion holds",
    },
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
    "unsure.phrases": {
        "zh": "两种语言合起来够 {needed} 句，单独一种只有 {count} 句，不能确定",
        "en": "the phrases of both languages together reach {needed}, those of one are {count}: that leaves it open",
    },
    "unsure.meaning": {
        "zh": "{at_s} 秒处，{speaker}说的可能是这个意思，请人工确认",
        "en": "{speaker} may mean that at {at_s} s; a person should decide",
    },
    "unsure.question": {
        "zh": "听起来像在提问，但不能确定",
        "en": "something that may be a question",
    },
    "unsure.company_name": {
        "zh": "听起来像公司名称，但不能确定",
        "en": "something that sounds rather like the company's name",
    },
    "unsure.privacy_request": {
        "zh": "听起来像在索要保密信息，但不能确定",
        "en": "something that sounds like a request for a secret",
    },
    "unsure.privacy_readout": {
        "zh": "念出的一串数字可能是完整的卡号或证件号，不能确定",
        "en": "a long number is read out that may be a whole card or identity number",
    },
    "unsure.account_facts": {
        "zh": "可能说到了客户账户的信息，不能确定",
        "en": "something that may be a fact of the customer's account",
    },
    "unsure.overlap": {
        "zh": "{at_s} 秒处双方同时说话，听不清{speaker}说了什么",
        "en": "both speak at {at_s} s, and what {speaker} says there could not be made out",
    },
    "unsure.interruption": {
        "zh": "{at_s} 秒处双方同时说话，{speaker}可能打断了对方，但时间太短或听不真切，不能确定",
        "en": "both speak at {at_s} s, and {speaker} may have interrupted; it is too short or too faint to tell",
    },
    "unsure.signal": {
        "zh": "{at_s} 秒处有{what}，不确定是哪一方的",
        "en": "{what} at {at_s} s, and it is not clear whose",
    },
    "unsure.figure": {
        "zh": "{speaker}说话太少，或者数值离限值太近，不能确定",
        "en": "{speaker} speaks too little, or the figure is too near the limit to tell",
    },
    "unsure.hold": {
        "zh": "{at_s} 秒处有长时间静音，不确定前后是谁在说话",
        "en": "a long silence at {at_s} s, and it is not clear who speaks around it",
    },
    # ... not sure of what a judge says
    "unsure.judge_vague": {
        "zh": "语言模型没有明确回答：三种答案合计只占 {percent}%",
        "en": "the language model gave no clear answer: the three answers together are worth {percent}%",
    },
    "unsure.judge_quote": {
        "zh": "语言模型引用的话在通话中找不到，其回答不作数",
        "en": "the language model quotes words that are not in the call, so its answer does not count",
    },
    "unsure.judge_speaker": {
        "zh": "语言模型引用的是另一方说的话，其回答不作数",
        "en": "the language model quotes the other party, so its answer does not count",
    },
    "unsure.judge_unproved": {
        "zh": "语言模型回答“是”，但没有指出是哪一句话",
        "en": "the language model answers yes and names no words that prove it",
    },
    "unsure.judge_not_applicable": {
        "zh": "语言模型认为该问题不适用于这通电话，请人工判断",
        "en": "a language model finds that the question does not arise in this call; a person has to say",
    },
    "unsure.judge_cut": {
        "zh": "通话太长，语言模型有 {count} 句没有读到，可能就在其中",
        "en": "the call is too long for the language model: turns it did not read: {count}; it may be there",
    },
    "unsure.judge_malformed": {
        "zh": "语言模型的回答不符合约定的格式",
        "en": "the language model's answer is not in the form that was agreed",
    },
    "unsure.judge_refused": {
        "zh": "语言模型服务不接受这个问题（HTTP {status}）",
        "en": "the language model's endpoint does not take this question (HTTP {status})",
    },
    # ... no answer from a judge, this time
    "silent.judge_unreachable": {
        "zh": "无法连接语言模型服务",
        "en": "the language model's endpoint cannot be reached",
    },
    "silent.judge_slow": {
        "zh": "语言模型没有在 {timeout_s} 秒内回答",
        "en": "the language model did not answer within {timeout_s} s",
    },
    "silent.judge_refused": {
        "zh": "语言模型服务拒绝了请求（HTTP {status}）",
        "en": "the language model's endpoint refused to answer (HTTP {status})",
    },
    "silent.judge_resting": {
        "zh": "语言模型服务连续出错，暂停使用，本次没有提问",
        "en": "the language model's endpoint failed again and again, so it was left alone and not asked",
    },
    "silent.judge_failed": {
        "zh": "语言模型运行出错（{kind}）",
        "en": "the language model failed ({kind})",
    },
    "doubt.recognition": {
        "zh": "语音识别的把握只有 {percent}%（需要 {needed}%）",
        "en": "only {percent}% sure of the words (needs {needed}%)",
    },
    "doubt.role": {
        "zh": "判断谁是坐席的把握只有 {percent}%（需要 {needed}%）",
        "en": "only {percent}% sure who is the agent (needs {needed}%)",
    },
    "doubt.model": {
        "zh": "只有语义模型这样判断，不足以扣分，请人工确认",
        "en": "only a trained model says so, and that is not enough to cost points",
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
    "missing.signals": {
        "zh": "只有文字，没有声音，无法测量",
        "en": "there is only a text and no sound, so nothing was measured",
    },
    "missing.figure": {
        "zh": "{speaker}没有说话，无法测量",
        "en": "{speaker} does not speak, so nothing was measured",
    },
    "missing.judge": {
        "zh": "没有启用语言模型（QA_JUDGE），该问题没有人回答",
        "en": "no language model is set up to answer the question (QA_JUDGE)",
    },
    "missing.encoder": {
        "zh": "没有启用语义编码器（见 QA_ENCODER）",
        "en": "no sentence encoder is in use (see QA_ENCODER)",
    },
    "missing.head": {
        "zh": "语义分类器 {name} 没有启用",
        "en": "the trained head {name} is not in use",
    },
    "missing.company_names": {
        "zh": "没有设置公司名称，请设置 QA_COMPANY_NAMES",
        "en": "no company name is set: set QA_COMPANY_NAMES",
    },
    # Words of the above
    "word.silence": {"zh": "静音", "en": "silence"},
    "word.hold": {"zh": "等待", "en": "hold"},
    "word.response_gap": {"zh": "应答间隔", "en": "an answer that takes long"},
    "word.dead_air": {"zh": "冷场", "en": "dead air"},
    "word.unit.zh": {"zh": "字", "en": "characters"},
    "word.unit.en": {"zh": "词", "en": "words"},
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
