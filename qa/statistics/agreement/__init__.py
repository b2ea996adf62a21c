"""How far people agree about calls, with each other and with the machine, and how far that can be trusted.

Pure functions on ratings. What each figure means, when it is withheld and how its interval was measured:
docs/agreement.md.
"""

from qa.statistics.agreement.coefficients import Level, Weights
from qa.statistics.agreement.detection import Detection, detected, detection
from qa.statistics.agreement.figures import Figure, Shown, Why, Withheld
from qa.statistics.agreement.intraclass import Intraclass, intraclass
from qa.statistics.agreement.leniency import Against, Leniency, leniency
from qa.statistics.agreement.raters import Agreement, Points, agreement, by_pair, points
from qa.statistics.agreement.ratings import Ratings, pairs_of, ratings

__all__ = [
    "Against",
    "Agreement",
    "Detection",
    "Figure",
    "Intraclass",
    "Leniency",
    "Level",
    "Points",
    "Ratings",
    "Shown",
    "Weights",
    "Why",
    "Withheld",
    "agreement",
    "by_pair",
    "detected",
    "detection",
    "intraclass",
    "leniency",
    "pairs_of",
    "points",
    "ratings",
]
