"""The images and the compose file give every process the variables and files that its settings need."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.broker import definitions
from deploy.compose import keys
from deploy.k8s.secrets import server_manifests
from deploy.local.observing import JOB
from deploy.logins import ADMINISTRATOR, DEFINITIONS, with_logins
from gateway.guide import BESIDE_IT
from libs.common.messaging.definitions import LISTENER
from libs.common.messaging.management import ManagementSettings
from libs.common.messaging.subscriber_options import RESERVED
from libs.common.messaging.topology import Topology
from libs.common.settings import EnvironmentSettings, ServiceSettings
from libs.servers.rabbitmq import SMALL_LOG, definitions_from
from libs.services import PARTS, SERVICES
from services.analytics.rebuild import RebuildSettings
from services.auth.clients.signing_keys import read_keys
from services.auth.keys import KeysFolder
from tests.architecture.deployed import (
    COMMANDS,
    LOGIN,
    PROCESSES,
    assert_versioned,
    known,
    lacking,
    part_of,
    unknown,
)
from tests.architecture.sources import ROOT

Container = dict[str, Any]
OBSERVERS = {"prometheus", "grafana"}
KEEP_DATA = ("postgres", "rabbitmq", *OBSERVERS)
"""The containers with a volume of their own for data."""
RULED = [
    (name, settings)
    for name, module, settings in PROCESSES
    if issubclass(settings, ServiceSettings) and module.endswith((".main", ".worker"))
]
"""The processes of services, with the settings in which the rules of the shop stand."""
OF_FIRST_OWNER = re.compile("BOOTSTRAP_OWNER_")


@pytest.fixture(scope="module")
def containers() -> dict[str, Container]:
    """The compose file's containers by name."""
    services: dict[str, Container] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return services


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text()


def locked(lock: str) -> set[str]:
    """The packages that a lock pins."""
    lines = (ROOT / "requirements" / f"{lock}.txt").read_text()
    return {name.split("[")[0] for name in re.findall(r"^([a-z0-9\[\],._-]+)==", lines, re.MULTILINE)}


class TestImages:
    def test_there_is_one_for_every_part(self, dockerfile: str) -> None:
        assert set(re.findall(r"^FROM runtime AS (\w+)$", dockerfile, re.MULTILINE)) == set(PARTS)

    @pytest.mark.parametrize("part", PARTS)
    def test_an_image_holds_no_other_part(self, part: str, dockerfile: str) -> None:
        stage = dockerfile.split(f"FROM runtime AS {part}\n")[1].split("\nFROM", maxsplit=1)[0]
        folders = ["gateway", "docs", "web"] if part == "gateway" else [f"services/{part}"]
        assert re.findall(r"^COPY --from=sources /app/(\S+) (\S+)$", stage, re.MULTILINE) == [
            (folder, folder) for folder in folders
        ]

    def test_nothing_runs_as_root(self, dockerfile: str) -> None:
        assert re.search(r"^USER 10001:10001$", dockerfile, re.MULTILINE)

    def test_only_locked_packages_are_installed(self, dockerfile: str) -> None:
        assert re.findall(r"pip install (.+?) \\", dockerfile) == [
            f"--disable-pip-version-check --require-hashes -r {lock}.txt"
            for lock in ("runtime", "migrations")
        ]

    def test_packages_are_installed_without_debug_symbols(self, dockerfile: str) -> None:
        installing = re.findall(r"^RUN (?:.+\\\n)*.*pip install .*\n(?:.+\n)*", dockerfile, re.MULTILINE)
        assert len(installing) == 2
        assert all("-exec strip --strip-unneeded {} +" in command for command in installing)

    def test_only_migrations_have_what_migrating_needs(self) -> None:
        heavy = {"alembic", "sqlalchemy", "sqlmodel"}
        assert heavy <= locked("migrations")
        assert not heavy & locked("runtime")
        assert locked("runtime") < locked("migrations") < locked("dev")

    def test_no_process_imports_what_its_image_lacks(self) -> None:
        modules = [module for _, module, _ in PROCESSES if module != "libs.common.db.migrate"]
        modules += [command for command in COMMANDS if command != "services.analytics.rebuild"]
        found = "{'alembic', 'sqlalchemy', 'sqlmodel'} & sys.modules.keys()"
        program = f"import sys, {', '.join(modules)}; print(*{found})"
        run = subprocess.run(
            [sys.executable, "-c", program], check=True, cwd=ROOT, capture_output=True, text=True
        )
        assert run.stdout.split() == []

    def test_nothing_gets_into_the_build_that_is_not_named(self) -> None:
        lines = (ROOT / ".dockerignore").read_text().splitlines()
        assert lines[1] == "*"
        allowed = {line for line in lines if line.startswith("!")}
        guide = {"!docs/guide", *(f"!docs/{name}.md" for name in BESIDE_IT)}
        locks = {"!requirements/runtime.txt", "!requirements/migrations.txt"}
        assert allowed == locks | {"!libs", "!services", "!gateway", "!web"} | guide

    def test_the_base_image_has_a_version(self, dockerfile: str) -> None:
        (image,) = re.findall(r"^ARG PYTHON_IMAGE=(\S+)$", dockerfile, re.MULTILINE)
        assert_versioned(image)


