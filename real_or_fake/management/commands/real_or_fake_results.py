"""manage.py real_or_fake_results: how often people took a fake for the photo."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from real_or_fake.services import figures
from real_or_fake.services.figures import Figure


class Command(BaseCommand):
    help = (
        "Print how often people took a fake for the photo on the page /real-or-fake, for each "
        "network and vividness, with a 95% interval by bootstrap, beside the figures of Zhang, "
        "Isola and Efros (2016)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--json",
            action="store_true",
            help="for programs, and for manage.py evaluate --fooled",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = figures.figures()
        lines = [as_json(found)] if options["json"] else as_table(found)
        self.stdout.write("\n".join(lines))


def as_json(found: list[Figure]) -> str:
    return json.dumps({"fooled": list(figures.as_rows(found))}, indent=2)


def as_table(found: list[Figure]) -> list[str]:
    """Markdown, like the tables of `manage.py evaluate`."""
    head = ["network", "people", "photos", "answers", "fooled (%)", "95% interval", "left out"]
    rows = [head, ["---"] * len(head)]
    for each in found:
        numbers = [str(number) for number in (each.people, each.photos, each.answers)]
        rows.append([each.label, *numbers, f"{each.fooled:.1f}", each.interval, str(each.left_out)])
    for row in figures.PAPER:
        rows.append([row.label, "", "", "", f"{row.fooled:.1f}", "", ""])
    return [f"| {' | '.join(cells)} |" for cells in rows]
