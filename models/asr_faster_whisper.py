"""Whisper through faster-whisper (CTranslate2): int8 on a processor, float16 on a GPU."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.encodings import Encodings
from models.environment import prepare, steady_sums, threads_to_use, workers_to_use
from models.hypothesis import Hypothesis, Piece, most_tokens
from models.lengths import batch_s, padded
from models.recogniser import WhisperTranscriber
from models.registry import Registry
from qa.domain.errors import ModelMissing
from qa.ports import SAMPLE_RATE, Samples

WEIGHT = "whisper-base"
LIBRARY = "faster-whisper"
BEAM = 3
"""Hypotheses kept while decoding: on 30 stereo calls, greedy decoding has 4.3 % of words (English) and 18.4 % of
characters (Mandarin) wrong, this 3.7 and 16.8 %, a beam of five 3.5 and 16.8 %."""
_DEARER = 0.5
"""How much dearer a token is that was read before, for each degree of temperature."""
_BATCH = {"cpu": 4, "cuda": 16}
_FRAMES_PER_S = 100
_MAX_TOKENS = 448
_REMEMBERED = 32


class FasterWhisperEngine:
    """Runs a CTranslate2 Whisper.

    faster-whisper's own ``transcribe`` takes one window at a time, and its batched pipeline has no way
    back from a failed one, so its parts are used: features, tokeniser, model and alignment.

    Args:
        folder: Verified ``model.bin``, ``config.json``, ``tokenizer.json`` and ``vocabulary.txt``.
        device: ``auto``, ``cpu`` or ``cuda``.
        threads: Processor threads, 0 for all cores.
    """

    def __init__(self, folder: Path, *, device: str = "auto", threads: int = 0) -> None:
        prepare()
        try:
            import ctranslate2
            from faster_whisper import WhisperModel
        except ImportError as error:
            raise ModelMissing(
                "faster-whisper is not installed", hint='run: pip install "call-qa[speech]"'
            ) from error
        steady_sums()
        if device == "auto":
            device = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
        self.device = device
        self._ctranslate2: Any = ctranslate2
        cores = threads_to_use(threads)
        # A core to each batch: two cores on one batch wait for one another a third of their time.
        self.workers = workers_to_use(threads) if device == "cpu" else 1
        self._model: Any = WhisperModel(
            str(folder),
            device=device,
            compute_type="float16" if device == "cuda" else "int8",
            cpu_threads=cores // self.workers,
            num_workers=self.workers,
            local_files_only=True,
        )
        self._encodings = Encodings(self._encode_each, size=_REMEMBERED)

    def languages(self, windows: Sequence[Samples]) -> list[Mapping[str, float]]:
        """Probability of each language code, for each window of the batch."""
        told = self._model.model.detect_language(self._encoded(windows))
        # Language tokens look like <|zh|>.
        return [
            {token[2:-2]: probability for token, probability in probabilities}
            for probabilities in told
        ]

    def hypotheses(
        self, windows: Sequence[Samples], *, language: str, prompt: str, temperature: float
    ) -> list[Hypothesis]:
        """Recognise a batch of windows; the same input gives the same output.

        At a temperature, what was read before is made dearer and the likeliest text taken, where
        openai-whisper draws at random: CTranslate2's generator is of a thread and goes on from what was drawn
        before, whatever seed is set, so that a text would depend on the calls heard earlier. Of 28 windows of
        sample calls in noise that the gates refused, either way has 2 believed.
        """
        from faster_whisper.tokenizer import Tokenizer
        from faster_whisper.transcribe import get_suppressed_tokens

        tokenizer = Tokenizer(
            self._model.hf_tokenizer, multilingual=True, task="transcribe", language=language
        )
        start = self._model.get_prompt(
            tokenizer,
            tokenizer.encode(f" {prompt}") if prompt else [],
            without_timestamps=True,
        )
        encoded = self._encoded(windows)
        results = self._model.model.generate(
            encoded,
            [start] * len(windows),
            max_length=min(_MAX_TOKENS, len(start) + most_tokens(windows)),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
            beam_size=BEAM,
            repetition_penalty=1 + _DEARER * temperature,
        )
        tokens = [result.sequences_ids[0] for result in results]
        aligned = self._aligned(tokenizer, tokens, encoded, windows)
        found = [
            Hypothesis(
                pieces=pieces,
                # The score is a mean over the text; openai-whisper's also counts the end token.
                mean_log_prob=result.scores[0] * len(text) / (len(text) + 1),
                no_speech=result.no_speech_prob,
            )
            for result, text, pieces in zip(results, tokens, aligned, strict=True)
        ]
        # What was made dearer is scored as if it were less likely; alignment reads the text as the model does.
        return (
            [replace(one, mean_log_prob=min(one.mean_log_prob, one.evidence)) for one in found]
            if temperature
            else found
        )

    def _encoded(self, windows: Sequence[Samples]) -> Any:
        """Encoder output of a batch, as CTranslate2 takes it."""
        if self.device != "cpu":
            return self._encode(windows)
        return self._ctranslate2.StorageView.from_array(np.stack(self._encodings.of(windows)))

    def _encode_each(self, windows: Sequence[Samples]) -> Sequence[npt.NDArray[np.float32]]:
        return list(np.array(self._encode(windows)))

    def _encode(self, windows: Sequence[Samples]) -> Any:
        to_s = batch_s(windows)
        features = [self._model.feature_extractor(padded(window, to_s)) for window in windows]
        frames = round(to_s * _FRAMES_PER_S)
        return self._model.encode(np.ascontiguousarray(np.stack(features)[..., :frames]))

    def _aligned(
        self, tokenizer: Any, tokens: list[list[int]], encoded: Any, windows: Sequence[Samples]
    ) -> list[tuple[Piece, ...]]:
        texts = [[token for token in text if token < tokenizer.eot] for text in tokens]
        frames = [len(window) * _FRAMES_PER_S // SAMPLE_RATE for window in windows]
        # An empty text cannot be aligned, and an encoded batch cannot be taken apart: it stands in
        # with one token and its alignment is thrown away.
        stand_in = tokenizer.encode(" ")
        found = self._model.find_alignment(
            tokenizer, [text or stand_in for text in texts], encoded, frames
        )
        return [
            tuple(
                Piece(
                    word["word"],
                    float(word["start"]),
                    float(word["end"]),
                    float(word["probability"]),
                )
                for word in alignment
            )
            if text
            else ()
            for text, alignment in zip(texts, found, strict=True)
        ]


def build(registry: Registry, *, device: str = "auto", threads: int = 0) -> WhisperTranscriber:
    """Verify the weights and load them. Raises ``ModelMissing`` and ``ModelCorrupt``."""
    engine = FasterWhisperEngine(registry.folder(WEIGHT), device=device, threads=threads)
    return WhisperTranscriber(engine, batch=_BATCH[engine.device])
