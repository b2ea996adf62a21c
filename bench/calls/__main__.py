"""``python -m bench.calls``: remake the bench calls, or check those that are there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bench.calls import recording
from bench.calls.call import BenchCall, read_calls, truth
from bench.samples import command

CALLS = Path(__file__).resolve().parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Render or check; 0 when every recording agrees with its truth, 1 when one does not."""
    options = command.parser("python -m bench.calls", __doc__, CALLS).parse_args(arguments)
    calls = read_calls(options.folder / "dialogues")
    chosen = [call for call in calls if not options.only or call.name in options.only]
    if not options.check:
        write(chosen, options.folder, options.cache, options.styles)
    return command.report(recording.measure(options.folder, call.name) for call in chosen)


def write(calls: list[BenchCall], folder: Path, cache: Path, styles: Path | None) -> None:
    """Speak the calls and write `audio/` and `truth/` under `folder`."""
    from bench.samples.render import render
    from bench.samples.truth import write_truth
    from bench.samples.voice import Kokoro

    kokoro = Kokoro(cache, styles)
    for call in calls:
        laid_out, channels = render(call.dialogue, kokoro)
        recording.write(folder / "audio" / f"{call.name}.ogg", channels)
        write_truth(folder / "truth" / f"{call.name}.json", truth(call, laid_out))


if __name__ == "__main__":
    sys.exit(main())
