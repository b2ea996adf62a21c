"""Forty-four short calls for role accuracy and for diarization by pair of voices.

Run it with ``python -m bench.calls`` from the root of the repository, in an environment made from
``bench/samples/requirements.txt``; ``python -m bench.calls --check`` only measures what is there.
"""
