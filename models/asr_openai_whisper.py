"""Whisper through openai-whisper (torch): float32 on a processor, float16 on a GPU.

It runs the same file as faster-whisper does, converted in memory, and serves as the reference.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from queue import SimpleQueue
from threading import local
from typing import Any

from models.ct2_whisper import read_whisper
from models.encodings import Encodings
from models.environment import prepare, threads_to_use, workers_to_use
from models.hypothesis import Hypothesis, Piece, most_tokens
from models.lengths import batch_s, padded
from models.recogniser import WhisperTranscriber
from models.registry import Registry
from qa.domain.errors import ModelMissing
from qa.ports import SAMPLE_RATE, Samples

WEIGHT = "whisper-base"
LIBRARY = "openai-whisper"
_SEED = 20_250_625
_BATCH = {"cpu": 4, "cuda": 16}
_FRAMES_PER_S = 100
_ENCODED_PER_S = 50
_REMEMBERED = 32


class OpenAIWhisperEngine:
    """Runs openai-whisper on arrays; files never reach it, because it would mix their channels.

    Args:
        folder: Verified ``model.bin`` and ``config.json`` in CTranslate2's layout.
        device: ``auto``, ``cpu`` or ``cuda``.
        threads: Processor threads, 0 for all cores.
    """

    def __init__(self, folder: Path, *, device: str = "auto", threads: int = 0) -> None:
        prepare()
        try:
            import torch
            import whisper
        except ImportError as error:
            raise ModelMissing(
                "openai-whisper is not installed", hint='run: pip install "call-qa[speech]"'
            ) from error
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        self.device = device
        cores = threads_to_use(threads)
        self.workers = workers_to_use(threads) if device == "cpu" else 1
        torch.set_num_threads(cores // self.workers)
        # Alignment switches this off and on again for all models of the process, whoever is decoding.
        whisper.model.MultiHeadAttention.use_sdpa = False
        self._torch: Any = torch
        self._whisper: Any = whisper
        self._model: Any = _model(folder).to(device)
        self._idle: SimpleQueue[Any] = SimpleQueue()
        for _ in range(self.workers):
            self._idle.put(_sharing_weights(self._model))
        self._at_work = local()
        self._half = device == "cuda"
        self._encodings = Encodings(self._encode_each, size=_REMEMBERED)
        with warnings.catch_warnings():
            # whisper/tokenizer.py leaves its vocabulary file open; the result is cached.
            warnings.simplefilter("ignore", ResourceWarning)
            whisper.tokenizer.get_encoding(
                name="multilingual", num_languages=self._model.num_languages
            )

    def languages(self, windows: Sequence[Samples]) -> list[Mapping[str, float]]:
        """Probability of each language code, for each window of the batch."""
        with self._model_for(batch_s(windows)) as model:
            _, told = model.detect_language(self._encoded(windows))
        return list(told)

    def hypotheses(
        self, windows: Sequence[Samples], *, language: str, prompt: str, temperature: float
    ) -> list[Hypothesis]:
        """Recognise a batch of windows; the same input gives the same output."""
        options = self._whisper.DecodingOptions(
            language=language,
            prompt=prompt or None,
            temperature=temperature,
            sample_len=most_tokens(windows),
            without_timestamps=True,
            fp16=self._half,
        )
        self._torch.manual_seed(_SEED)
        with self._model_for(batch_s(windows)) as model:
            encoded = self._encoded(windows)
            results = model.decode(encoded, options)
            return [
                Hypothesis(
                    pieces=self._aligned(model, result.tokens, features, len(window), language),
                    mean_log_prob=float(result.avg_logprob),
                    no_speech=float(result.no_speech_prob),
                )
                for result, features, window in zip(results, encoded, windows, strict=True)
            ]

    @contextmanager
    def _model_for(self, seconds: float) -> Iterator[Any]:
        """A model that nobody else is using and that takes input of some seconds, where it insists on 30.

        The positions are sinusoids, of which shorter input uses the first.
        """
        model = self._idle.get()
        encoder, dims = model.encoder, model.dims
        whole, frames = encoder.positional_embedding, dims.n_audio_ctx
        dims.n_audio_ctx = round(seconds * _ENCODED_PER_S)
        encoder.positional_embedding = whole[: dims.n_audio_ctx]
        self._at_work.model = model
        try:
            yield model
        finally:
            encoder.positional_embedding, dims.n_audio_ctx = whole, frames
            self._idle.put(model)

    def _encoded(self, windows: Sequence[Samples]) -> Any:
        """Encoder output, shape ``(windows, 50 per second, width)``."""
        return self._torch.stack(self._encodings.of(windows))

    def _encode_each(self, windows: Sequence[Samples]) -> Sequence[Any]:
        to_s = batch_s(windows)
        with self._torch.inference_mode():
            mel = self._torch.stack(
                [
                    self._whisper.log_mel_spectrogram(
                        padded(window, to_s), self._model.dims.n_mels, device=self.device
                    )
                    for window in windows
                ]
            )
            encoded = self._at_work.model.encoder(mel.half() if self._half else mel)
        return list(encoded)

    def _aligned(
        self, model: Any, tokens: list[int], features: Any, samples: int, language: str
    ) -> tuple[Piece, ...]:
        tokenizer = self._whisper.tokenizer.get_tokenizer(
            multilingual=True,
            num_languages=self._model.num_languages,
            language=language,
            task="transcribe",
        )
        text = [token for token in tokens if token < tokenizer.eot]
        if not text:
            return ()
        with warnings.catch_warnings():
            # Triton kernels need a CUDA toolkit; without one whisper falls back and warns each time.
            warnings.filterwarnings("ignore", message="Failed to launch Triton kernels")
            timings = self._whisper.timing.find_alignment(
                _Encoded(model, features),
                tokenizer,
                text,
                features,
                samples * _FRAMES_PER_S // SAMPLE_RATE,
            )
        return tuple(
            Piece(timing.word, float(timing.start), float(timing.end), float(timing.probability))
            for timing in timings
        )


def _sharing_weights(model: Any) -> Any:
    """A copy that shares its weights: decoding hooks into a model's modules, so two threads need two."""
    return deepcopy(model, {id(kept): kept for kept in (*model.parameters(), *model.buffers())})


