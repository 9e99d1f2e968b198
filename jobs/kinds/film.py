"""Films."""

from jobs.film_state import FILM
from jobs.registry import Kind, register
from jobs.services import film_work, films

# A piece of 20 seconds takes half a minute, a photo a third of a second.
WEIGHT = 100

kind = register(Kind(FILM, "Film", film_work.run, after=films.after, weight=WEIGHT, is_one=True))
