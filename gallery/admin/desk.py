"""Base of the moderators' pages: read-only rows, and decisions with a reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from auditlog.models import LogEntry
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import model_ngettext, unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from accounts.models import User
from colorize.engine.errors import UserError

Rows = QuerySet[Any]
GONE = "Not changed, because withdrawn or deleted in the meantime: {}."
STYLES = ["tokens", "slider", "before-after", "film-player", "desk", "desk-lists"]
# The most rows that the page which asks for a reason lists.
MANY = 500


@dataclass
class Outcome:
    """The number of rows that were changed, and a sentence for each of the others."""

    done: int = 0
    problems: list[str] = field(default_factory=list)


Apply = Callable[[User, Rows, str, Mapping[str, str]], Outcome]


@dataclass(frozen=True)
class Decision:
    """A button. `apply`: (moderator, rows, reason, stamps of what they saw). `asks`: the label of
    the field for the reason, empty for none; `needs`: it is required. `fits`: for which rows the
    button is shown."""

    name: str
    label: str
    done: str
    right: str
    apply: Apply
    asks: str = ""
    needs: bool = True
    fits: Callable[[Any], bool] = lambda row: True

    @property
    def verb(self) -> str:
        """The label next to the field for the reason; without one, an ellipsis in the label says
        that a question follows."""
        return self.label.rstrip("…")

    def as_action(
        self, desk: "DecisionAdmin", request: HttpRequest, rows: Rows
    ) -> HttpResponse | None:
        """As an action of a list; asks for the reason first if there is one."""
        if self.asks and "reason" not in request.POST:
            return desk.ask(request, self, rows)
        desk.act(request, self, rows)
        return None


def one_by_one(verb: Callable[[User, Any, str], None]) -> Apply:
    """Apply a service for one row to many rows, and collect its errors."""

    def apply(moderator: User, rows: Rows, reason: str, seen: Mapping[str, str]) -> Outcome:
        outcome = Outcome()
        for row in rows:
            try:
                verb(moderator, row, reason)
                outcome.done += 1
            except UserError as problem:
                outcome.problems.append(f"{row}: {problem.message}")
        return outcome

    return apply


class DecisionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows to view and decide. Nobody can add, edit or delete them here."""

    decisions: list[Decision] = []
    own_note = "Your own picture: another moderator has to decide."
    change_form_template = "admin/gallery/row.html"
    view_on_site = False
    list_per_page = 50

    class Media:
        css = {"all": [f"css/{name}.css" for name in STYLES]}

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only the filters of the list: with others, hidden fields could be guessed letter by
        letter."""
        filters = self.get_list_filter(request)
        offered = {getattr(each, "parameter_name", each) for each in filters}
        return lookup.removesuffix("__exact") in offered

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def _get_obj_does_not_exist_redirect(self, *args: Any) -> NoReturn:
        """404 instead of Django's message, which repeats the ID."""
        raise Http404

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"title": str(self.opts.verbose_name_plural).capitalize()}
        return super().changelist_view(request, context | (extra_context or {}))

    def history_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        """The row's own page shows its decisions."""
        return redirect("..")

    def allowed(self, request: HttpRequest) -> list[Decision]:
        user = request.user
        return [decision for decision in self.decisions if user.has_perm(decision.right)]

    def get_actions(self, request: HttpRequest) -> Any:
        if IS_POPUP_VAR in request.GET:
            return {}
        return {d.name: (d.as_action, d.name, d.label) for d in self.allowed(request)}

    def offered(self, request: HttpRequest, row: Any) -> list[Decision]:
        """The buttons on the page of a row."""
        return [decision for decision in self.allowed(request) if decision.fits(row)]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if request.method == "POST":
            return self.decide(request, row)
        if row is None:
            raise Http404
        own = self.is_own(request, row)
        context = {
            "own": self.own_note if own else "",
            "decisions": [] if own else self.offered(request, row),
            "record": record_of(row) if request.user.has_perm("auditlog.view_logentry") else [],
            "seen": self.seen(row),
        }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def is_own(self, request: HttpRequest, row: Any) -> bool:
        """Whether it is the moderator's own: then another moderator decides, and the page says so
        with `own_note`."""
        return False

    def seen(self, row: Any) -> str:
        """What the form of a row sends back: its ID, and a stamp of its state."""
        return f"{row.pk} "

    def decide(self, request: HttpRequest, row: Any) -> HttpResponse:
        """`row`: None if it was deleted after the page was shown."""
        if row is None:
            messages.warning(request, GONE.format(1))
            return redirect("../..")
        self.act(request, self.chosen(request), self.get_queryset(request).filter(pk=row.pk))
        return redirect(request.path)

    def chosen(self, request: HttpRequest) -> Decision:
        """The decision whose button was pressed."""
        for decision in self.allowed(request):
            if decision.name == request.POST.get("decision"):
                return decision
        raise PermissionDenied

    def act(self, request: HttpRequest, decision: Decision, rows: Rows) -> None:
        """Apply a decision; the messages say how many rows were changed and why others were not."""
        assert isinstance(request.user, User)  # noqa: S101
        asked = max(len(set(request.POST.getlist(ACTION_CHECKBOX_NAME))), rows.count())
        try:
            outcome = decision.apply(
                request.user, rows, request.POST.get("reason", ""), stamps(request)
            )
        except UserError as problem:
            messages.error(request, problem.message)
            return
        if outcome.done:
            rows_done = model_ngettext(self.opts, outcome.done)
            messages.success(request, f"{decision.done}: {outcome.done} {rows_done}.")
        for told in outcome.problems:
            messages.warning(request, told)
        if gone := asked - outcome.done - len(outcome.problems):
            messages.warning(request, GONE.format(gone))

    def seen_so_far(self, request: HttpRequest, rows: list[Any]) -> list[str]:
        """Stamps from the list; rows selected beyond its page get their current stamp."""
        listed = stamps(request)
        return [
            f"{row.pk} {listed[str(row.pk)]}" if str(row.pk) in listed else self.seen(row)
            for row in rows
        ]

    def ask(self, request: HttpRequest, decision: Decision, rows: Rows) -> HttpResponse | None:
        """The page that asks for the reason."""
        chosen = list(rows[: MANY + 1])
        if len(chosen) > MANY:
            messages.error(request, f"Select at most {MANY} at a time.")
            return None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": decision.verb,
            "decision": decision,
            "rows": chosen,
            "seen": self.seen_so_far(request, chosen),
            "checkbox": ACTION_CHECKBOX_NAME,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/gallery/reason.html", context)


def stamps(request: HttpRequest) -> dict[str, str]:
    """The stamps that the form sent, by row ID."""
    return dict(value.split(" ", 1) for value in request.POST.getlist("seen") if " " in value)


def record_of(row: Model) -> Any:
    """The decisions about a row, newest first."""
    kind = ContentType.objects.get_for_model(row)
    entries = LogEntry.objects.filter(content_type=kind, object_pk=str(row.pk))
    return entries.order_by("-timestamp", "-pk")[:50]
