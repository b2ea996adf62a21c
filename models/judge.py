"""The judge that the settings choose: what it is called and how it is built, without loading anything."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Literal

from models import judge_endpoint, judge_http, judge_prompts, judge_transformers
from models.causal_lm import INSTALL, LIBRARY
from models.local_models import LocalModel, located
from models.releases import release
from qa.domain.detectors.base import Judge
from qa.domain.errors import ModelMissing, SettingsInvalid


@dataclass(frozen=True, slots=True)
class JudgeChoice:
    """Which judge; what cannot be used raises ``SettingsInvalid`` or ``ModelMissing`` when it is asked for.

    Attributes:
        kind: A model on this machine, or an endpoint.
        model: A folder or a name in the hub's cache, or a name at the endpoint.
        url: Base of the endpoint.
        plain_http: Whether the endpoint may be another machine's without TLS.
        timeout_s: For one question to the endpoint, seconds.
        threads: Processor threads of a model on this machine; 0 for all cores.
    """

    kind: Literal["transformers", "http"]
    model: str
    url: str = ""
    key: str = field(default="", repr=False)
    plain_http: bool = False
    timeout_s: float = 30.0
    threads: int = 0

    def identity(self) -> str:
        """Name and revision. What runs at an endpoint under a name nobody here can tell."""
        if self.kind == "transformers":
            model = self._local()
            rules = f"{judge_prompts.VERSION}.{judge_transformers.VERSION}"
            return f"{model.name}@{model.revision} {release(LIBRARY)} rules@{rules}"
        at = self._address()
        where = hashlib.sha256(f"{at.tls} {at.host}:{at.port}{at.path}".encode()).hexdigest()[:12]
        rules = f"{judge_prompts.VERSION}.{judge_http.VERSION}"
        return f"{self.model}@{at.host} endpoint@{where} rules@{rules}"

    def build(self) -> Judge:
        """The judge; its model, where it runs here, is loaded at the first question."""
        if self.kind == "transformers":
            return judge_transformers.build(self._local().folder, threads=self.threads)
        endpoint = judge_endpoint.Endpoint(self._address(), self.key, self.timeout_s)
        return judge_http.HttpJudge(endpoint, self.model)

    def _local(self) -> LocalModel:
        self._check_named()
        if find_spec(LIBRARY) is None:
            raise ModelMissing(f"{LIBRARY} is not installed", hint=INSTALL)
        return located(self.model, "QA_JUDGE_MODEL")

    def _address(self) -> judge_endpoint.Address:
        self._check_named()
        if not (self.key.isascii() and self.key.isprintable()):
            raise SettingsInvalid(
                "QA_JUDGE_KEY holds what no key does", hint="copy it again, without a line break"
            )
        return judge_endpoint.address(self.url, plain_http=self.plain_http)

    def _check_named(self) -> None:
        if not self.model:
            raise SettingsInvalid(
                "QA_JUDGE is on and no model is named",
                hint="set QA_JUDGE_MODEL to a folder, or to the model's name at QA_JUDGE_URL",
            )
