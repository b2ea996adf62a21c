"""The composition root: settings in, wired use cases out.

Everything heavy is imported inside the function or the stage factory that needs it: the web app and
``qa export`` start without a model, a run whose work is done loads none.
"""

from qa.bootstrap.models_used import (
    case_of,
    encoder,
    judge_choice,
    recipe,
    registry,
    scoring_models,
)
from qa.bootstrap.rubrics import (
    dialogues,
    golden,
    golden_folder,
    golden_settings,
    linted_rubric,
    named_rubric,
    parse_rubric,
    rubric_file,
    rubric_source,
)
from qa.bootstrap.running import RunOutcome, SystemClock, Unwatched, run
from qa.bootstrap.steps import pipeline
from qa.bootstrap.storage import engine, shelf, unit_of_work

__all__ = [
    "RunOutcome",
    "SystemClock",
    "Unwatched",
    "case_of",
    "dialogues",
    "encoder",
    "engine",
    "golden",
    "golden_folder",
    "golden_settings",
    "judge_choice",
    "linted_rubric",
    "named_rubric",
    "parse_rubric",
    "pipeline",
    "recipe",
    "registry",
    "rubric_file",
    "rubric_source",
    "run",
    "scoring_models",
    "shelf",
    "unit_of_work",
]
