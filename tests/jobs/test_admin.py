"""Jobs in the admin: to be seen, tried again and cancelled; nothing private in it."""

import pytest
from django.test import Client

from accounts.models import User
from colorize.engine.errors import Damaged
from jobs import worker
from jobs.models import Item, ItemState, Job, JobState
from jobs.services import jobs
from jobs.services.jobs import NewItem
from jobs.work import Work
from tests.cast import PASSWORD
from tests.jobs.conftest import Chores

pytestmark = pytest.mark.django_db
JOBS, ITEMS = "/admin/jobs/job/", "/admin/jobs/item/"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("admin", "admin@example.org", PASSWORD))
    return client


@pytest.fixture
def failed(chores: Chores, owner: User, monkeypatch: pytest.MonkeyPatch) -> Job:
    def do(work: Work) -> None:
        raise Damaged()

    with monkeypatch.context() as broken:
        broken.setattr(chores, "do", do)
        title = "Secret wedding"
        job = jobs.start("chore", owner, "lane", [NewItem("bride.jpg")], title=title)
        worker.do_next()
    return job


def test_the_admin_shows_how_it_goes_and_no_titles_or_names(desk: Client, failed: Job) -> None:
    item = failed.items.get()
    pages = [JOBS, f"{JOBS}{failed.pk}/change/", f"{ITEMS}?job={failed.pk}"]
    for address in [*pages, f"{ITEMS}{item.pk}/change/", "/admin/jobs/worker/"]:
        answer = desk.get(address)
        assert answer.status_code == 200, address
        page = answer.content.decode()
        assert "Secret wedding" not in page and "bride" not in page
    assert Damaged.template in desk.get(pages[2]).content.decode()


def test_an_email_is_the_sites_and_kinds_have_their_names(
    desk: Client, failed: Job, chores: Chores
) -> None:
    jobs.start("mail", None, "site", [NewItem("")])
    jobs.start("batch", None, "visitor", [NewItem("photo.jpg")])
    page = desk.get(JOBS).content.decode()
    assert page.count("the site</td>") == 1 and page.count("a visitor</td>") == 1
    assert ">Batch of photos</a>" in page
    only = desk.get(f"{JOBS}?kind=mail").content.decode()
    assert "the site</td>" in only and "a visitor</td>" not in only


def test_what_failed_is_tried_again_from_the_admin(desk: Client, failed: Job) -> None:
    desk.post(f"{JOBS}{failed.pk}/change/", {"decision": "retry", "seen": f"{failed.pk} "})
    assert Item.objects.get().state == ItemState.WAITING
    assert Job.objects.get().state == JobState.RUNNING
    worker.do_next()
    assert Job.objects.get().state == JobState.DONE


def test_what_has_nothing_to_try_again_offers_no_such_thing(
    desk: Client, chores: Chores, owner: User
) -> None:
    job = jobs.start("chore", owner, "lane", [NewItem("a")])
    worker.do_next()
    item = job.items.get()
    page = f"{JOBS}{job.pk}/change/"
    assert "Try again" not in desk.get(page).content.decode()
    chosen = {"action": "retry", "_selected_action": job.pk}
    told = desk.post(JOBS, chosen, follow=True).content.decode()
    assert "Nothing in it can be tried again" in told and "Tried again" not in told
    # A file that never arrived completely.
    Item.objects.update(state=ItemState.FAILED, is_incomplete=True)
    for address in (page, f"{ITEMS}{item.pk}/change/"):
        assert "Try again" not in desk.get(address).content.decode()


def test_single_items_are_tried_again_from_their_list(desk: Client, failed: Job) -> None:
    chosen = {"action": "retry", "_selected_action": failed.items.get().pk}
    desk.post(ITEMS, chosen)
    assert Item.objects.get().state == ItemState.WAITING


def test_a_job_is_cancelled_from_the_admin(desk: Client, chores: Chores, owner: User) -> None:
    job = jobs.start("chore", owner, "lane", [NewItem("a")])
    desk.post(f"{JOBS}{job.pk}/change/", {"decision": "cancel", "seen": f"{job.pk} "})
    assert Job.objects.get().state == JobState.CANCELLED


def test_moderators_see_nothing_of_it(client: Client, moderator: User, failed: Job) -> None:
    client.force_login(moderator)
    for address in (JOBS, ITEMS, f"{JOBS}{failed.pk}/change/", "/admin/jobs/worker/"):
        assert client.get(address).status_code == 403, address
    assert "No worker" not in client.get("/admin/").content.decode()


def test_the_front_page_warns_where_nobody_works(desk: Client, failed: Job) -> None:
    told = desk.get("/admin/").content.decode()
    assert "No worker has been seen" in told and "Celery’s worker" in told
    worker.see("machine:1")
    assert "No worker has been seen" not in desk.get("/admin/").content.decode()
