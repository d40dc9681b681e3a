"""A square to draw flat pictures on: coordinates from 0 to 100 from its top left, drawn large and made smooth."""

import io
from collections.abc import Sequence
from typing import TypeAlias

from PIL import Image, ImageDraw

SIDE = 480
# Pillow draws hard edges: drawn larger and made smaller they are smooth.
_FINE = 2
_UNIT = SIDE * _FINE / 100

Point: TypeAlias = tuple[float, float]


class Sheet:
    """What is drawn on; colours are `#rrggbb`."""

    def __init__(self, paper: str) -> None:
        self._image = Image.new("RGB", (SIDE * _FINE, SIDE * _FINE), paper)
        self._draw = ImageDraw.Draw(self._image)

    def box(self, left: float, top: float, right: float, bottom: float, fill: str, round_: float = 0) -> None:
        """A rectangle, its corners of radius `round_`."""
        self._draw.rounded_rectangle(
            [left * _UNIT, top * _UNIT, right * _UNIT - 1, bottom * _UNIT - 1], round_ * _UNIT, fill
        )

    def oval(self, x: float, y: float, across: float, down: float, fill: str) -> None:
        """An ellipse around a point."""
        self._draw.ellipse(
            [
                (x - across / 2) * _UNIT,
                (y - down / 2) * _UNIT,
                (x + across / 2) * _UNIT,
                (y + down / 2) * _UNIT,
            ],
            fill,
        )

    def shape(self, points: Sequence[Point], fill: str) -> None:
        """A polygon."""
        self._draw.polygon([(x * _UNIT, y * _UNIT) for x, y in points], fill)

    def stroke(self, points: Sequence[Point], fill: str, width: float) -> None:
        """A line with round ends and corners."""
        scaled = [(x * _UNIT, y * _UNIT) for x, y in points]
        self._draw.line(scaled, fill, round(width * _UNIT), joint="curve")
        for x, y in points:
            self.oval(x, y, width, width, fill)

    def arc(
        self, x: float, y: float, across: float, start: float, end: float, fill: str, width: float
    ) -> None:
        """Part of a circle's line, degrees clockwise from three o'clock."""
        reach = across / 2
        bounds = [(x - reach) * _UNIT, (y - reach) * _UNIT, (x + reach) * _UNIT, (y + reach) * _UNIT]
        self._draw.arc(bounds, start, end, fill, round(width * _UNIT))

    def png(self) -> bytes:
        """The picture as a file."""
        out = io.BytesIO()
        self._image.resize((SIDE, SIDE), Image.Resampling.BOX).save(out, "PNG", compress_level=1)
        return out.getvalue()


def mixed(colour: str, other: str, share: float) -> str:
    """A colour with so much of another in it."""
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def darker(colour: str, share: float = 0.18) -> str:
    """The side away from the light."""
    return mixed(colour, "#1b2330", share)


def lighter(colour: str, share: float = 0.22) -> str:
    """The side in the light."""
    return mixed(colour, "#ffffff", share)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
