"""What has to be known of a session before anything is read from it: who is missing, and what changed since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from qa.domain.calibration import Calibration, Rating, progress
from qa.domain.wording import Reason


def remarks_on(
    calibration: Calibration,
    ratings: Sequence[Rating],
    *,
    withheld: Collection[int],
    rescored: Collection[int],
) -> tuple[Reason, ...]:
    """Sentences by code, the weightiest first.

    Args:
        calibration: That was revealed.
        ratings: That were submitted.
        withheld: Positions of the calls that the reader must not come across.
        rescored: Positions of the calls that were scored anew since they were drawn.
    """
    return tuple(_remarks(calibration, ratings, len(withheld), len(rescored)))


def _remarks(
    calibration: Calibration, ratings: Sequence[Rating], withheld: int, rescored: int
) -> Iterator[Reason]:
    if withheld:
        yield Reason("reveal.hidden", {"n": withheld})
    if len({each.rater.id for each in ratings}) == 1:
        yield Reason("reveal.one_rater")
    if not withheld:
        late = [each for each in progress(calibration, ratings) if each.asked > each.submitted]
        if late:
            missing = sum(each.asked - each.submitted for each in late)
            names = _names(each.rater.person.name for each in late)
            yield Reason("reveal.missing", {"n": missing, "names": names})
    left = [each.person.name for each in calibration.raters if not each.active]
    if left:
        yield Reason("reveal.left", {"names": _names(left)})
    seen = dict.fromkeys(each.rater.name for each in ratings if each.seen_before)
    if seen:
        yield Reason("reveal.seen_before", {"names": _names(seen)})
    rubrics = calibration.rubrics
    if len(rubrics) > 1:
        versions = _names(f"{each.id} {each.version}" for each in rubrics)
        yield Reason("reveal.rubrics", {"versions": versions})
    if rescored:
        yield Reason("reveal.rescored", {"n": rescored})
    gone = [each.call_name for each in calibration.calls if not each.there]
    if gone:
        yield Reason("reveal.gone", {"n": len(gone), "names": _names(gone)})


def _names(names: Iterable[str]) -> str:
    return ", ".join(names)
