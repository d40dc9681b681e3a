"""Flat pictures of what the demonstration company sells: one hand, one light from the top left, one ground to stand on."""

from openoms.demo.sheet import Sheet, darker, lighter, mixed

INK, SCREEN, GLOW = "#2b313b", "#24405f", "#5f8fc0"
STEEL, ACCENT = "#aab3be", "#e0a458"


def ground(sheet: Sheet, paper: str, across: float = 62, y: float = 84) -> None:
    sheet.oval(50, y, across, 5, darker(paper, 0.12))


def glass(sheet: Sheet, left: float, top: float, right: float, bottom: float, round_: float = 1) -> None:
    """A lit screen with a slanting reflection."""
    sheet.box(left, top, right, bottom, SCREEN, round_)
    width, high = right - left, bottom - top
    lit = mixed(SCREEN, GLOW, 0.35)
    sheet.shape(
        [(left + width * 0.12, top), (left + width * 0.5, top), (left + width * 0.12, top + high * 0.55), (left, top + high * 0.62), (left, top + high * 0.18)],
        lit,
    )  # fmt: skip


def phone(sheet: Sheet, paper: str, colour: str, lenses: int = 2) -> None:
    """A telephone from behind, and one from the front before it."""
    ground(sheet, paper, 54)
    sheet.box(27, 17, 58, 80, darker(colour, 0.22), 5.5)
    sheet.box(27, 17, 57, 80, colour, 5.5)
    sheet.box(30, 20, 44, 34, darker(colour, 0.14), 4)
    for x, y in ((34, 24), (40, 30), (34, 30))[:lenses]:
        sheet.oval(x, y, 6, 6, INK)
        sheet.oval(x - 0.6, y - 0.6, 2, 2, GLOW)
    sheet.box(45, 24, 75, 86, darker(colour, 0.3), 5.5)
    sheet.box(46.3, 25.3, 73.7, 84.7, INK, 4.6)
    glass(sheet, 47.8, 26.8, 72.2, 83.2, 3.4)
    sheet.box(56.5, 28.6, 63.5, 30.4, INK, 0.9)


def phone_pro(sheet: Sheet, paper: str, colour: str) -> None:
    """The same with one lens more."""
    phone(sheet, paper, colour, lenses=3)


def phone_lite(sheet: Sheet, paper: str, colour: str) -> None:
    """A simple telephone, from behind."""
    ground(sheet, paper, 40)
    sheet.box(34, 18, 67, 86, darker(colour, 0.22), 6)
    sheet.box(33, 18, 66, 86, colour, 6)
    sheet.oval(41.5, 27, 9, 9, darker(colour, 0.16))
    sheet.oval(41.5, 27, 6, 6, INK)
    sheet.oval(40.8, 26.3, 2, 2, GLOW)
    sheet.oval(50, 27, 2.6, 2.6, lighter(ACCENT, 0.5))
    sheet.box(44, 70, 55, 71.6, darker(colour, 0.12), 0.8)


def case(sheet: Sheet, paper: str, colour: str) -> None:
    """A case, open to its inside."""
    ground(sheet, paper, 40)
    sheet.box(32, 17, 68, 86, darker(colour, 0.2), 7)
    sheet.box(32, 17, 67, 86, colour, 7)
    sheet.box(36, 21, 63, 82, darker(colour, 0.3), 5)
    sheet.box(37, 22, 63, 82, darker(colour, 0.22), 5)
    sheet.box(39, 24, 51, 37, paper, 3.5)


def charger(sheet: Sheet, paper: str, colour: str) -> None:
    """A charger with its cable."""
    ground(sheet, paper, 58)
    sheet.stroke([(60, 62), (70, 62), (76, 56), (76, 38), (70, 32), (66, 32)], darker(colour, 0.34), 2.6)
    sheet.box(58, 28, 67, 36, darker(colour, 0.3), 1.6)
    sheet.box(54, 30, 58, 34, STEEL, 0.6)
    for y in (54, 66):
        sheet.box(17, y, 27, y + 3.6, STEEL, 0.8)
    sheet.box(25, 42, 60, 83, darker(colour, 0.2), 5)
    sheet.box(25, 42, 57, 82, colour, 5)
    sheet.box(47, 58, 52, 66, INK, 2)
    sheet.shape([(38, 54), (32, 64), (37, 64), (35, 72), (42, 61), (37.5, 61)], ACCENT)


