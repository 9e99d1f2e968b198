"""What leaves the site by the back door: log lines, file modes, links in mails."""

import io
import json
import logging
import re
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from colorizer_site import env, logs
from colorizer_site.logs import masked
from gallery.services import sharing
from tests.cast import PASSWORD, person, picture
from tests.fakes import FakeNetwork
from tests.processes import Server

SECRET = "Xk3_9-abcDEF"
TOKEN = "imc_0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    "line",
    [
        f"Not Found: /s/{SECRET}",
        f'"GET /s/{SECRET}/result?version=1 HTTP/1.1" 200 "http://localhost/s/{SECRET}"',
        f"/accounts/login/?next=%2Fs%2F{SECRET}%2Fresult",
        f"/accounts/login/?next=%2fs%2f{SECRET}&x=1",
        f"/accounts/password/reset/key/1b-{SECRET}/",
        f"/accounts/confirm-email/MQ:1t:{SECRET}/",
        f"/faq?next=%2Faccounts%2Fconfirm-email%2F{SECRET}",
        f"Authorization: Bearer {SECRET}",
        f"/api/v1/me?token=imc_{SECRET}",
        f"a=1; sessionid={SECRET}; devices={SECRET}; csrftoken={SECRET}",
    ],
)
def test_a_secret_is_masked_and_what_stands_around_it_is_not(line: str) -> None:
    assert SECRET not in masked(line)
    kept = re.sub(rf"(1b-|MQ:1t:)?{re.escape(SECRET)}", "…", line)
    assert masked(line) == kept


@pytest.mark.parametrize(
    "line",
    ["/gallery?q=bearer", "/api/v1/tokens/0123", "Not Found: /s/", "/people/s", "/admin/jobs/job/"],
)
def test_other_lines_stay(line: str) -> None:
    assert masked(line) == line


@pytest.mark.django_db
def test_a_live_link_does_not_stand_in_the_log(
    owner: User, network: FakeNetwork, caplog: pytest.LogCaptureFixture
) -> None:
    link = sharing.share(picture(owner))
    path = link.get_absolute_url()
    for method, wrong in (("post", path), ("get", f"{path}/nothing"), ("get", f"{path}x")):
        assert getattr(Client(), method)(wrong).status_code in (404, 405)
    assert "Method Not Allowed: /s/…\n" in caplog.text
    assert "Not Found: /s/…/nothing" in caplog.text and link.token not in caplog.text


def test_a_stranger_writes_no_lines_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """What a provider or a photo says stands in the line that is about it, as it is written."""
    told = "gone\r\n2026-11-30 ERROR forged\x1b[2K\x85\u2028\x9b1A, Ümit"
    logging.getLogger("accounts").warning("logging in failed: %s", told)
    written = r"gone\r\n2026-11-30 ERROR forged\x1b[2K\x85\u2028\x9b1A, Ümit"
    assert caplog.messages == [f"logging in failed: {written}"]


def test_a_traceback_is_masked(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError(f"/s/{SECRET}")
    except ValueError:
        logging.getLogger("colorize").exception("failed at %s", f"/s/{SECRET}")
    assert "ValueError: /s/…" in caplog.text and SECRET not in caplog.text


@pytest.mark.slow
@pytest.mark.usefixtures("db")
def test_lines_of_json_are_masked_whole(client: Client) -> None:
    """Django's own record about a refused request names it once more."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    style = logs.FORMATTERS[logs.JSON]
    handler.setFormatter(style["()"](**{k: v for k, v in style.items() if k != "()"}))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        client.get("/s/0123456789abcdef")
    finally:
        logger.removeHandler(handler)
    line = json.loads(stream.getvalue())
    assert line["level"] == "WARNING" and line["logger"] == "django.request"
    assert line["message"] == "Not Found: /s/…" and "0123456789abcdef" not in stream.getvalue()


@pytest.mark.slow
def test_the_server_keeps_its_secrets(tmp_path: Path, template: Path, migrated: Path) -> None:
    old = tmp_path / "var/db.sqlite3"
    old.parent.mkdir()
    shutil.copyfile(migrated, old)
    old.chmod(0o644)
    site = Server(tmp_path, template, GUNICORN_CMD_ARGS="--access-logfile -")
    try:
        for path in (f"/s/{SECRET}", f"/accounts/password/reset/key/1b-{SECRET}/"):
            site.get(path)
        written = site.logged()
        assert "GET /s/…" in written and SECRET not in written
        files = [path for path in (tmp_path / "var").rglob("*") if path.is_file()]
        open_to_others = [path for path in files if path.stat().st_mode & 0o077]
        assert old in files and not open_to_others
    finally:
        site.stop()


@pytest.mark.django_db
def test_pictures_are_closed_to_others(owner: User, network: FakeNetwork, settings: Any) -> None:
    picture(owner)
    kept = list(Path(settings.MEDIA_ROOT).rglob("*"))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in kept}
    assert modes == {0o600, 0o700}


@pytest.mark.django_db
def test_links_in_mails_are_the_sites_own(settings: Any) -> None:
    settings.SITE_URL = "https://photos.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    person("bob")
    client = Client(headers={"host": "evil.example:6666"})
    for name in ("ann", "bob"):
        form = {"email": f"{name}@example.org", "username": f"new-{name}"}
        client.post("/accounts/signup/", form | {"password1": PASSWORD, "password2": PASSWORD})
    for name in ("bob", "nobody"):
        client.post("/accounts/password/reset/", {"email": f"{name}@example.org"})
    client.post("/accounts/login/", {"login": "bob", "password": PASSWORD})
    new = {"oldpassword": PASSWORD, "password1": "Grandpa 1931", "password2": "Grandpa 1931"}
    client.post("/accounts/password/change/", new)
    subjects = {letter.subject for letter in mail.outbox}
    assert len(subjects) == 5
    for letter in mail.outbox:
        links = re.findall(r"https?://[^/\s]+", str(letter.body))
        assert set(links) == {"https://photos.example.org"} and len(links) >= 2, letter.body


@pytest.mark.parametrize(
    ("hosts", "https", "origin"),
    [
        (["localhost", "127.0.0.1"], False, "http://localhost:8000"),
        (["photos.example.org"], True, "https://photos.example.org"),
        ([".example.org", "photos.example.org"], True, "https://photos.example.org"),
        (["*"], False, "http://localhost:8000"),
        (["[::1]"], False, "http://[::1]:8000"),
        ([], False, "http://localhost:8000"),
    ],
)
def test_the_address_is_guessed_where_it_is_not_said(
    hosts: list[str], https: bool, origin: str
) -> None:
    assert env.guessed_origin(hosts, https, 8000) == origin


@pytest.mark.parametrize("before", ["Not Found: /jobs/", "/accounts/login/?next=%2Fjobs%2F"])
def test_the_address_of_a_visitors_batch_is_masked(before: str) -> None:
    secret = "0f8fad5b-d9cb-469f-a165-70867728950e"
    assert masked(f"{before}{secret}/items/1 done") == f"{before}…/items/1 done"
