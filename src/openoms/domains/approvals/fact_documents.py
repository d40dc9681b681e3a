"""What a request was asked on, as plain JSON values and back; and what names the facts of a step. Pure."""

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import TypeAdapter

from openoms.domains.approvals.documents import step_document
from openoms.domains.approvals.rules import Needed, OrderFacts, Reason

_FACTS = TypeAdapter(OrderFacts)


def facts_document(facts: OrderFacts) -> dict[str, Any]:
    """Facts as plain JSON values; amounts are text."""
    return dict(_FACTS.dump_python(facts, mode="json"))


def facts_from(document: dict[str, Any]) -> OrderFacts:
    """The facts `facts_document` was made from."""
    return _FACTS.validate_python(document)


def reasons_document(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    """Why rules matched: `rule`, and `facts` as pairs of a condition's kind and its figure."""
    return [{"rule": reason.rule, "facts": [list(pair) for pair in reason.facts]} for reason in reasons]


def digest_of(needed: Needed, reasons: Sequence[Reason]) -> str:
    """What a step was asked for: the step and the figures of the rules that ask for it. Equal ones need no new decision."""
    told = [document for document in reasons_document(reasons) if document["rule"] in needed.rules]
    content = [step_document(needed.step), sorted(told, key=lambda document: str(document["rule"]))]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
