"""What a scanner typed: `CODE`, `3*CODE`, or a short number that is a quantity for the next scan; done once, and said."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any, Protocol, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openoms.core.errors import DomainError, InvalidInput
from openoms.domains.catalog.queries import skus_by_code
from openoms.domains.identity.once import AnsweredBefore, Once
from openoms.interfaces.console.access import Request
from openoms.interfaces.console.refusals import sentence

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
LONGEST = 120
_TIMES = re.compile(r"(?P<quantity>\d{1,9}(?:[.,]\d{1,6})?)\s*[*×＊]\s*(?P<code>.*)", re.DOTALL)
# More digits are a barcode: the shortest of those has eight.
_NUMBER = re.compile(r"\d{1,4}(?:[.,]\d{1,6})?")
_WEIGHT = re.compile(r"(?P<number>\d{1,8}(?:[.,]\d{1,6})?)\s*(?P<unit>kg|g|千克|公斤|克)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scan:
    """A code and how many of it; no code yet where only a quantity was typed."""

    code: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Said:
    """What the page answers to a scan: `tone` is heard (good, bad, done, note), `times` the quantity for the next one."""

    tone: str = ""
    text: str = ""
    status: int = 200
    times: str = ""
    at: str = ""


class Deed(Protocol[R_co]):
    """A flow that does something with so many of a code, once."""

    def __call__(self, code: str, quantity: Decimal, *, once: Once | None) -> R_co: ...


def read(text: str, times: str = "") -> Scan:
    """What was typed means; `times` is the quantity typed before it. Raises InvalidInput for nothing."""
    text = " ".join(text.replace("\0", "").split())[:LONGEST]
    if not text:
        raise InvalidInput(_("Scan something."), field="text")
    found = _TIMES.fullmatch(text)
    if found is not None:
        return Scan(found["code"].strip(), _number(found["quantity"]))
    if _NUMBER.fullmatch(text) and not skus_by_code([text]):
        return Scan("", _number(text))
    return Scan(text, _number(times) if _NUMBER.fullmatch(times) else Decimal(1))


def grams(text: str) -> int | None:
    """A weight typed as 850, 850 g or 0.85 kg in grams, None for nothing. Raises InvalidInput for what is no weight."""
    text = text.strip()
    if not text:
        return None
    found = _WEIGHT.fullmatch(text)
    if found is None:
        raise InvalidInput(_("Write a weight as 850 g or 1.2 kg."), field="weight")
    heavy = (found["unit"] or "g").lower() in {"kg", "千克", "公斤"}
    return int((_number(found["number"]) * (1000 if heavy else 1)).to_integral_value())


def heard(request: Request, where: str, deed: Deed[R], say: Callable[[R], Said]) -> Said:
    """Do what was scanned, once for the key it was sent with, and say what came of it; a refusal is said too."""
    try:
        scan = read(request.POST.get("text", ""), request.POST.get("times", ""))
        if not scan.code:
            times = f"{scan.quantity.normalize():f}"
            return Said("note", _("%(times)s × – now scan the goods.") % {"times": times}, times=times)
        return say(deed(scan.code, scan.quantity, once=_once(request, where, scan, say)))
    except AnsweredBefore as before:
        return Said(**json.loads(before.answer))
    except DomainError as error:
        return Said("bad", sentence(error), error.status)


def pieces(count: Decimal) -> str:
    """How many are left, in words."""
    shown = f"{count.normalize():f}"
    return ngettext("%(count)s left", "%(count)s left", int(count) or 2) % {"count": shown}


def _once(request: Request, where: str, scan: Scan, say: Callable[[Any], Said]) -> Once | None:
    key = request.POST.get("key", "").replace("\0", "")[:80]
    if not key:
        return None
    # With what was scanned: a key that comes with something else is a scan of its own, whose page was never answered.
    body = f"{key} {scan.quantity} {scan.code}"
    digest = sha256(body.encode()).hexdigest()

    def render(done: Any) -> tuple[int, str]:
        said = say(done)
        return 200, json.dumps({"tone": said.tone, "text": said.text, "at": said.at})

    return Once(Once.key(request.actor.user_id, where, body), digest, render)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise InvalidInput(_("Write a number."), field="text") from None
