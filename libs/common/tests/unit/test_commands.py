"""Commands of operators end in words."""

import pytest

from libs.common.commands import INTERRUPTED, ending_in_words, visible, visible_lines


def test_ctrl_c_ends_a_command_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end, ending_in_words():
        raise KeyboardInterrupt
    assert (end.value.code, capsys.readouterr().err) == (INTERRUPTED, "Interrupted.\n")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Piñata de 3 m, 50 %", "Piñata de 3 m, 50 %"),
        ("two\tcells\nand a line", "two\tcells\\nand a line"),
        ("\x1b]52;c;cm0gLXJm\x07", r"\x1b]52;c;cm0gLXJm\x07"),
        ("\x9b2J\r\u202e\ud800", r"\x9b2J\r\u202e\ud800"),
    ],
)
def test_what_a_terminal_would_obey_is_written_out_in_one_line(text: str, seen: str) -> None:
    assert visible(text) == seen


def test_of_several_lines_the_ends_stay() -> None:
    assert visible_lines("two\tcells\nand \x1b[2J\r\n") == "two\tcells\nand \\x1b[2J\\r\n"
