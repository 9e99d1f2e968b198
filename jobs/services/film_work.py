"""Colours a film, item by item: the first looks at it and adds one for each piece, and the piece
that is done last adds the one that joins them. So a worker that is killed costs a piece, and which
worker does which does not matter."""

from contextlib import ExitStack
from pathlib import Path

from colorize import films
from colorize.engine.errors import UserError
from colorize.engine.video.errors import FilmDamaged, FilmUnreadable
from colorize.engine.video.film import Film, Piece, Progress
from gallery.services.files import file_transaction
from jobs import ledger
from jobs.film_state import options_of
from jobs.models import Item, ItemState, Job
from jobs.services import film_results, jobs
from jobs.services.batches import stored
from jobs.services.film_results import percent
from jobs.services.film_source import source_of
from jobs.services.films import RESULT, first_of
from jobs.services.jobs import NewItem
from jobs.services.limits import film_limits_for
from jobs.services.reading import opened
from jobs.services.scratch import scratch
from jobs.services.uploads import FOLDER
from jobs.work import Work


def run(work: Work) -> None:
    """Raises like `colorize.films` and `source_of`, OverQuota, or like the storage."""
    if "piece" in work.item.payload:
        colour(work)
    elif "join" in work.item.payload:
        join(work)
    else:
        look(work)


def progress_of(work: Work) -> Progress:
    """Notes how far a step is; raises Stopped once it is for nothing."""

    def tell(share: float) -> None:
        work.progress = share
        work.check()

    return tell


def look(work: Work) -> None:
    """Find out what a film is, and add its pieces. One that is in the gallery already is not
    coloured again."""
    item, job = work.item, work.item.job
    with source_of(item) as source:
        if picture := film_results.recognise(work, source):
            film_results.finish_known(work, item, picture)
            return
        longest = film_limits_for(job.owner).seconds
        with work.step("look"):
            plan = films.look(source, options_of(job), longest, progress_of(work))
    with work.finish() as told:
        told["film"] = plan.film.as_dict()
        pieces = [NewItem(item.name, {"piece": piece.as_dict()}) for piece in plan.pieces]
        jobs.append(job, pieces)


def colour(work: Work) -> None:
    """Colour a piece; one that cannot be read is left out where that was asked for."""
    try:
        with scratch() as folder:
            keep(work, coloured(work, folder))
    except (FilmDamaged, FilmUnreadable) as problem:
        if not options_of(work.item.job).incomplete:
            raise
        leave_out(work, problem)


def coloured(work: Work, folder: Path) -> films.Coloured:
    item, first = work.item, first_of(work.item.job)
    piece = Piece(**item.payload["piece"])
    film, options = film_of(first), options_of(item.job)
    with source_of(first) as source, work.step("colour"):
        return films.colour(source, film, piece, options, folder, progress_of(work))


def film_of(first: Item) -> Film:
    return Film.stored(first.told("film"))


def keep(work: Work, made: films.Coloured) -> None:
    """Store a piece in colour with its item."""
    with file_transaction(FOLDER) as batch:
        with work.step("store"), made.file.open("rb") as file:
            name = batch.write_file(file, made.file.suffix)
        row = stored(work.item, RESULT, name, made.file.stat().st_size)
        with work.finish() as told:
            row.save(force_insert=True)
            told |= {"frames": made.frames, "confidence": percent(made.confidence)}
            go_on(work.item)


def leave_out(work: Work, problem: UserError) -> None:
    """End a piece without a result. Raises FilmUnreadable if none of the others has one."""
    with work.finish() as told:
        told["left_out"] = ledger.told(problem)
        if go_on(work.item) and not pieces_of(work.item.job):
            raise FilmUnreadable


def go_on(item: Item) -> bool:
    """Where this is the last piece that is done, add the item that joins them. Called in the
    transaction that ends the piece, in which its job is locked, so that it happens once. Returns
    whether it was the last."""
    others = item.job.items.exclude(pk=item.pk)
    if others.exclude(state=ItemState.DONE).exists():
        return False
    jobs.append(item.job, [NewItem(item.name, {"join": True})])
    return True


def pieces_of(job: Job) -> list[Item]:
    """Those in colour, in their order."""
    in_colour = job.items.filter(payload__has_key="piece", files__role=RESULT)
    return list(in_colour.order_by("position"))


def join(work: Work) -> None:
    """Put the pieces together, and keep the film."""
    job = work.item.job
    first, pieces = first_of(job), pieces_of(job)
    with ExitStack() as stack:
        folder, source = stack.enter_context(scratch()), stack.enter_context(source_of(first))
        files = [stack.enter_context(opened(piece, RESULT)) for piece in pieces]
        with work.step("join"):
            joined = films.join(source, film_of(first), files, folder, progress_of(work))
        film_results.keep(work, first, source, pieces, joined)
