"""Every sentence that is said by a code, in Chinese and English.

Keys are reason codes (see ``qa.domain.wording``); ``word.*`` entries are words used inside sentences,
``word.NAME.*`` those of the parameter of that name alone.
"""

from __future__ import annotations

from qa.domain.phrasebook import (
    calibration,
    coaching,
    forms,
    learning,
    nights,
    people,
    programs,
    reviewing,
    runs,
    verdicts,
)

PHRASEBOOK: dict[str, dict[str, str]] = {
    **verdicts.PHRASES,
    **forms.PHRASES,
    **people.PHRASES,
    **reviewing.PHRASES,
    **coaching.PHRASES,
    **calibration.PHRASES,
    **learning.PHRASES,
    **programs.PHRASES,
    **nights.PHRASES,
    **runs.PHRASES,
}
