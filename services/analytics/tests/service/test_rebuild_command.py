"""The command that rebuilds the figures says in words why it failed."""

from pathlib import Path

import pytest

from services.analytics.rebuild import main


def test_without_its_database_a_rebuild_fails_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://analytics@127.0.0.1:1/analytics")
    for owner in ("AUTH", "CATALOG", "CUSTOMERS", "SALES"):
        monkeypatch.setenv(f"{owner}_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("SERVICE_KEY_FILE", str(tmp_path / "none.pem"))
    assert main([]) == 2
    assert capsys.readouterr().err == "database does not answer; the figures are as before\n"
