"""Word error: ours with both engines against plain faster-whisper with a beam of five, on the same weights.

Stereo calls are compared party by party, announcements (real speech, mono) as one text. The rate is micro-
averaged: words of English, characters of Chinese (see ``bench.speech.normalise``). On mono calls the cpWER
adds what goes to the wrong party.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.speech import debian, ours, rivals
from bench.speech.corpus import PARTIES, Call, Form, Recording, made_calls, samples
from bench.speech.figure import Bar, Figure, Options, table
from bench.speech.scores import Errors, cp_errors, word_errors

WORSE_BY_POINTS = 0.3
COMPARED = 16
"""How many of the made calls plain faster-whisper hears too: it takes its time."""
PLAIN = "plain, beam 5"

Rates = dict[str, Errors]
"""Errors by who recognised."""


@dataclass(frozen=True, slots=True)
class Row:
    """Errors on one set of recordings in one language."""

    title: str
    language: str
    rates: Rates

    def worse(self, recogniser: str) -> float:
        """Points of word error above the plain recogniser's."""
        return self.rates[recogniser].rate - self.rates[PLAIN].rate

    def cells(self) -> list[object]:
        """The row of the table; empty where a recogniser did not take part."""
        shown: list[object] = [f"{self.title}, {self.language}", self.rates[PLAIN].said]
        shown.append(self.rates[PLAIN].rate)
        for engine in ours.ENGINES:
            known = engine in self.rates
            shown.append(self.rates[engine].rate if known else "")
            shown.append(f"{self.worse(engine):+.2f}" if known else "")
        return shown


def measure(options: Options) -> Figure:
    """Compare the recognisers, and give the cpWER of mono calls."""
    made = made_calls(options.calls)
    rows = [
        *_stereo(
            "sample calls", samples(), _files(samples(), with_map=True), ours.ENGINES, options
        ),
        *_stereo("made calls", made[:COMPARED], _files(made), ours.ENGINES[:1], options),
        _announcements(options),
    ]
    totals = [total for engine in ours.ENGINES for total in summed(rows, engine)]
    mono = {
        f"{title}, {language}": errors
        for title, calls in (("sample calls", samples()), ("made calls", made))
        for language, errors in _mono(calls, options).items()
    }
    return Figure(
        bars=tuple(
            Bar(
                f"{row.title}, {row.language}: above plain faster-whisper",
                row.worse(row.title),
                WORSE_BY_POINTS,
                "at most",
                "points",
            )
            for row in totals
        ),
        tables=(
            table(
                "Word error (en) and character error (zh), per cent",
                ("recordings", "units", PLAIN, *(h for e in ours.ENGINES for h in (e, "+/-"))),
                [row.cells() for row in rows],
            ),
            table(
                "The same over all recordings that an engine heard",
                ("engine", "units", PLAIN, "ours", "+/-"),
                [
                    (
                        f"{row.title}, {row.language}",
                        row.rates[PLAIN].said,
                        row.rates[PLAIN].rate,
                        row.rates[row.title].rate,
                        f"{row.worse(row.title):+.2f}",
                    )
                    for row in totals
                ],
            ),
            table(
                "cpWER of mono calls, per cent",
                ("calls", "units", "faster-whisper"),
                [(title, errors.said, errors.rate) for title, errors in mono.items()],
            ),
        ),
        data={
            "rows": [
                {
                    "recordings": row.title,
                    "language": row.language,
                    "units": row.rates[PLAIN].said,
                    "error": {name: errors.rate for name, errors in row.rates.items()},
                }
                for row in (*rows, *totals)
            ],
            "cpwer_mono": {title: errors.rate for title, errors in mono.items()},
        },
    )


def summed(rows: Sequence[Row], engine: str) -> list[Row]:
    """A row per language with all that one engine heard, titled with its name."""
    found: dict[str, Rates] = {}
    for row in rows:
        if engine in row.rates:
            rates = found.setdefault(row.language, {})
            for name in (PLAIN, engine):
                _add(rates, name, row.rates[name])
    return [Row(engine, language, rates) for language, rates in sorted(found.items())]


def _files(calls: Sequence[Call], *, with_map: bool = False) -> tuple[Recording, ...]:
    return tuple(call.recording("stereo", with_map=with_map) for call in calls)


def _stereo(
    title: str,
    calls: Sequence[Call],
    recordings: tuple[Recording, ...],
    engines: Sequence[ours.Engine],
    options: Options,
) -> list[Row]:
    """A row per language of some calls, out of a run over more of them.

    Without a channel map the parties heard are matched as in cpWER.
    """
    options.say(f"{title}, stereo: plain faster-whisper on {len(calls)} files")
    plain = rivals.faster_whisper(tuple(call.stereo for call in calls)).texts
    found: dict[str, Rates] = {}
    for call, texts in zip(calls, plain, strict=True):
        rates = found.setdefault(call.language, {})
        _add(rates, PLAIN, cp_errors(_said(call), texts))
    for engine in engines:
        options.say(f"{title}, stereo: {engine} on {len(recordings)} files")
        run = ours.heard(recordings, engine)
        for call in calls:
            _add(found[call.language], engine, _party_errors(call, "stereo", run))
    return [Row(title, language, rates) for language, rates in sorted(found.items())]


def _announcements(options: Options) -> Row:
    spoken = debian.announcements()
    recordings = tuple(Recording(one.name, one.path) for one in spoken)
    options.say(f"announcements: plain faster-whisper on {len(spoken)} files")
    rates: Rates = {}
    for one, texts in zip(
        spoken, rivals.faster_whisper(tuple(one.path for one in spoken)).texts, strict=True
    ):
        _add(rates, PLAIN, word_errors(one.text, " ".join(texts)))
    for engine in ours.ENGINES:
        options.say(f"announcements: {engine}")
        run = ours.heard(recordings, engine)
        for one in spoken:
            _add(rates, engine, word_errors(one.text, ours.text_of(run.calls[one.name])))
    return Row("announcements (human)", "en", rates)


def _mono(calls: Sequence[Call], options: Options) -> dict[str, Errors]:
    """The cpWER of mono calls, by language."""
    options.say(f"mono: {len(calls)} files")
    run = ours.heard(tuple(call.recording("mono") for call in calls))
    rates: Rates = {}
    for call in calls:
        _add(rates, call.language, _party_errors(call, "mono", run))
    return dict(sorted(rates.items()))


def _party_errors(call: Call, form: Form, run: ours.Run) -> Errors:
    heard = run.calls[call.recording(form).call_id]
    by_role = [ours.text_of(heard, role) for role in (*PARTIES, "unknown")]
    return cp_errors(_said(call), [text for text in by_role if text])


def _said(call: Call) -> list[str]:
    return [call.said(party) for party in PARTIES]


def _add(rates: Rates, name: str, errors: Errors) -> None:
    rates[name] = rates.get(name, Errors()) + errors
