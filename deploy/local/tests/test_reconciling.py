from deploy.local.reconciling import ADVICE, OF_ANALYTICS, OTHERWISE, Finding, findings_of
from tests.e2e.invariants.rules import BETWEEN, RULES

SAID = """\
ok        1  every product's stock is the sum of its ledger, and not below 0
broken    1  what catalog gave to orders is what they sold
             only in sales: (7, 3, 1)
             only in sales: (8, 3, 2)
in flight 2  a paid order has earned its points, once
             only in sales: (9, 3, 1)
broken    4  analytics describes users as auth does
             only in auth: (1, 'ana')
in flight    2 events in the queues of analytics
broken (not judged: credit limits)
"""


def test_findings_are_the_broken_rules_with_their_rows() -> None:
    assert [(each.rule, each.rows[:2]) for each in findings_of(SAID)] == [
        (
            "what catalog gave to orders is what they sold",
            ["only in sales: (7, 3, 1)", "only in sales: (8, 3, 2)"],
        ),
        ("analytics describes users as auth does", ["only in auth: (1, 'ana')"]),
    ]


def test_nothing_is_found_when_all_agree() -> None:
    assert list(findings_of("ok        1  every product's stock\nok (not judged: credit limits)\n")) == []


def test_every_advice_is_about_a_rule_that_is_judged() -> None:
    assert ADVICE.keys() <= {rule.name for rule in RULES} | {"no event is a dead letter"}


def test_every_rule_between_two_services_has_advice_of_its_own() -> None:
    assert [rule.name for rule in BETWEEN if Finding(rule.name, ()).advice == OTHERWISE] == []


def test_rules_of_analytics_are_answered_by_the_rebuild() -> None:
    of_analytics = [rule.name for rule in RULES if rule.service == "analytics"]
    assert {Finding(name, ()).advice for name in of_analytics} == {OF_ANALYTICS}
