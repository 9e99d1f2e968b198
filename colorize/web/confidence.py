"""How sure the network is, in words."""

from colorize.engine.noticed import Noticed

# From this percentage on, what is said of a picture; below the last, LEAST.
LEVELS = {
    85: "The network is sure of most colours.",
    70: "Some of the colours are guesses.",
}
LEAST = "Mostly safe guesses: little in the photo tells its colours."


def confidence_words(confidence: int | None, noticed: Noticed) -> str:
    """One or two sentences for people. `confidence`: in percent, None if the network has none."""
    if confidence is None:
        return "This network does not say how sure it is."
    level = next((words for least, words in LEVELS.items() if confidence >= least), LEAST)
    if noticed.dark:
        return f"Very dark: colours are thin. {level}"
    if noticed.faded:
        return f"Faded: colours are thin. {level}"
    return level
