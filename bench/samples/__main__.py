"""``python -m bench.samples``: remake the sample calls, or check those that are there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bench.samples import command
from bench.samples.check import measure
from bench.samples.sample import Sample, read_samples

SAMPLES = Path("samples")


def main(arguments: Sequence[str] | None = None) -> int:
    """Render or check; 0 when every recording agrees with its truth, 1 when one does not."""
    options = command.parser("python -m bench.samples", __doc__, SAMPLES).parse_args(arguments)
    samples = read_samples(options.folder / "dialogues")
    chosen = [item for item in samples if not options.only or item.name in options.only]
    if not options.check:
        write(chosen, options.folder, options.cache, options.styles)
        from bench.samples.truth import write_manifest

        write_manifest(options.folder / "manifest.csv", samples)
    return command.report(measure(options.folder, sample.name) for sample in chosen)


def write(samples: list[Sample], folder: Path, cache: Path, styles: Path | None) -> None:
    """Speak the samples and write `stereo/`, `mono/` and `truth/` under `folder`."""
    from bench.samples.render import render
    from bench.samples.telephone import write_call
    from bench.samples.truth import truth, write_truth
    from bench.samples.voice import Kokoro

    kokoro = Kokoro(cache, styles)
    for sample in samples:
        laid_out, channels = render(sample.dialogue, kokoro)
        write_call(folder / "stereo" / f"{sample.name}.wav", channels)
        write_call(folder / "mono" / f"{sample.name}.wav", channels.sum(axis=1))
        write_truth(folder / "truth" / f"{sample.name}.json", truth(sample, laid_out))


if __name__ == "__main__":
    sys.exit(main())
