"""Fetches the program of the reference page with npm: `make vendor`.

`gateway/page/vendor/vendor.json` names package, version and npm's integrity hash; to take another version,
change both and run this. It writes the files, compressed, and their hashes, which
`gateway/tests/unit/test_assets.py` compares.
"""

import base64
import gzip
import hashlib
import io
import json
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

VENDOR = Path(__file__).parent.parent / "gateway/page/vendor"
LOCK = VENDOR / "vendor.json"
TAKEN = {"scalar.js": "dist/browser/standalone.js", "scalar.css": "dist/style.css"}


def main() -> None:
    """Fetch, verify and write the files. Ends with one line if the package is not the locked one."""
    lock = json.loads(LOCK.read_text())
    package = _fetched(f"{lock['package']}@{lock['version']}")
    algorithm, _, expected = lock["integrity"].partition("-")
    if base64.b64encode(hashlib.new(algorithm, package).digest()).decode() != expected:
        raise SystemExit(f"{lock['package']} {lock['version']} does not have the integrity in {LOCK.name}.")
    with tarfile.open(fileobj=io.BytesIO(package)) as files:
        contents = {name: files.extractfile(f"package/{source}") for name, source in TAKEN.items()}
        lock["sha256"] = {name: _write(name, file.read()) for name, file in contents.items() if file}
    LOCK.write_text(json.dumps(lock, indent=2) + "\n")
    print(f"{lock['package']} {lock['version']}: {', '.join(lock['sha256'])}")


def _fetched(package: str) -> bytes:
    with TemporaryDirectory() as folder:
        print(f"fetching {package} …")
        subprocess.run(["npm", "pack", "--silent", "--pack-destination", folder, package], check=True)
        (archive,) = Path(folder).iterdir()
        return archive.read_bytes()


def _write(name: str, content: bytes) -> str:
    (VENDOR / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
