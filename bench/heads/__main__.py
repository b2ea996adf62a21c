"""``python -m bench.heads`` trains the heads anew from the phrase bank and measures them beside the rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.heads.calls import train_calls, without
from bench.heads.rules import CRITERIA, KIN, rule_of
from bench.heads.training import Figures, Material, Trained, train
from models import heads
from models.encoder_use import UseEncoder
from models.phrase_bank import BANK, read_bank
from models.registry import Registry
from models.semantics import identity
from qa import bootstrap
from qa.config import Settings
from qa.domain.dialogue import Dialogue
from qa.domain.rubric import Rubric
from qa.domain.wording import LANGUAGES
from qa.ports.learning import BankSentence

RUBRIC = "service-standard"

PAGE = Path(__file__).resolve().parents[2] / "docs" / "semantic.md"
BEGINS, ENDS = "<!-- figures: written by `make heads` -->", "<!-- end of figures -->"


def main() -> None:
    """Train, write ``models/heads.toml``, and put the figures on their page."""
    rubric = bootstrap.named_rubric(Settings(), RUBRIC).rubric
    bank, calls = read_bank(), train_calls()
    with TemporaryDirectory() as folder:
        encoder = UseEncoder(Registry(Path(folder)))
        trained = train_all(bank, calls, rubric, encoder)
        text = "\n".join(_document(trained, rubric, identity(encoder))) + "\n"
    figures = "\n".join(_page(trained, rubric))
    print(figures)
    _put_on_page(figures)
    heads.FILE.write_text(text, encoding="utf-8")


def train_all(
    bank: Sequence[BankSentence], calls: Sequence[Dialogue], rubric: Rubric, encoder: UseEncoder
) -> list[Trained]:
    """Every head, in the order of the rubric's criteria."""
    materials = {head: _material(head, bank, calls, rubric) for head in CRITERIA}
    wanted = dict.fromkeys(each.sentence for each in bank)
    for material in materials.values():
        wanted.update(dict.fromkeys(said for call in material.calls for said in call))
    vector_of = dict(zip(wanted, encoder.encode(list(wanted)), strict=True))
    return [train(head, material, vector_of) for head, material in materials.items()]


def _material(
    head: str, bank: Sequence[BankSentence], calls: Sequence[Dialogue], rubric: Rubric
) -> Material:
    hit = rule_of(rubric, head)
    own = [each for each in bank if each.head == head]
    known = {each.sentence for each in own}
    kin = KIN.get(head, ())
    others = dict.fromkeys(
        each.sentence
        for each in bank
        if not each.held_back
        and each.sentence not in known
        and not (each.positive and each.head in kin)
    )
    return Material(
        examples=own,
        hits={each.sentence for each in own if hit(each.sentence)},
        background=[sentence for sentence in others if not hit(sentence)],
        calls=without(calls, head),
    )


def _document(trained: Sequence[Trained], rubric: Rubric, encoder: str) -> Iterator[str]:
    yield "# Written by `make heads`; docs/semantic.md says how it is read. Counts are [found, false alarms]."
    yield f'encoder = "{encoder}"'
    yield f'bank_sha256 = "{heads.bank_digest(BANK)}"'
    yield f'rules = "{rubric.ref.id} {rubric.ref.version}"'
    used = [head for head in trained if head.beats_the_rules]
    for head in used:
        yield heads.use_line(head.name, head.marks)
    for head in trained:
        yield f"\n[figures.{head.name}]\nauc = {head.auc:.3f}"
        for split, figures in (("train", head.cross_validated), ("test", head.test)):
            for language in LANGUAGES:
                yield f"{split}_{language} = {_inline(figures[language])}"
    for head in used:
        yield from heads.weights_lines(head.name, head.bias, head.weights)


def _inline(figures: Figures) -> str:
    counts = {"rules": figures.rules, "encoder": figures.encoder, "both": figures.both}
    shown = ", ".join(f"{name} = [{each.hits}, {each.false}]" for name, each in counts.items())
    return f"{{ positives = {figures.positives}, negatives = {figures.negatives}, {shown} }}"


def _page(trained: Sequence[Trained], rubric: Rubric) -> Iterator[str]:
    yield f"Rules of `{rubric.ref.id}` {rubric.ref.version}; found / of, false alarms:"
    yield ""
    yield "| Head | | Rules | Encoder alone | Both | In use |"
    yield "|---|---|---|---|---|---|"
    for head in trained:
        in_use = "yes" if head.beats_the_rules else "no"
        for language, name, used in zip(
            LANGUAGES, (f"`{head.name}`", ""), (in_use, ""), strict=True
        ):
            yield f"| {name} | {language} | {_cells(head.test[language])} | {used} |"


def _cells(figures: Figures) -> str:
    counts = (figures.rules, figures.encoder, figures.both)
    return " | ".join(f"{each.hits}/{figures.positives}, {each.false}" for each in counts)


def _put_on_page(figures: str) -> None:
    """Write the figures between the marks on the page that explains them."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(f"{BEGINS}\n")
    _, _, after = rest.partition(ENDS)
    PAGE.write_text(f"{before}{BEGINS}\n{figures}\n{ENDS}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
