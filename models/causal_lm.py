"""A causal language model from a folder, read for what it would say next and never made to write.

Its weights must be safetensors: other formats are programs. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from models.choices import Probabilities, Tokens
from models.environment import prepare, threads_to_use
from qa.domain.errors import ModelMissing

LIBRARY = "transformers"

MOST_TOKENS = 16_384
"""Of a prompt, however much more a model could take: memory and time grow with it. Half an hour of talk."""

INSTALL = 'run: pip install "call-qa[transformers]"'


class CausalLm:
    """Says how likely each next token is.

    Args:
        model: A causal model of ``transformers`` in evaluation mode.
        tokenizer: Its tokenizer.
        device: Where the model is.
        threads: Processor threads.
    """

    def __init__(
        self, model: Any, tokenizer: Any, *, device: str = "cpu", threads: int = 1
    ) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._device = device
        self._threads = threads
        self._head: Tokens = ()
        self._cache: Any = None

    @property
    def room(self) -> int:
        """Tokens that it can read at once."""
        stated = getattr(self._model.config.get_text_config(), "max_position_embeddings", None)
        limits = (MOST_TOKENS, self._tokenizer.model_max_length, stated or MOST_TOKENS)
        return int(min(limits))

    @property
    def chats(self) -> bool:
        """Whether it was taught to answer, and not only to continue a text."""
        return bool(self._tokenizer.chat_template)

    def chat(self, messages: Sequence[tuple[str, str]]) -> str:
        """The text that puts messages, by role and words, to a model that chats, up to its own answer."""
        text: str = self._tokenizer.apply_chat_template(
            [{"role": role, "content": words} for role, words in messages],
            add_generation_prompt=True,
            tokenize=False,
            enable_thinking=False,  # of those that can; the others' templates do not look at it
        )
        return text

    def tokens(self, text: str, *, opening: bool = False) -> Tokens:
        """The tokens of a text.

        Args:
            text: The text.
            opening: Whether it begins a prompt and has the tokens that a prompt begins with put before it.
        """
        special = opening and not self.chats
        return tuple(self._tokenizer(text, add_special_tokens=special, verbose=False)["input_ids"])

    def spellings(self, words: Sequence[str]) -> list[Tokens]:
        """Token sequences that begin a model's answer with one of some words, spaced or not, large or small."""
        forms = [form for word in words for form in (word, word.capitalize())]
        spelt = [self.tokens(before + form) for form in forms for before in ("", " ")]
        unknown = self._tokenizer.unk_token_id
        known = [tokens for tokens in spelt if tokens and unknown not in tokens]
        return list(dict.fromkeys(known))

    def after(self, head: Tokens, tail: Tokens) -> Probabilities:
        """The probabilities of the token that follows, shape ``(vocabulary,)``.

        The state after the head is kept: another tail after the same head costs the tail alone, and gives what
        it would have given at first.

        Args:
            head: The part of a prompt that other prompts share, not empty.
            tail: The rest, not empty.
        """
        with _inference(self._threads):
            self._take_in(head)
            logits = self._run(tail)
            probabilities: Probabilities = logits.float().softmax(-1).cpu().numpy()
        if not np.isfinite(probabilities).all():
            raise ArithmeticError("the model gives no numbers")
        return probabilities

    def forget(self) -> None:
        """Let go of the state that is kept."""
        self._head, self._cache = (), None

    def _take_in(self, head: Tokens) -> None:
        if self._cache is not None and head == self._head:
            try:
                self._cache.crop(len(head) - self._cache.get_seq_length())
            except (RuntimeError, AttributeError):
                self.forget()  # some kinds of layer cannot go back
            else:
                return
        self.forget()
        self._run(head)
        self._head = head

    def _run(self, tokens: Tokens) -> Any:
        import torch

        given = torch.tensor([tokens], device=self._device)
        told = self._model(
            input_ids=given, past_key_values=self._cache, use_cache=True, logits_to_keep=1
        )
        self._cache = told.past_key_values
        return told.logits[0, -1]


def load(folder: Path, *, device: str = "auto", threads: int = 0) -> CausalLm:
    """Load a model.

    Args:
        folder: With its config, its tokenizer and its weights.
        device: ``auto``, ``cpu`` or ``cuda``.
        threads: Processor threads, 0 for all cores.

    Raises ``ModelMissing`` for a folder that holds no such model, or where the library is not installed.
    """
    prepare()
    try:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging
    except ImportError as error:
        raise ModelMissing(f"{LIBRARY} is not installed", hint=INSTALL) from error
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    kept_here = {"local_files_only": True, "trust_remote_code": False}
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, **kept_here)
        model = AutoModelForCausalLM.from_pretrained(
            folder,
            use_safetensors=True,
            dtype=torch.float32 if device == "cpu" else "auto",
            **kept_here,
        )
    except Exception as error:  # a broken folder makes the libraries raise anything
        raise ModelMissing(
            f"{folder} holds no causal language model that can be loaded",
            hint="QA_JUDGE_MODEL must name a folder with config.json, a tokenizer and model.safetensors",
        ) from error
    return CausalLm(
        model.to(device).eval(), tokenizer, device=device, threads=threads_to_use(threads)
    )


@contextmanager
def _inference(threads: int) -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.set_num_threads(before)