class TestCompose:
    @pytest.mark.parametrize(("name", "module", "settings"), PROCESSES)
    def test_every_process_gets_what_it_needs(
        self, name: str, module: str, settings: type[EnvironmentSettings], containers: dict[str, Container]
    ) -> None:
        container = containers[name]
        assert container["command"][:3] == ["python", "-m", module]
        assert lacking(settings, set(container["environment"])) == set()

    @pytest.mark.parametrize(("name", "module", "settings"), PROCESSES)
    def test_no_process_is_told_what_it_does_not_read(
        self, name: str, module: str, settings: type[EnvironmentSettings], containers: dict[str, Container]
    ) -> None:
        assert unknown(settings, set(containers[name]["environment"])) == set()

    @pytest.mark.parametrize(
        ("name", "settings"),
        [("keys", KeysFolder), ("operator", ManagementSettings)],
        ids=("keys", "operator"),
    )
    def test_no_command_is_told_what_it_does_not_read(
        self, name: str, settings: type[EnvironmentSettings], containers: dict[str, Container]
    ) -> None:
        given = set(containers[name]["environment"])
        assert (lacking(settings, given), unknown(settings, given)) == (set(), set())

    @pytest.mark.parametrize(("name", "settings"), RULED, ids=[name for name, _ in RULED])
    def test_every_rule_of_the_shop_can_be_set(
        self, name: str, settings: type[EnvironmentSettings], containers: dict[str, Container]
    ) -> None:
        rules = {rule for rule in known(settings) - known(ServiceSettings) if not OF_FIRST_OWNER.match(rule)}
        assert rules - set(containers[name]["environment"]) == set()

    def test_there_is_nothing_else(self, containers: dict[str, Container]) -> None:
        others = {"postgres", "rabbitmq", "keys", "operator", "analytics-rebuild"}
        assert containers.keys() == {name for name, _, _ in PROCESSES} | others | OBSERVERS

    def test_a_rebuild_is_started_by_hand_with_the_login_of_the_tables_owner(
        self, containers: dict[str, Container]
    ) -> None:
        container = containers["analytics-rebuild"]
        assert container["profiles"] == containers["operator"]["profiles"]
        assert container["entrypoint"] == ["python", "-m", "services.analytics.rebuild"]
        given = set(container["environment"])
        assert (lacking(RebuildSettings, given), unknown(RebuildSettings, given)) == (set(), set())
        assert container["image"] == containers["analytics-migrations"]["image"]
        assert set(container["volumes"]) == {"analytics-keys:/keys:ro", "analytics-owner:/owner:ro"}

    def test_the_operators_container_is_started_by_hand_only(self, containers: dict[str, Container]) -> None:
        assert containers["operator"]["profiles"]
        assert containers["operator"]["image"] == containers["gateway"]["image"]
        assert containers["rabbitmq"]["image"].endswith("-management")

    def test_every_process_runs_the_image_of_its_part(self, containers: dict[str, Container]) -> None:
        for name, module, _ in PROCESSES:
            image = "migrations" if module == "libs.common.db.migrate" else part_of(name)
            assert containers[name]["image"] == f"mostrador/{image}:${{TAG:-local}}"

    def test_every_image_is_built_once(self, containers: dict[str, Container]) -> None:
        built = [
            container["build"]["args"]["SERVICE"] for container in containers.values() if "build" in container
        ]
        assert sorted(built) == sorted([*PARTS, "migrations"])

    def test_other_images_have_a_version(self, containers: dict[str, Container]) -> None:
        for name in {"postgres", "rabbitmq"} | OBSERVERS:
            assert_versioned(containers[name]["image"])

    def test_only_the_gateway_can_be_reached_and_only_from_this_machine(
        self, containers: dict[str, Container]
    ) -> None:
        published = {
            name: container["ports"] for name, container in containers.items() if "ports" in container
        }
        assert published == {
            "gateway": ["127.0.0.1:${GATEWAY_PORT:-8000}:8000"],
            "prometheus": ["127.0.0.1:${PROMETHEUS_PORT:-9090}:9090"],
            "grafana": ["127.0.0.1:${GRAFANA_PORT:-3000}:3000"],
        }

    def test_every_process_is_observed_under_its_name(self, containers: dict[str, Container]) -> None:
        assert {
            name for name, each in containers.items() if each.get("profiles") == ["observability"]
        } == OBSERVERS
        configuration = yaml.safe_load((ROOT / "deploy/compose/prometheus.yml").read_text())
        ours, _ = configuration["scrape_configs"]
        observed = {each["labels"]["process"]: each["targets"] for each in ours["static_configs"]}
        expected = {}
        for name, module, _ in PROCESSES:
            if module != "libs.common.db.migrate":
                environment = containers[name]["environment"]
                expected[name] = [f"{name}:{environment.get('INTERNAL_PORT', environment['PORT'])}"]
        assert (ours["job_name"], observed) == (JOB, expected)
        rules = {path.name for path in (ROOT / "deploy/observability").glob("*.yml")}
        mounted = " ".join(containers["prometheus"]["volumes"])
        assert all(f"/etc/prometheus/rules/{rule}:ro" in mounted for rule in rules)

    def test_a_process_sees_its_own_keys_and_cannot_change_them(
        self, containers: dict[str, Container]
    ) -> None:
        for name, module, _ in PROCESSES:
            part = part_of(name)
            allowed = {f"{part}-owner:/keys:ro" if "migrate" in module else f"{part}-keys:/keys:ro"}
            if name == "auth":
                allowed |= {"signing-keys:/signing:ro", "first-owner:/first-owner:ro"}
            assert set(containers[name]["volumes"]) == allowed

    def test_every_container_has_a_volume_of_its_own_for_what_is_secret(
        self, containers: dict[str, Container]
    ) -> None:
        made = {volume.split(":")[0] for volume in containers["keys"]["volumes"]} - {
            "./deploy/compose/keys.py"
        }
        mounted = {
            volume.split(":")[0]
            for name, container in containers.items()
            for volume in container["volumes"]
            if name != "keys" and not volume.startswith(("./", *(f"{each}:" for each in KEEP_DATA)))
        }
        assert made == mounted
        assert keys.ADMINISTRATOR == ADMINISTRATOR

    def test_no_variable_holds_a_password(self, containers: dict[str, Container]) -> None:
        for name, container in containers.items():
            for variable, value in container.get("environment", {}).items():
                assert "PASS" not in variable or variable.endswith("_FILE"), f"{name}: {variable}"
                assert not LOGIN.search(value or ""), f"{name}: {variable}"

    @pytest.mark.parametrize("limit", ["mem_limit", "cpus", "pids_limit", "logging"])
    def test_every_container_has_limits(self, limit: str, containers: dict[str, Container]) -> None:
        assert [name for name, container in containers.items() if limit not in container] == []

    def test_the_suite_fits_a_machine_of_4_gib(self, containers: dict[str, Container]) -> None:
        """What is used: a process of ours takes 65 to 90 MiB, and was never seen to take twice that."""
        sizes = {"256m": 160, "512m": 512, "1g": 1024}
        running = [each for each in containers.values() if "restart" in each and "profiles" not in each]
        assert len(running) == 14
        assert sum(sizes[each["mem_limit"]] for each in running) < 3584

    def test_nobody_gets_more_rights_than_it_started_with(self, containers: dict[str, Container]) -> None:
        for name, container in containers.items():
            assert container["cap_drop"] == ["ALL"], name
            assert container["security_opt"] == ["no-new-privileges:true"], name

    def test_the_broker_knows_every_event_every_queue_and_no_other_right(self) -> None:
        assert json.loads(DEFINITIONS.read_text()) == definitions(), "run: python -m deploy.broker"

    def test_the_gateways_login_is_known_as_a_listener_in_every_way_of_deploying(self) -> None:
        users = json.loads(with_logins(dict.fromkeys(PARTS, "x"), administrator=None))["users"]
        assert {user["name"]: user["tags"] for user in users if user["tags"]} == {"gateway": LISTENER}
        assert (
            f"[[ $login != gateway ]] || tags={LISTENER}" in (ROOT / "deploy/compose/broker.sh").read_text()
        )

    def test_the_log_of_the_queues_fits_into_the_brokers_memory_in_every_way_of_deploying(self) -> None:
        for path in ("deploy/compose/broker.sh", "deploy/k8s/overlays/prod/broker.yaml"):
            assert SMALL_LOG in (ROOT / path).read_text(), path
        assert SMALL_LOG in self.broker_settings_of_the_dev_overlay()

    def test_definitions_are_imported_once_so_that_a_broker_with_a_stream_starts_again(self) -> None:
        settings = definitions_from("/etc/rabbitmq/definitions.json")
        assert settings in (ROOT / "deploy/compose/broker.sh").read_text()
        assert settings in self.broker_settings_of_the_dev_overlay()

    @staticmethod
    def broker_settings_of_the_dev_overlay() -> str:
        [files] = [
            made["stringData"]
            for made in server_manifests()
            if made["metadata"]["name"] == "rabbitmq-definitions"
        ]
        return str(files["20-definitions.conf"])

    def test_no_subscriber_takes_a_name_of_ours(self) -> None:
        assert {*PARTS, ADMINISTRATOR, Topology().exchange} <= RESERVED

    def test_nothing_can_write_to_its_image(self, containers: dict[str, Container]) -> None:
        assert [name for name, each in containers.items() if not each.get("read_only")] == ["rabbitmq"]


