"""The night's work: plan what is not done, take each call through the stages, somewhere.

A stage knows nothing of where it runs: an executor gets picklable stage factories and builds the stages
in the process that runs them, so that a cluster executor is another file here and no other change.
"""
