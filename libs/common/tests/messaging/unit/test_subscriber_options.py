"""The names and types that a subscriber may have."""

import pytest

from libs.common.commands import CommandFailed
from libs.common.messaging.subscriber_options import checked_name, checked_types, subscribers_parser


@pytest.mark.parametrize("name", ["erp", "erp-2", "a", "mailing-tool"])
def test_letters_digits_and_hyphens_are_a_name(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "2erp", "ERP", "erp.dead", "erp_2", "erp ", "é", "-x", "x" * 41, "erp\n"]
)
def test_anything_else_is_none(name: str) -> None:
    with pytest.raises(CommandFailed, match="is no name"):
        checked_name(name)


@pytest.mark.parametrize("name", ["sales", "chatbot", "gateway", "events", "mostrador", "guest"])
def test_names_of_ours_are_taken(name: str) -> None:
    with pytest.raises(CommandFailed, match="a name of Mostrador itself"):
        checked_name(name)


def test_the_gateways_login_is_made_as_a_listener_only() -> None:
    assert checked_name("gateway", listen_only=True) == "gateway"
    with pytest.raises(CommandFailed):
        checked_name("sales", listen_only=True)


def test_types_are_kept_once_in_their_order() -> None:
    types = ["sales.#", "auth.user_created.v1", "sales.#"]
    assert checked_types(types) == ("sales.#", "auth.user_created.v1")


def test_a_type_that_is_misspelt_is_refused() -> None:
    with pytest.raises(CommandFailed, match=r"^no event type fits sales.order_payed.v1"):
        checked_types(["sales.order_payed.v1"])


@pytest.mark.parametrize(
    "words",
    [
        "add erp",
        "add --types #",
        "add erp --types sales.order*",
        "add erp --types # --max-messages 0",
        "add erp --types # --password-stdin --password-file x",
        "remove erp --yes --keep-queue",
        "rotate",
        "",
    ],
)
def test_what_is_missing_or_contradicts_itself_is_refused(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        subscribers_parser().parse_args(words.split())
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err