@pytest.mark.parametrize("make", [keys.make_keys, keys.make_passwords])
def test_each_key_and_password_is_on_the_disk_before_it_has_its_name(
    make: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power failure an empty one would be kept for ever."""
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(os.fstat(file).st_size))
    make(tmp_path)
    assert sorted(synced) == sorted(map(len, content(tmp_path).values()))


class TestKeys:
    def test_a_second_start_keeps_them(self, tmp_path: Path) -> None:
        keys.make_keys(tmp_path)
        before = content(tmp_path)
        keys.make_keys(tmp_path)
        assert content(tmp_path) == before

    def test_everybody_gets_one_private_key(self, tmp_path: Path) -> None:
        keys.make_keys(tmp_path)
        found = {
            str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.pem") if "signing" not in path.parts
        }
        assert found == {f"{part}/service.pem" for part in PARTS}

    def test_users_keys_are_named_as_auth_wants_them(self, tmp_path: Path) -> None:
        keys.make_keys(tmp_path)
        usable, unusable = read_keys(tmp_path / "signing")
        assert (len(usable), unusable) == (1, {})

    def test_nobody_but_owner_and_group_may_read_them(self, tmp_path: Path) -> None:
        keys.make_keys(tmp_path)
        assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*.pem")} == {0o640}


class TestPasswords:
    def test_a_second_start_keeps_them(self, tmp_path: Path) -> None:
        keys.make_passwords(tmp_path)
        before = content(tmp_path)
        keys.make_passwords(tmp_path)
        assert content(tmp_path) == before

    def test_every_login_has_one_of_its_own_that_becomes_part_of_an_address_as_it_is(
        self, tmp_path: Path
    ) -> None:
        keys.make_passwords(tmp_path)
        made = [text.decode() for path, text in content(tmp_path).items() if not path.name.endswith("-url")]
        assert len(set(made)) == len(made) == 1 + 1 + 1 + 2 * len(SERVICES) + len(PARTS) + 1
        assert all(re.fullmatch(r"[0-9a-f]{48}", password) for password in made)

    def test_a_changed_password_gets_into_the_address(self, tmp_path: Path) -> None:
        keys.make_passwords(tmp_path)
        (tmp_path / "postgres/sales_app").write_text("another")
        keys.make_passwords(tmp_path)
        address = (tmp_path / "sales/database-url").read_text()
        assert address == "postgresql://sales_app:another@postgres:5432/sales"

    def test_nobody_but_owner_and_group_may_read_an_address(self, tmp_path: Path) -> None:
        keys.make_passwords(tmp_path)
        private = [*tmp_path.rglob("*-url"), tmp_path / "first-owner/password"]
        assert {path.stat().st_mode & 0o777 for path in private} == {0o640}
        assert len(private) == 2 * len(SERVICES) + len(PARTS) + 1 + 1


def content(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
