"""The same hand's furniture, goods to measure, sets and services."""

from openoms.demo.drawings import ACCENT, GLOW, INK, SCREEN, STEEL, glass, ground
from openoms.demo.sheet import Sheet, darker, lighter, mixed

_LEG = "#4a525e"
_LEAF = "#6f9b7a"


def standing_desk(sheet: Sheet, paper: str, colour: str) -> None:
    """A desk whose legs move."""
    ground(sheet, paper, 80)
    for x in (25, 71):
        sheet.box(x, 46, x + 4, 66, STEEL)
        sheet.box(x - 0.8, 58, x + 4.8, 81, _LEG)
        sheet.box(x - 7, 80, x + 11, 83.4, _LEG, 1.6)
    sheet.box(27, 46, 73, 49, darker(_LEG, 0.2))
    sheet.shape([(16, 36), (84, 36), (91, 42), (9, 42)], lighter(colour, 0.18))
    sheet.box(9, 42, 91, 46.4, colour, 0.8)
    sheet.box(70, 46.4, 79, 48.4, INK, 0.6)
    sheet.stroke([(50, 57), (50, 70)], ACCENT, 1.4)
    sheet.shape([(50, 53), (46.6, 58), (53.4, 58)], ACCENT)
    sheet.shape([(50, 74), (46.6, 69), (53.4, 69)], ACCENT)


def dining_table(sheet: Sheet, paper: str, colour: str) -> None:
    """A long table with something on it."""
    ground(sheet, paper, 84)
    for points in (
        ((18, 50), (23, 50), (18.5, 83), (15.5, 83)),
        ((82, 50), (77, 50), (81.5, 83), (84.5, 83)),
    ):
        sheet.shape(points, darker(colour, 0.16))
    for behind in (((30, 50), (33, 50), (31, 76), (29, 76)), ((70, 50), (67, 50), (69, 76), (71, 76))):
        sheet.shape(behind, darker(colour, 0.36))
    sheet.shape([(14, 40), (86, 40), (94, 46), (6, 46)], lighter(colour, 0.18))
    sheet.box(6, 46, 94, 51, colour, 0.8)
    sheet.shape([(45, 30), (55, 30), (53, 42.5), (47, 42.5)], "#f5f2ec")
    for stalk in (((50, 31), (46, 17)), ((50, 31), (54, 15)), ((50, 31), (59, 22)), ((50, 31), (41, 23))):
        sheet.stroke(stalk, _LEAF, 1.3)
        sheet.oval(stalk[1][0], stalk[1][1], 5, 7, _LEAF)


def table_top(sheet: Sheet, paper: str, colour: str) -> None:
    """A board with its measures."""
    sheet.shape([(22, 34), (86, 34), (80, 68), (10, 68)], darker(paper, 0.12))
    sheet.shape([(20, 30), (86, 30), (80, 62), (8, 62)], lighter(colour, 0.1))
    sheet.shape([(8, 62), (80, 62), (80, 66), (8, 66)], colour)
    sheet.shape([(80, 62), (86, 30), (86, 34), (80, 66)], darker(colour, 0.24))
    grain = mixed(colour, darker(colour, 0.5), 0.22)
    for number, (start, end) in enumerate(((0.06, 0.62), (0.3, 0.95), (0.04, 0.4), (0.5, 0.94), (0.12, 0.8))):
        y = 34.5 + number * 5.6
        shift = (62 - y) / 32 * 12
        left, width = 8 + shift, 72 - shift * 0.5
        sheet.stroke([(left + width * start, y), (left + width * end, y)], grain, 0.5)
    sheet.stroke([(9, 75), (79, 75)], ACCENT, 1.1)
    for x in (9, 79):
        sheet.stroke([(x, 72), (x, 78)], ACCENT, 1.1)


def wall_shelf(sheet: Sheet, paper: str, colour: str) -> None:
    """A shelf on the wall with books, and its measure."""
    for left, high, tone in (
        (24, 20, "#5f8fc0"),
        (29, 24, "#e0a458"),
        (34.5, 18, "#6f9b7a"),
        (40, 22, "#b5654a"),
    ):
        sheet.box(left, 54 - high, left + 4.6, 54, tone, 0.6)
        sheet.box(left, 54 - high + 3, left + 4.6, 54 - high + 4.2, lighter(tone, 0.5))
    sheet.shape([(64, 44), (74, 44), (72.4, 54), (65.6, 54)], "#f5f2ec")
    for x, y in ((66, 36), (69, 32), (72.4, 36.5)):
        sheet.stroke([(69, 44), (x, y)], _LEAF, 1.2)
        sheet.oval(x, y, 5, 6.4, _LEAF)
    for x in (24, 73):
        sheet.shape([(x, 59), (x + 3, 59), (x + 3, 68)], darker(_LEG, 0.1))
    sheet.box(10, 54, 90, 59.6, darker(colour, 0.2), 0.8)
    sheet.box(10, 54, 90, 58, colour, 0.8)
    sheet.stroke([(11, 77), (89, 77)], ACCENT, 1.1)
    for x in (11, 89):
        sheet.stroke([(x, 74), (x, 80)], ACCENT, 1.1)


