"""How sure the network is, in words."""

from colorize.engine.noticed import Noticed

# From this percentage on, what is said of a picture; below the last, LEAST.
LEVELS = {
    85: "The network is sure of most colours.",
    70: "Some of the colours are guesses.",
}
LEAST = "Mostly safe guesses: little in the photo shows its colours."
# Instead, where a photo tells less than it did when it was new.
WORN = "More of the colours are guesses than in a good print."


def confidence_words(confidence: int | None, noticed: Noticed) -> str:
    """One or two sentences for people. `confidence`: in percent, None if the network has none."""
    if confidence is None:
        return "This network does not say how sure it is."
    level = next((words for least, words in LEVELS.items() if confidence >= least), LEAST)
    if noticed.faded or noticed.dark:
        level = LEAST if level == LEAST else WORN
    return " ".join(filter(None, [state_of(noticed), level]))


def state_of(noticed: Noticed) -> str:
    if noticed.dark:
        return "Very dark."
    return "Faded." if noticed.faded else ""
