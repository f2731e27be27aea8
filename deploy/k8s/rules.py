"""Writes the rules of deploy/observability as a `PrometheusRule`: `python -m deploy.k8s.rules`."""

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[1] / "observability"
FILES = ("recording.yml", "alerts.yml")
RULES = Path(__file__).parent / "components" / "monitoring" / "rules.yaml"
HEAD = "# Written by `make cluster-rules`, from the rules of deploy/observability.\n"


def prometheus_rule() -> dict[str, Any]:
    """The resource, with the groups of all rule files."""
    groups = [group for file in FILES for group in yaml.safe_load((FOLDER / file).read_text())["groups"]]
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "mostrador"},
        "spec": {"groups": groups},
    }


def to_text() -> str:
    """The resource as a file of the component."""
    return HEAD + yaml.safe_dump(prometheus_rule(), sort_keys=False, width=110, allow_unicode=True)


if __name__ == "__main__":
    RULES.write_text(to_text())