def notebook(sheet: Sheet, paper: str, colour: str) -> None:
    """An open notebook computer."""
    ground(sheet, paper, 78, 79)
    sheet.box(20, 24, 80, 67, darker(colour, 0.28), 3)
    sheet.box(21.4, 25.4, 78.6, 66, INK, 2.2)
    glass(sheet, 23.5, 27.5, 76.5, 64)
    sheet.shape([(20, 67), (80, 67), (90, 76), (10, 76)], colour)
    sheet.shape([(24, 68.2), (76, 68.2), (79.5, 71.6), (20.5, 71.6)], darker(colour, 0.3))
    sheet.shape([(42, 72.6), (58, 72.6), (59.5, 75), (40.5, 75)], darker(colour, 0.12))
    sheet.box(10, 76, 90, 78.4, darker(colour, 0.2), 1.2)


def notebook_pro(sheet: Sheet, paper: str, colour: str) -> None:
    """The same, dark."""
    notebook(sheet, paper, darker(colour, 0.55))


def monitor(sheet: Sheet, paper: str, colour: str) -> None:
    """A screen on its foot."""
    ground(sheet, paper, 46)
    sheet.box(46, 64, 54, 80, darker(colour, 0.22))
    sheet.box(34, 79, 66, 83, darker(colour, 0.08), 2)
    sheet.box(13, 20, 87, 66, darker(colour, 0.2), 2.6)
    sheet.box(13, 20, 86, 65, colour, 2.6)
    glass(sheet, 15.5, 22.5, 83.5, 60)
    sheet.oval(50, 62.5, 1.6, 1.6, ACCENT)


def keyboard(sheet: Sheet, paper: str, colour: str) -> None:
    """A keyboard from above."""
    sheet.box(9, 36, 92, 71, darker(paper, 0.12), 4)
    sheet.box(8, 33, 92, 68, darker(colour, 0.22), 4)
    sheet.box(8, 32, 92, 66, colour, 4)
    key = mixed(colour, "#ffffff", 0.16) if colour < "#8" else "#ffffff"
    for row, (start, count) in enumerate(((12, 12), (14, 11.5), (12, 12))):
        for number in range(int(count)):
            left = start + number * 6.4
            fill = ACCENT if (row, number) == (0, 0) else key
            sheet.box(left, 36 + row * 7, left + 5.2, 41.8 + row * 7, darker(fill, 0.2), 1.2)
            sheet.box(left, 36 + row * 7, left + 5.2, 41 + row * 7, fill, 1.2)
    for left, right in ((12, 22), (24, 68), (70, 88)):
        sheet.box(left, 57, right, 62.8, darker(key, 0.2), 1.2)
        sheet.box(left, 57, right, 62, key, 1.2)


def mouse(sheet: Sheet, paper: str, colour: str) -> None:
    """A mouse from above."""
    sheet.oval(53, 55, 40, 60, darker(paper, 0.12))
    sheet.box(31, 20, 69, 82, darker(colour, 0.22), 19)
    sheet.box(31, 20, 67.5, 81, colour, 18)
    sheet.box(48.8, 20, 49.8, 46, darker(colour, 0.3))
    sheet.box(46.5, 29, 52, 41, INK if colour > "#8" else darker(colour, 0.5), 2.7)
    sheet.box(47.8, 32, 50.8, 38, ACCENT, 1.4)
    sheet.box(31.6, 45.6, 67, 46.5, darker(colour, 0.2))


