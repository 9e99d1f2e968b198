"""Errors that a person can fix."""


class TrainingError(ValueError):
    """The message is one sentence that says what is wrong, and where."""
