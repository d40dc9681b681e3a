"""Pictures as they are kept: decoded within bounds, without what a camera wrote into them, as WebP in two sizes. Pure."""

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from openoms.core.errors import InvalidInput

MOST_BYTES = 5 * 1024 * 1024
# 40 megapixels: more than any camera of a phone gives, and 160 MB while it is decoded.
MOST_PIXELS = 40_000_000
LARGE, SMALL = 1600, 320
_FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Sized:
    """A picture in two sizes (WebP) and the SHA-256 of the larger."""

    small: bytes
    large: bytes
    digest: str


def prepared(content: bytes) -> Sized:
    """The picture as it is kept. Raises InvalidInput for what is no JPEG, PNG or WebP, or is too large."""
    if len(content) > MOST_BYTES:
        raise InvalidInput("A picture has at most 5 MB.", field="picture")
    try:
        with warnings.catch_warnings():
            # Pillow warns of a picture that unpacks to more than its own limit; ours comes first.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise InvalidInput("A picture has at most 40 million pixels.", field="picture")
                upright = ImageOps.exif_transpose(opened)
                plain = upright.convert(
                    "RGBA" if "A" in upright.getbands() or "transparency" in opened.info else "RGB"
                )
    except InvalidInput:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise InvalidInput("Choose a JPEG, PNG or WebP picture.", field="picture") from error
    large = _webp(plain, LARGE)
    return Sized(_webp(plain, SMALL), large, hashlib.sha256(large).hexdigest())


def _webp(picture: Image.Image, side: int) -> bytes:
    """The picture no larger than `side` each way. A fresh canvas: nothing of the file but its pixels goes on."""
    sized = ImageOps.contain(picture, (side, side)) if max(picture.size) > side else picture
    clean = Image.new(sized.mode, sized.size)
    clean.paste(sized)
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()