class _Encoded:
    """The model to ``whisper.timing.find_alignment``, minus a second run of the encoder.

    That function calls ``model(mel, tokens)``, which encodes the sound again; here it is encoded already.
    """

    def __init__(self, model: Any, features: Any) -> None:
        self.device = model.device
        self.dims = model.dims
        self.decoder = model.decoder
        self.alignment_heads = model.alignment_heads
        self._features = features

    def __call__(self, _mel: Any, tokens: Any) -> Any:
        return self.decoder(tokens, self._features.unsqueeze(0))


def build(registry: Registry, *, device: str = "auto", threads: int = 0) -> WhisperTranscriber:
    """Verify the weights and load them. Raises ``ModelMissing`` and ``ModelCorrupt``."""
    engine = OpenAIWhisperEngine(registry.folder(WEIGHT), device=device, threads=threads)
    return WhisperTranscriber(engine, batch=_BATCH[engine.device])


def _model(folder: Path) -> Any:
    import torch
    from whisper.model import ModelDimensions, Whisper

    weights = read_whisper(folder)
    model = Whisper(ModelDimensions(**weights.dimensions))
    model.load_state_dict({name: torch.from_numpy(array) for name, array in weights.state.items()})
    heads = torch.zeros(model.dims.n_text_layer, model.dims.n_text_head, dtype=torch.bool)
    for layer, head in weights.alignment_heads:
        heads[layer, head] = True
    model.register_buffer("alignment_heads", heads.to_sparse(), persistent=False)
    return model.eval()