def dock(sheet: Sheet, paper: str, colour: str) -> None:
    """A dock with its sockets."""
    ground(sheet, paper, 72, 72)
    sheet.stroke([(80, 58), (88, 58), (91, 52), (91, 30), (86, 25), (78, 25)], INK, 2.6)
    sheet.box(68, 21, 79, 29, darker(colour, 0.3), 1.6)
    sheet.box(64, 23, 68, 27, STEEL, 0.6)
    sheet.shape([(20, 43), (74, 43), (82, 51), (12, 51)], lighter(colour, 0.25))
    sheet.box(12, 50, 82, 70, colour, 2.4)
    for left in (18, 30):
        sheet.box(left, 57, left + 9, 61.5, INK, 0.8)
    for left in (44, 53):
        sheet.box(left, 57.5, left + 6, 61, INK, 1.8)
    sheet.shape([(63, 56.5), (74, 56.5), (74, 60.5), (72, 62.5), (65, 62.5), (63, 60.5)], INK)
    sheet.oval(77.8, 66, 1.6, 1.6, ACCENT)


def earbuds(sheet: Sheet, paper: str, colour: str) -> None:
    """Two buds over their box."""
    ground(sheet, paper, 52)
    sheet.box(28, 52, 73, 84, darker(colour, 0.22), 13)
    sheet.box(28, 52, 71.5, 83, colour, 13)
    sheet.box(28.4, 61, 71.4, 62, darker(colour, 0.26))
    sheet.oval(50, 70, 2.4, 2.4, ACCENT)
    for x, side in ((39, -1), (61, 1)):
        sheet.box(x - 2.6, 26, x + 2.6, 49, darker(colour, 0.1), 2.6)
        sheet.oval(x, 25, 14, 14, colour)
        sheet.oval(x + side * 5, 25.5, 7, 9, darker(colour, 0.34))
        sheet.box(x - 2.6, 45.6, x + 2.6, 49, STEEL, 1.6)


def headphones(sheet: Sheet, paper: str, colour: str) -> None:
    """Headphones, standing."""
    ground(sheet, paper, 60)
    sheet.arc(50, 50, 60, 180, 360, darker(colour, 0.2), 6.5)
    sheet.arc(50, 50, 58, 180, 360, colour, 4.5)
    for x, side in ((22.5, 1), (77.5, -1)):
        sheet.box(x - 2.4, 47, x + 2.4, 60, STEEL, 1.6)
        sheet.box(x - 6.5 + side * 6, 51, x + 6.5 + side * 6, 82, darker(colour, 0.36), 6)
        sheet.box(x - 7, 50, x + 6, 83, darker(colour, 0.14), 6.5)
        sheet.box(x - 7, 50, x + 4.5, 82, colour, 5.7)
        sheet.oval(x - 1.3, 66, 4.4, 4.4, ACCENT)


def speakers(sheet: Sheet, paper: str, colour: str) -> None:
    """A pair of shelf speakers."""
    ground(sheet, paper, 78)
    for left in (16, 53):
        sheet.box(left + 2, 24, left + 31, 84, darker(colour, 0.32), 2.4)
        sheet.box(left, 24, left + 28, 84, colour, 2.4)
        sheet.box(left + 2, 26, left + 26, 82, darker(colour, 0.1), 1.6)
        for y, size in ((38, 12), (63, 21)):
            sheet.oval(left + 14, y, size, size, INK)
            sheet.oval(left + 14, y, size * 0.72, size * 0.72, mixed(INK, "#ffffff", 0.14))
            sheet.oval(left + 14, y, size * 0.3, size * 0.3, INK)


def soundbar(sheet: Sheet, paper: str, colour: str) -> None:
    """A soundbar under a screen."""
    sheet.box(6, 17, 94, 62, INK, 2)
    glass(sheet, 8, 19, 92, 60)
    ground(sheet, paper, 72, 79)
    sheet.box(16, 67, 84, 78, darker(colour, 0.3), 4)
    sheet.box(16, 67, 84, 76.8, colour, 4)
    dot = mixed(colour, "#ffffff", 0.2)
    for row in range(3):
        for number in range(18):
            sheet.oval(22 + number * 2.96, 69.4 + row * 2.5, 1, 1, dot)
    sheet.oval(80, 71.9, 1.6, 1.6, ACCENT)
