"""Rounds of the test with people in the admin, to see how it goes; who played is not shown."""

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from gallery.admin.desk import DecisionAdmin
from real_or_fake.models import Round


@admin.register(Round)
class RoundAdmin(DecisionAdmin):
    list_display = ["__str__", "network", "vividness", "created_at", "finished_at", "answers"]
    list_filter = ["network", "vividness", "is_attentive"]
    ordering = ["-created_at"]
    readonly_fields = [
        *("network", "vividness", "created_at", "finished_at", "is_attentive"),
        *("answers", "counted"),
    ]
    fields = tuple(readonly_fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Round]:
        rows: QuerySet[Round] = super().get_queryset(request)
        return rows.annotate(
            answered=Count("trials", filter=Q(trials__picked_first__isnull=False)),
            in_figures=Count("trials", filter=Q(trials__is_counted=True)),
        )

    @admin.display(description="Answers")
    def answers(self, played: Round) -> int:
        return int(played.answered)  # type: ignore[attr-defined]

    @admin.display(description="In the figures")
    def counted(self, played: Round) -> int:
        return int(played.in_figures)  # type: ignore[attr-defined]
