"""Training of the built-in network: `python -m colorize.training --help`.

Needs requirements-train.txt. The site does not need any of it.
"""
