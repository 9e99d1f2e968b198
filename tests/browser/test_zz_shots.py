"""Screenshots, as a test so that it has the live server."""
import pytest
from tests.browser.conftest import *
from tests.browser.test_gallery import log_in, owner
from tests.cast import picture
from gallery import service, sharing
from tests.fakes import FakeNetwork

def test_shots(browser, site, owner, network):
    kept = picture(owner); sharing.share(kept)
    album = service.make_album(owner, "Summer 1932"); service.move(type(kept).objects.all(), album)
    for scheme in ("light", "dark"):
        for width in (1280, 390):
            c = new_context(browser, site, color_scheme=scheme, viewport={"width": width, "height": 900})
            log_in(c, owner, site); p = c.new_page()
            for name, path in {"picture": kept.get_absolute_url(), "albums": "/gallery/albums", "gallery": "/gallery", "profile": "/profile"}.items():
                p.goto(path)
                if name == "albums": p.click("summary")
                p.screenshot(path=f"/tmp/hE_{name}_{width}_{scheme}.png", full_page=True)
                if name == "albums":
                    p.click("button[value=delete]"); p.screenshot(path=f"/tmp/hE_sure_{width}_{scheme}.png")
            p.goto("/faq#wrong_type"); p.screenshot(path=f"/tmp/hE_faq_{width}_{scheme}.png")
            p.goto("/"); p.set_input_files("#image", {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": bytes(4)+b"ftypheic"+bytes(99)})
            p.wait_for_selector("[data-problem]:not([hidden])"); p.screenshot(path=f"/tmp/hE_heic_{width}_{scheme}.png")
            c.close()
