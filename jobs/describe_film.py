"""A film as JSON, for scripts and programs, beside its job."""

from typing import Any

from django.urls import reverse

from colorize.engine.video.film import Film
from gallery.models import Picture
from jobs.film_state import FilmState, Part, state_of
from jobs.models import Item, Job, JobFile

# Fields with addresses of the film's own files, and their kinds in the gallery and beside the job.
FILES = {
    "result": ("result", "result"),
    "poster": ("result-medium", "result_medium"),
    "before": ("before", "before"),
    "strip": ("strip", "strip"),
}


def film_facts(job: Job) -> dict[str, Any]:
    """`step`: of `film_state.Step`; `seconds`: of the part that is coloured, and `coloured`: how
    many of them are; `progress`: 0..1; `width` and `height`: as it is shown, in pixels; `notes`:
    sentences; `pieces`: those in colour with their places in seconds from the start, their items
    and the addresses of films that play by themselves, in order, until they are joined;
    `left_out`: places that could not be read; then the addresses of the film (`download`: to save
    it) and of its pictures, None until it is done; `picture`: of its page in the gallery, and
    `picture_id`."""
    state = state_of(job)
    seconds, coloured = state.seconds, state.coloured
    return {
        "step": state.step,
        "seconds": round(seconds, 3),
        "coloured": round(coloured, 3),
        "progress": round(coloured / seconds, 4) if seconds else 0,
        **shown(state.film),
        "pieces": pieces_of(state),
        "left_out": [place(part) for part in state.parts if part.item.told("left_out")],
        **addresses(state.last),
    }


def shown(film: Film | None) -> dict[str, Any]:
    width, height = film.shown_size if film else (None, None)
    return {"width": width, "height": height, "notes": list(film.notes) if film else []}


def pieces_of(state: FilmState) -> list[dict[str, Any]]:
    kept = JobFile.objects.filter(item__job=state.job, role="result")
    there = set(kept.values_list("item", flat=True))
    return [
        place(part) | {"item": part.item.pk, "result": own_file(part.item, "result")}
        for part in state.parts
        if part.item.pk in there
    ]


def place(part: Part) -> dict[str, float]:
    return {"start": round(part.start, 3), "end": round(part.end, 3)}


def addresses(last: Item | None) -> dict[str, str | None]:
    """`last`: the item that has made the film, if one has."""
    picture = last and last.told("picture")
    found: dict[str, str | None] = dict.fromkeys((*FILES, "download", "picture", "picture_id"))
    if picture and Picture.objects.present().filter(pk=picture).exists():
        found |= {name: reverse("file", args=[picture, kind]) for name, (kind, _) in FILES.items()}
        found |= {"picture": reverse("picture", args=[picture]), "picture_id": picture}
    elif last and last.told("roles"):
        found |= {name: own_file(last, role) for name, (_, role) in FILES.items()}
    if found["result"]:
        found["download"] = f"{found['result']}?download"
    return found


def own_file(item: Item, role: str) -> str:
    return reverse("job-file", args=[item.job_id, item.pk, role])
