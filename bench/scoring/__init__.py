"""The figures of scoring: how often a verdict is right, what recognition costs, and whom it wrongs.

``python -m bench.scoring`` measures all of them, ``python -m bench.scoring verdicts cost`` some. Every figure
prints its tables and fails outside its bar; ``--json FILE`` keeps the numbers. The right verdicts are those of
the golden dialogues (``rubrics/golden``) and of the sample calls. Of the dialogues that are held back as a
test only counts are ever shown, so that nobody tunes a rubric on them.

What was recognised in ``samples/`` and ``bench/calls/`` is kept in ``~/.cache/call-qa-bench`` and read from
there for as long as the same models and options would hear it.
"""
