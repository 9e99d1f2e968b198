"""Training of the embedded network: `python -m colorize.training --help`.

Needs requirements-train.txt. The site does not need any of it.
"""