def measured_desk(sheet: Sheet, paper: str, colour: str) -> None:
    """A desk with a drawer, and the measures that are asked for."""
    ground(sheet, paper, 76)
    for x in (15, 81):
        sheet.shape([(x, 49), (x + 4.6, 49), (x + 3.6, 83), (x + 1, 83)], darker(colour, 0.18))
    sheet.box(60, 49, 80, 61, darker(colour, 0.1), 0.8)
    sheet.box(61.4, 50.4, 78.6, 59.6, lighter(colour, 0.1), 0.8)
    sheet.box(67, 54, 73, 55.6, _LEG, 0.8)
    sheet.shape([(17, 39), (83, 39), (90, 45), (10, 45)], lighter(colour, 0.2))
    sheet.box(10, 45, 90, 49.4, colour, 0.8)
    sheet.oval(76, 42, 5, 1.8, darker(colour, 0.45))
    sheet.stroke([(11, 29), (89, 29)], ACCENT, 1.1)
    for x in (11, 89):
        sheet.stroke([(x, 26), (x, 32)], ACCENT, 1.1)
    sheet.stroke([(5, 46), (5, 83)], ACCENT, 1.1)
    for y in (46, 83):
        sheet.stroke([(2.4, y), (7.6, y)], ACCENT, 1.1)


def work_corner(sheet: Sheet, paper: str, colour: str) -> None:
    """Screen, keyboard and mouse together."""
    ground(sheet, paper, 82, 80)
    sheet.box(42, 54, 50, 66, darker(colour, 0.1))
    sheet.box(32, 65, 60, 68, colour, 1.4)
    sheet.box(14, 18, 78, 56, colour, 2.4)
    glass(sheet, 16, 20, 76, 53)
    sheet.box(12, 72, 66, 80, darker(colour, 0.2), 1.8)
    for number in range(13):
        sheet.box(14.4 + number * 3.9, 73.6, 17.2 + number * 3.9, 78, lighter(colour, 0.18), 0.7)
    sheet.box(72, 68, 86, 81, darker(colour, 0.06), 6.5)
    sheet.box(78.5, 69, 79.5, 75, ACCENT, 0.5)


def two_accessories(sheet: Sheet, paper: str, colour: str) -> None:
    """A case and a charger, with a plus between."""
    ground(sheet, paper, 78)
    sheet.box(14, 26, 42, 83, darker(SCREEN, 0.1), 5.6)
    sheet.box(17, 29, 39, 80, mixed(SCREEN, GLOW, 0.35), 4)
    sheet.box(19, 31, 29, 42, paper, 3)
    sheet.stroke([(50, 50), (50, 60)], ACCENT, 2.4)
    sheet.stroke([(45, 55), (55, 55)], ACCENT, 2.4)
    for x in (66, 76):
        sheet.box(x, 34, x + 3, 46, STEEL, 0.8)
    sheet.box(60, 44, 86, 83, darker(colour, 0.2), 4)
    sheet.box(60, 44, 84.4, 82, colour, 4)
    sheet.shape([(73.5, 54), (67, 65), (72, 65), (70, 73), (77.6, 61.6), (73, 61.6)], ACCENT)


def office_chair(sheet: Sheet, paper: str, colour: str) -> None:
    """A chair on castors."""
    ground(sheet, paper, 56, 87)
    frame = _LEG if colour > "#8" else "#6a727e"
    sheet.stroke([(50, 64), (50, 77)], frame, 3.4)
    for x in (29, 50, 71):
        sheet.stroke([(50, 77), (x, 82)], frame, 2.4)
        sheet.oval(x, 84.5, 5, 5, INK)
    sheet.box(37, 11, 63, 21, darker(colour, 0.1), 4.5)
    sheet.box(48, 20, 52, 28, frame)
    sheet.box(32, 25, 69, 57, darker(colour, 0.24), 7)
    sheet.box(32, 25, 68, 56, colour, 7)
    for y in (33, 40, 47):
        sheet.box(38, y, 62, y + 1.2, darker(colour, 0.2), 0.6)
    for x in (24, 72):
        sheet.box(x, 45, x + 4, 61, frame, 1.6)
        sheet.box(x - 1.4, 42.6, x + 5.4, 46.4, INK, 1.9)
    sheet.box(27, 58, 73, 67, darker(colour, 0.24), 4.5)
    sheet.box(27, 57, 73, 65, colour, 4)


