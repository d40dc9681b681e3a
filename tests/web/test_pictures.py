"""Pictures of products: only pictures are kept, without what a camera wrote into them; served for good by digest."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from openoms.core.errors import InvalidInput
from openoms.domains.catalog import images
from openoms.domains.catalog.models import Picture
from openoms.domains.events.models import Event
from tests.factories import make_product
from tests.web.conftest import SignIn


def drawn(colour: str = "red", size: tuple[int, int] = (2000, 1000), form: str = "JPEG") -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    Image.new("RGB", size, colour).save(out, form, exif=exif)
    return out.getvalue()


def sent(content: bytes, name: str = "x.jpg") -> dict[str, object]:
    return {"picture": SimpleUploadedFile(name, content), "alt": "A red thing", "alt_zh": "红色"}


def test_a_picture_is_made_smaller_and_loses_what_it_tells_of_its_maker() -> None:
    kept = images.prepared(drawn())
    with Image.open(io.BytesIO(kept.large)) as large, Image.open(io.BytesIO(kept.small)) as small:
        assert (large.format, large.size, small.size) == ("WEBP", (1600, 800), (320, 160))
        assert not large.getexif()
    assert b"SecretCamera" not in kept.large + kept.small


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<svg onload=alert(1)>", "JPEG"),
        (b"GIF89a" + b"0" * 50, "JPEG"),
        (drawn()[:200], "JPEG"),
        (b"x" * (images.MOST_BYTES + 1), "5 MB"),
        (drawn(size=(9000, 9000)), "pixels"),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        images.prepared(content)


def test_pictures_are_added_shown_moved_and_removed(sign_in: SignIn) -> None:
    make_product("P1")
    browser = sign_in("sales_manager")
    for colour in ("red", "green", "red"):
        browser.post("/products/P1/pictures/", sent(drawn(colour)))
    first, second = Picture.objects.order_by("position")
    page = browser.get("/products/P1/").content.decode()
    assert f"/pictures/{first.digest}/small/" in page
    assert 'alt="A red thing"' in page
    assert first.digest in browser.get("/products/").content.decode()
    got = browser.get(f"/pictures/{first.digest}/large/")
    assert (got["Content-Type"], "immutable" in got["Cache-Control"]) == ("image/webp", True)
    assert browser.get(f"/pictures/{first.digest}/other/").status_code == 404
    assert browser.get("/pictures/0000/small/").status_code == 404
    browser.post(f"/products/P1/pictures/{second.pk}/up/")
    assert list(Picture.objects.values_list("pk", flat=True)) == [second.pk, first.pk]
    browser.post(f"/products/P1/pictures/{first.pk}/remove/")
    assert Picture.objects.get() == second
    assert Event.objects.filter(kind="product.saved").count() == 5
    assert browser.post(f"/products/P1/pictures/{first.pk}/remove/").status_code == 404


def test_a_wrong_file_says_so_and_keeps_nothing(sign_in: SignIn) -> None:
    make_product("P1")
    browser = sign_in("sales_manager")
    answer = browser.post("/products/P1/pictures/", sent(b"no picture"), follow=True)
    assert "Choose a JPEG, PNG or WebP picture." in answer.content.decode()
    assert not Picture.objects.exists()
    assert sign_in("warehouse").post("/products/P1/pictures/", sent(drawn())).status_code == 403
