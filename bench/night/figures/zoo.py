"""Broken and odd files: what a night says of each, with real decoding, voice activity and acoustics."""

from __future__ import annotations

from bench.night import zoo
from bench.night.nights import driver
from bench.night.options import Options, ground
from bench.speech.figure import Bar, Figure, table

HEARD = ("voice activity", "listen")


def measure(options: Options) -> Figure:
    """Run a night over every odd file, and set what is said of each against what it is owed."""
    del options
    with ground("sqlite") as where, driver() as working:
        folder = where.folder / "zoo"
        folder.mkdir()
        animals = zoo.write(folder)
        with where.place(folder) as place:
            night = working.run(place.night(real=HEARD, unprivileged=True))
    said = zoo.outcomes(night.report, animals)
    wrong = [one for one in animals if said[one.name] != one.outcome]
    rows = [(one.shown, one.outcome, said[one.name]) for one in animals]
    return Figure(
        (
            Bar("odd files", len(animals), 40, "at least"),
            Bar("odd files with another outcome than owed", len(wrong), 0, "at most"),
            Bar("nights over them that did not complete", night.code != 3, 0, "at most"),
        ),
        (table("Odd files", ("file", "owed", "given"), rows),),
        {"outcomes": {one.shown: said[one.name] for one in animals}, "wall_s": night.wall_s},
    )
