"""The composition root: settings in, wired use cases out.

Everything heavy is imported inside the function or the stage factory that needs it: the web app and
``qa export`` start without a model, a run whose work is done loads none.
"""

from qa.bootstrap.arrivals import arrivals, known_importers, work_folder
from qa.bootstrap.lessons import encoder_in_use, golden_train_calls, learned, lesson_lab
from qa.bootstrap.licences import licence_terms
from qa.bootstrap.models_used import (
    case_of,
    encoder,
    judge_choice,
    recipe,
    registry,
    scoring_models,
)
from qa.bootstrap.outbox import delivering, sender
from qa.bootstrap.people import (
    invitation_lifetime,
    invitation_link,
    open_id_provider,
    open_id_role,
    passwords,
    session_rules,
)
from qa.bootstrap.queue import sampling_rules
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
from qa.bootstrap.storage import engine, existing_store, shelf, unit_of_work

__all__ = [
    "RunOutcome",
    "SystemClock",
    "Unwatched",
    "arrivals",
    "case_of",
    "delivering",
    "dialogues",
    "encoder",
    "encoder_in_use",
    "engine",
    "existing_store",
    "golden",
    "golden_folder",
    "golden_settings",
    "golden_train_calls",
    "invitation_lifetime",
    "invitation_link",
    "judge_choice",
    "known_importers",
    "learned",
    "lesson_lab",
    "licence_terms",
    "linted_rubric",
    "named_rubric",
    "open_id_provider",
    "open_id_role",
    "parse_rubric",
    "passwords",
    "pipeline",
    "recipe",
    "registry",
    "rubric_file",
    "rubric_source",
    "run",
    "sampling_rules",
    "scoring_models",
    "sender",
    "session_rules",
    "shelf",
    "unit_of_work",
    "work_folder",
]
