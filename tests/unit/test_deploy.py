"""The ways to run several replicas say the same, and what they say is understood (row 49)."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboard.app import app
from dashboard.cli import OPTIONS

DEPLOY = Path(__file__).parents[2] / "deploy"
NGINX, UNIT, TARGET, DOCKERFILE = (
    (DEPLOY / name).read_text(encoding="utf-8")
    for name in ("nginx.conf", "corridors@.service", "corridors.target", "Dockerfile")
)
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
KUBERNETES: dict[str, dict[str, Any]] = {
    each["kind"]: each for each in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8"))
}
POD: dict[str, Any] = KUBERNETES["Deployment"]["spec"]["template"]["spec"]
CONTAINER: dict[str, Any] = POD["containers"][0]
SERVICES: dict[str, Any] = COMPOSE["services"]
REPLICAS = {name: service for name, service in SERVICES.items() if name != "proxy"}
PORTS = ["8501", "8502", "8503"]


def megabytes(limit: str) -> int:
    """`1G`, `1g`, `1Gi`, `512Mi` as MiB."""
    number, unit = re.fullmatch(r"(\d+)([GgMm])i?", limit).groups()  # pyright: ignore[reportOptionalMemberAccess]
    return int(number) * (1024 if unit in "Gg" else 1)


def option(name: str, text: str = UNIT) -> str:
    """What a unit says of an option that it has once."""
    (found,) = re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)
    return found


def test_all_have_the_same_replicas():
    assert re.findall(r"corridors@(\d+)\.service", option("Wants", TARGET)) == PORTS
    assert sorted(REPLICAS) == [f"replica-{port}" for port in PORTS]
    assert KUBERNETES["Deployment"]["spec"]["replicas"] == len(PORTS)
    upstreams = dict(re.findall(r"^upstream (\S+) \{(.*?)^\}", NGINX, re.MULTILINE | re.DOTALL))
    assert list(upstreams) == ["corridors", *(f"corridors-{port}" for port in PORTS)]
    for name, content in upstreams.items():
        servers = re.findall(r"server 127\.0\.0\.1:(\d+)(.*?);", content)
        assert sorted(port for port, _ in servers) == PORTS, f"{name}: each may take over from each"
        first = [port for port, options in servers if "backup" not in options]
        assert first == ([name.removeprefix("corridors-")] if "-" in name else PORTS)
    assert re.findall(r"^    (\d+)\s+corridors-(\d+);", NGINX, re.MULTILINE) == [(port, port) for port in PORTS]


def test_all_listen_where_they_are_asked():
    assert option("ExecStart").split()[1:] == ["serve", "--no-watch", "--host", "127.0.0.1", "--port", "%i"]
    for name, service in REPLICAS.items():
        port = name.removeprefix("replica-")
        assert service["command"] == ["serve", "--no-watch", "--host", "0.0.0.0", "--port", port]  # noqa: S104 -- the container's own
    assert CONTAINER["args"] == ["serve", "--no-watch", "--host", "0.0.0.0", "--port", PORTS[0]]  # noqa: S104 -- as above
    assert CONTAINER["ports"] == [{"name": "http", "containerPort": int(PORTS[0])}]
    assert '"serve", "--no-watch", "--host", "0.0.0.0", "--port", "8501"' in DOCKERFILE
    (path,) = KUBERNETES["Ingress"]["spec"]["rules"][0]["http"]["paths"]
    assert path["backend"]["service"] == {"name": "corridors", "port": {"name": "http"}}
    assert KUBERNETES["Service"]["spec"]["ports"][0]["targetPort"] == "http"


def test_all_have_the_same_limits():
    memory = [option("MemoryMax"), CONTAINER["resources"]["limits"]["memory"]]
    memory += [service["mem_limit"] for service in REPLICAS.values()]
    assert {megabytes(limit) for limit in memory} == {1024}
    assert {int(option("TasksMax")), *(service["pids_limit"] for service in REPLICAS.values())} == {512}
    longest = re.search(r"_stcore/stream.*?proxy_read_timeout (\d+)m;", NGINX, re.DOTALL)
    assert longest
    told = KUBERNETES["Ingress"]["metadata"]["annotations"]
    assert told["nginx.ingress.kubernetes.io/proxy-read-timeout"] == str(int(longest[1]) * 60)
    assert f"proxy_next_upstream {told['nginx.ingress.kubernetes.io/proxy-next-upstream']};" in NGINX


def test_all_ask_for_health_at_the_same_addresses():
    """Ready where somebody is sent to a replica, up where one is restarted; both are addresses of the app."""
    known = {getattr(route, "path", None) for route in app._user_routes}
    assert {"/readyz", "/healthz"} <= known
    assert "http://127.0.0.1:%i/readyz" in option("ExecStartPost")
    assert "http://127.0.0.1:8501/readyz" in DOCKERFILE
    for name, service in REPLICAS.items():
        asked = f"http://127.0.0.1:{name.removeprefix('replica-')}/readyz"
        assert asked in service["healthcheck"]["test"][-1]
        assert SERVICES["proxy"]["depends_on"][name] == {"condition": "service_healthy"}
    probes = {name: CONTAINER[name]["httpGet"] for name in ("startupProbe", "readinessProbe", "livenessProbe")}
    assert {name: probe["path"] for name, probe in probes.items()} == {
        "startupProbe": "/readyz",
        "readinessProbe": "/readyz",
        "livenessProbe": "/healthz",
    }


def test_a_layer_of_a_viewers_own_gets_through_and_nothing_else_of_its_size():
    """Row 55: a form takes a little more than the file in it."""
    sizes = re.findall(r"client_max_body_size (\d+[km]);", NGINX)
    assert sizes == ["1k", "21m"]
    assert f"{OPTIONS['server.maxUploadSize'] + 1}m" == sizes[1]  # pyright: ignore[reportOperatorIssue]
    assert re.search(
        r"location /_stcore/upload_file/ \{[^}]*\{[^}]*return 403;[^}]*\}[^}]*client_max_body_size 21m;", NGINX
    )
    assert re.search(r"location /own/ \{[^}]*access_log off;", NGINX), "a token is in the address"
    assert KUBERNETES["Ingress"]["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"] == sizes[1]


def test_nobody_is_root_or_writes_anything():
    assert option("DynamicUser") == "yes"
    assert option("ProtectSystem") == "strict"
    assert f"\nUSER {POD['securityContext']['runAsUser']}:{POD['securityContext']['runAsGroup']}\n" in DOCKERFILE
    assert POD["securityContext"]["runAsNonRoot"]
    assert CONTAINER["securityContext"]["readOnlyRootFilesystem"]
    for service in REPLICAS.values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]


def test_a_viewer_stays_with_a_replica():
    told = KUBERNETES["Ingress"]["metadata"]["annotations"]
    assert told["nginx.ingress.kubernetes.io/affinity"] == "cookie"
    assert told["nginx.ingress.kubernetes.io/session-cookie-change-on-failure"] == "true"
    assert f"$cookie_{told['nginx.ingress.kubernetes.io/session-cookie-name']} " in NGINX


def test_two_stay_when_one_is_updated():
    assert KUBERNETES["PodDisruptionBudget"]["spec"]["minAvailable"] == len(PORTS) - 1
    assert KUBERNETES["Deployment"]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_compose_asks_the_replicas_by_name():
    """What the image's sed makes of nginx.conf names services that there are."""
    (pattern,) = re.findall(r"-e 's/(127.*?)/(replica.*?)/'", DOCKERFILE)
    found, new = (part.replace("\\(", "(").replace("\\)", ")") for part in pattern)
    assert set(re.findall(r"server (replica-\d+):\d+", re.sub(found, new, NGINX))) == set(REPLICAS)
    addresses = [service["networks"]["corridors"]["ipv4_address"] for service in REPLICAS.values()]
    assert len(set(addresses)) == len(PORTS)


def test_the_image_holds_what_is_copied_into_it():
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    for path in " ".join(copied).split():
        assert (DEPLOY.parent / path).exists()
        assert f"!{path}" in allowed


def described(units: Sequence[Path]) -> str:
    """What systemd says of units."""
    told = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)  # noqa: S607 -- Debian's
    return told.stderr + (f"ended with {told.returncode}" if told.returncode else "")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
def test_systemd_understands_the_units(tmp_path: Path):
    unit, target = tmp_path / "corridors@8501.service", tmp_path / "corridors.target"
    there = str(shutil.which("true"))
    for program in ("/opt/corridors/.venv/bin/corridors", "/usr/bin/curl"):
        assert program in UNIT
    unit.write_text(UNIT.replace("/opt/corridors/.venv/bin/corridors", there).replace("/usr/bin/curl", there))
    target.write_text(TARGET)
    assert described([unit]) == ""
    assert described([target]) == ""
    unit.write_text(unit.read_text() + "ProtectSistem=strict\n")
    assert "ProtectSistem" in described([unit])
