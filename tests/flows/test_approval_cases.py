"""The approval cases of other systems: which test of ours covers each that any sane system passes, and the replay of all."""

import importlib
import json
import os
from pathlib import Path

import pytest

from tests.peers import approvals as peers

DOCUMENT = Path(__file__).parents[2] / "docs" / "approvals.md"
APPROVALS, NUDGES, PAY, RULES, PROCESS = (
    "tests.flows.test_approvals",
    "tests.flows.test_nudges",
    "tests.flows.test_paying",
    "tests.unit.test_approval_rules",
    "tests.unit.test_approval_process",
)
# Case → the test that covers it. Where our rule is another, docs/approvals.md says so and the test shows ours.
COVERED = {
    "appr-001": (APPROVALS, "test_a_large_order_goes_to_each_in_turn_and_is_released_when_all_agreed"),
    "appr-003": (APPROVALS, "test_a_rejection_returns_the_order_to_draft_with_its_reason"),
    "appr-006": (APPROVALS, "test_a_large_order_goes_to_each_in_turn_and_is_released_when_all_agreed"),
    "appr-007": (APPROVALS, "test_after_a_rejection_what_others_agreed_to_on_the_same_facts_stands"),
    "appr-009": (APPROVALS, "test_a_rule_without_steps_lets_through_and_the_first_alone_counts_where_said"),
    "appr-012": (APPROVALS, "test_below_the_amount_nobody_is_asked_and_exactly_at_it_somebody_is"),
    "appr-016": (RULES, "test_a_condition_holds_with_its_bounds_included"),
    "appr-017": (PAY, "test_beyond_its_credit_an_order_is_held_and_owes_nothing_yet"),
    "appr-019": (PAY, "test_beyond_its_credit_an_order_is_held_and_owes_nothing_yet"),
    "appr-021": (APPROVALS, "test_a_closed_customer_orders_nothing"),
    "appr-022": (APPROVALS, "test_nobody_decides_their_own_request_by_whatever_way"),
    "appr-024": (APPROVALS, "test_an_amount_is_compared_in_the_rules_currency_where_there_is_a_rate"),
    "appr-030": (APPROVALS, "test_an_order_that_waits_cannot_be_submitted_by_anybody"),
    "appr-035": (PROCESS, "test_a_single_person_is_not_asked_twice"),
    "appr-036": (APPROVALS, "test_a_rejection_returns_the_order_to_draft_with_its_reason"),
    "appr-037": (APPROVALS, "test_the_requesters_manager_and_the_customers_owner_are_asked"),
    "appr-038": (APPROVALS, "test_below_the_amount_nobody_is_asked_and_exactly_at_it_somebody_is"),
    "appr-039": (APPROVALS, "test_a_held_order_is_approved_and_waits_and_goes_when_the_hold_ends"),
    "appr-042": (APPROVALS, "test_a_change_of_the_amount_asks_everybody_again_whose_rule_looks_at_it"),
    "appr-046": (APPROVALS, "test_without_a_rule_an_order_is_approved_and_released_at_once"),
    "appr-047": (APPROVALS, "test_a_rejection_returns_the_order_to_draft_with_its_reason"),
    "appr-051": (APPROVALS, "test_a_bulk_asks_for_each_and_the_systems_orders_have_no_requester"),
    "appr-052": (RULES, "test_tiers_part_at_their_bounds"),
    "appr-054": (RULES, "test_tiers_part_at_their_bounds"),
    "appr-055": (RULES, "test_tiers_part_at_their_bounds"),
    "appr-056": (RULES, "test_tiers_part_at_their_bounds"),
    "appr-057": (RULES, "test_tiers_part_at_their_bounds"),
    "appr-060": (RULES, "test_nobody_is_asked_when_nothing_matches"),
    "appr-062": (RULES, "test_the_first_that_matches_alone_counts_where_the_firm_says_so"),
    "appr-065": (APPROVALS, "test_a_large_order_goes_to_each_in_turn_and_is_released_when_all_agreed"),
    "appr-068": (APPROVALS, "test_the_requesters_manager_and_the_customers_owner_are_asked"),
    "appr-073": (APPROVALS, "test_a_large_order_goes_to_each_in_turn_and_is_released_when_all_agreed"),
    "appr-074": (APPROVALS, "test_who_is_not_asked_or_may_not_see_orders_decides_nothing"),
    "appr-075": (APPROVALS, "test_nobody_decides_their_own_request_by_whatever_way"),
    "appr-078": (APPROVALS, "test_where_nobody_is_there_to_be_asked_administrators_are"),
    "appr-079": (RULES, "test_tiers_part_at_their_bounds"),
    "appr-084": (PROCESS, "test_steps_open_one_after_another_and_the_last_approves"),
    "appr-085": (PROCESS, "test_a_rejection_ends_it_and_skips_what_was_to_come"),
    "appr-096": (APPROVALS, "test_an_administrator_takes_over_with_a_reason"),
    "appr-099": (APPROVALS, "test_nobody_decides_their_own_request_by_whatever_way"),
    "appr-100": (APPROVALS, "test_handing_over_is_for_good_and_counts_for_who_handed_over"),
    "appr-104": (APPROVALS, "test_after_a_rejection_what_others_agreed_to_on_the_same_facts_stands"),
}


@pytest.mark.parametrize("case", sorted(COVERED))
def test_the_test_that_covers_a_case_is_there(case: str) -> None:
    module, name = COVERED[case]
    assert callable(getattr(importlib.import_module(module), name))


def given() -> list[dict[str, object]]:
    path = Path(os.environ.get("OPENOMS_REAL_DATA", "/nonexistent")) / "approval_cases.example.json"
    return list(json.loads(path.read_text(encoding="utf-8"))["cases"]) if path.exists() else []


CASES = given()


@pytest.mark.real_data
@pytest.mark.skipif(not CASES, reason="the folder of real data is missing (OPENOMS_REAL_DATA)")
def test_every_case_any_sane_system_passes_is_covered() -> None:
    assert {str(case["id"]) for case in CASES if case["portability"] == "universal"} <= COVERED.keys()


@pytest.mark.real_data
@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=[str(case["id"]) for case in CASES])
def test_a_case_passes_or_our_other_rule_is_documented(case: dict[str, object]) -> None:
    outcome, why = peers.replay(case)
    assert outcome != peers.FAILED, why
    if outcome == peers.DIFFERENT:
        assert f"`{case['id']}`" in DOCUMENT.read_text(encoding="utf-8"), why
