"""Sample calls: renders `samples/dialogues/*.yaml` to telephone recordings with known truth.

Run it with ``python -m bench.samples`` from the root of the repository, in an environment made
from ``bench/samples/requirements.txt``. ``python -m bench.samples --check`` needs neither voices
nor that environment's speech packages: it measures the recordings that are already there.
"""
