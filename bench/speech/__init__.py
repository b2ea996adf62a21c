"""The figures of speech: how well calls are heard, and how fast, beside the tools people use now.

``python -m bench.speech`` measures all of them, ``python -m bench.speech words speed`` some. Every figure
prints its tables and fails outside its bar; ``--json FILE`` keeps the numbers. What a figure needs beyond
``samples/`` and ``bench/calls/`` comes from Debian packages (see ``bench.speech.debian``) and is kept in
``~/.cache/call-qa-bench``.
"""