def dining_chair(sheet: Sheet, paper: str, colour: str) -> None:
    """A chair with a padded seat."""
    ground(sheet, paper, 50)
    wood = "#b98a58"
    for points in (
        ((33, 60), (37, 60), (34, 84), (31, 84)), ((67, 60), (63, 60), (66, 84), (69, 84)),
        ((41, 60), (44, 60), (43, 79), (40.6, 79)), ((59, 60), (56, 60), (57, 79), (59.4, 79)),
    ):  # fmt: skip
        sheet.shape(points, darker(wood, 0.1 if points[0][0] in (33, 67) else 0.34))
    for x in (34, 62.6):
        sheet.box(x, 30, x + 3.4, 58, wood, 1.4)
    sheet.box(31, 15, 70, 45, darker(colour, 0.22), 7)
    sheet.box(31, 15, 69, 44, colour, 7)
    sheet.box(28, 53, 72, 63, darker(colour, 0.22), 4.5)
    sheet.box(28, 52, 72, 61, colour, 4.5)


def sofa(sheet: Sheet, paper: str, colour: str) -> None:
    """A sofa of three seats."""
    ground(sheet, paper, 88, 79)
    for x in (15, 81):
        sheet.box(x, 70, x + 4, 79, "#8a6a48", 0.8)
    sheet.box(13, 34, 87, 66, darker(colour, 0.16), 6)
    for number in range(3):
        left = 17.5 + number * 22
        sheet.box(left, 36, left + 21, 60, colour, 3.4)
        sheet.box(left, 55, left + 21, 66, lighter(colour, 0.12), 2.6)
    sheet.box(10, 64, 90, 73, darker(colour, 0.1), 2.4)
    for x in (7, 82):
        sheet.box(x, 44, x + 11, 74, darker(colour, 0.24), 4.6)
        sheet.box(x, 44, x + 10, 73, lighter(colour, 0.04), 4.6)
    sheet.shape([(24, 43), (35, 40), (38, 51), (27, 54)], ACCENT)


def stool(sheet: Sheet, paper: str, colour: str) -> None:
    """A stool for the bar."""
    ground(sheet, paper, 46)
    for points in (((38, 30), (42, 30), (35, 84), (31.6, 84)), ((62, 30), (58, 30), (65, 84), (68.4, 84))):
        sheet.shape(points, colour)
    for behind in (
        ((45, 30), (48, 30), (45.4, 79), (42.8, 79)),
        ((55, 30), (52, 30), (54.6, 79), (57.2, 79)),
    ):
        sheet.shape(behind, darker(colour, 0.34))
    sheet.box(34.4, 64, 65.6, 67, _LEG, 1.4)
    sheet.box(31, 24, 69, 32, darker(colour, 0.2), 4)
    sheet.box(31, 22, 69, 29, lighter(colour, 0.12), 3.4)


def installing(sheet: Sheet, paper: str, colour: str) -> None:
    """A drill at work."""
    ground(sheet, paper, 50)
    sheet.box(12, 36.6, 31, 39.4, STEEL, 0.6)
    sheet.shape([(30, 33), (40, 29), (40, 47), (30, 43)], _LEG)
    sheet.box(38, 24, 80, 50, darker(colour, 0.2), 8)
    sheet.box(38, 24, 79, 48, colour, 8)
    sheet.box(46, 32, 66, 34, lighter(colour, 0.4), 1)
    sheet.box(46, 37, 60, 39, lighter(colour, 0.4), 1)
    sheet.shape([(60, 46), (76, 46), (80, 74), (64, 74)], darker(colour, 0.1))
    sheet.box(56, 50, 62, 57, INK, 1.6)
    sheet.box(58, 72, 86, 84, INK, 3)
    sheet.box(61, 75, 66, 81, ACCENT, 1)


def measuring(sheet: Sheet, paper: str, colour: str) -> None:
    """A tape, pulled out."""
    ground(sheet, paper, 80, 76)
    sheet.box(8, 64, 60, 73, ACCENT, 0.6)
    for number in range(11):
        x = 12 + number * 4.2
        sheet.box(x, 64, x + 0.8, 70 if number % 5 == 0 else 67.4, INK)
    sheet.box(6, 62, 9.4, 76, STEEL, 0.8)
    sheet.box(42, 26, 89, 76, darker(colour, 0.22), 13)
    sheet.box(42, 26, 87, 75, colour, 13)
    sheet.oval(64.5, 49, 29, 29, lighter(colour, 0.55))
    sheet.oval(64.5, 49, 20, 20, colour)
    sheet.oval(64.5, 49, 6, 6, lighter(colour, 0.55))


def care(sheet: Sheet, paper: str, colour: str) -> None:
    """A shield with a tick."""
    ground(sheet, paper, 40, 88)
    outline = [
        (50, 14),
        (78, 23),
        (78, 48),
        (72, 63),
        (62, 75),
        (50, 83),
        (38, 75),
        (28, 63),
        (22, 48),
        (22, 23),
    ]
    sheet.shape(outline, darker(colour, 0.16))
    sheet.shape([(50 + (x - 50) * 0.86, 48.5 + (y - 48.5) * 0.86) for x, y in outline], colour)
    sheet.shape([(50, 20.4), *[(50 + (x - 50) * 0.86, 48.5 + (y - 48.5) * 0.86) for x, y in outline[1:5]], (50, 78)], lighter(colour, 0.12))  # fmt: skip
    sheet.stroke([(37, 48), (46, 58), (64, 37)], "#ffffff", 5)
