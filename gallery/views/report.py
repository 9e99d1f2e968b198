"""The page to report a public picture; no account needed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.access import user_of
from accounts.models import User
from colorize.engine.errors import UserError
from colorize.web.error_responses import page_with
from colorize.web.mailboxes import MailboxField
from gallery.models import Picture, Report
from gallery.models.reports import WORDS_LENGTH
from gallery.services import reports


class ReportForm(forms.Form):
    """`email` is only for visitors without an account."""

    reason = forms.ChoiceField(
        choices=Report.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose what is wrong with the picture."},
    )
    words = forms.CharField(
        required=False,
        max_length=WORDS_LENGTH,
        label="Details",
        help_text="What should the moderators know? For example, where the photo is from or who is "
        "in it.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    email = MailboxField(
        required=False,
        label="Your email address (optional)",
        help_text="We use it only to tell you the outcome.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, reporter: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if reporter:
            del self.fields["email"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reason") == Report.Reason.OTHER and not data.get("words"):
            self.add_error("words", "Please say what is wrong.")
        return data


@method_decorator(never_cache, name="dispatch")
class ReportPage(View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        picture, reporter = find(pk), user_of(request)
        try:
            reports.check(picture, reporter)
        except UserError as problem:
            return show(request, picture, None, problem)
        return show(request, picture, ReportForm(reporter=reporter))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        picture, reporter = find(pk), user_of(request)
        form = ReportForm(request.POST, reporter=reporter)
        try:
            reports.check(picture, reporter)
            if not form.is_valid():
                return show(request, picture, form)
            reports.limit(request)
            reports.report(picture, reporter, reports.address_of(request), **form.cleaned_data)
        except UserError as problem:
            return show(request, picture, form, problem)
        messages.success(request, "Thank you. A moderator will review the picture.")
        return redirect(picture)


def find(pk: str) -> Picture:
    """Raises Http404 unless the picture is public."""
    return get_object_or_404(Picture.objects.public().select_related("current"), pk=pk)


def show(
    request: HttpRequest,
    picture: Picture,
    form: ReportForm | None,
    problem: UserError | None = None,
) -> HttpResponse:
    """`form`: None if the picture cannot be reported."""
    context = {"picture": picture, "form": form}
    status = 400 if form and form.errors else 200
    return page_with(request, "gallery/report.html", problem, context, status)
