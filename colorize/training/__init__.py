"""Training of the embedded network: `python -m colorize.training --help`.

Needs requirements-train.txt; nothing of it is needed at run time.
"""
