"""On what terms the machine earns and loses its licences here."""

from __future__ import annotations

from qa.config import Settings
from qa.domain.licence import Measure, Terms, Threshold


def licence_terms(settings: Settings) -> Terms:
    """The terms of an installation."""
    return Terms(
        assist=Threshold(
            settings.licence_assist_failures,
            settings.licence_assist_passes,
            {
                Measure.SENSITIVITY: settings.licence_assist_sensitivity,
                Measure.SPECIFICITY: settings.licence_assist_specificity,
                Measure.AGREEMENT: settings.licence_assist_agreement,
            },
        ),
        auto=Threshold(
            settings.licence_auto_failures,
            settings.licence_auto_passes,
            {
                Measure.SENSITIVITY: settings.licence_auto_sensitivity,
                Measure.SPECIFICITY: settings.licence_auto_specificity,
                Measure.AGREEMENT: settings.licence_auto_agreement,
            },
        ),
        slack=settings.licence_slack,
        looks=settings.licence_looks,
        window_weeks=settings.licence_weeks,
        recent_weeks=settings.licence_recent_weeks,
    )
