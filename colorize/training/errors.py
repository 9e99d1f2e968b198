"""What a person can mend."""


class TrainingError(ValueError):
    """The message is one sentence that says what is wrong, and where."""
