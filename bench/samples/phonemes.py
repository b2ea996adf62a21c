"""Text to the phonemes that Kokoro-82M was trained on, for Mandarin and English."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

_HAN = re.compile("([\u4e00-\u9fff]+)")
# A consonant that makes a syllable of its own ("button"): the voices know it after a short vowel.
_SYLLABIC = re.compile("(\\S)\u0329")
# Words that the segmenter would otherwise cut in two, which puts a pause inside them.
_ZH_WORDS = ("云帆科技", "验证码", "卡号", "这次服务")


def phonemes(text: str, style: str) -> str:
    """Phonemes of `text` for the voice `style`, whose first letter is its language.

    z: Mandarin; a: American English; b: British English. Numbers must be written as words.
    """
    language = style[0]
    if language == "z":
        return _mandarin()(text)
    return _english({"a": "en-us", "b": "en-gb"}[language])(text)


@cache
def _english(accent: str) -> Callable[[str], str]:
    from misaki.espeak import EspeakG2P

    convert = EspeakG2P(language=accent)
    return lambda text: _SYLLABIC.sub(r"ᵊ\1", str(convert(text)[0]))


@cache
def _mandarin() -> Callable[[str], str]:
    """Misaki's Mandarin reading, word by word, without tone sandhi: the voices learned it so."""
    import jieba
    from misaki.zh import ZHG2P
    from pypinyin import Style, lazy_pinyin

    jieba.setLogLevel("ERROR")
    for known in _ZH_WORDS:
        jieba.add_word(known)

    def word(characters: str) -> str:
        syllables = lazy_pinyin(characters, style=Style.TONE3, neutral_tone_with_five=True)
        return "".join(ZHG2P.py2ipa(syllable) for syllable in syllables)

    def convert(text: str) -> str:
        parts = _HAN.split(ZHG2P.map_punctuation(text))
        spoken = (
            " ".join(word(w) for w in jieba.lcut(part)) if _HAN.fullmatch(part) else part
            for part in parts
        )
        return "".join(spoken).replace(chr(815), "")

    return convert
