"""``portail demo``: servers, web, worker and simulated providers, from nothing to a page in seconds."""

import http
import http.client
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click

from portail.embedded import EmbeddedError, ServerUrls, servers
from portail.embedded.processes import free_port
from portail.fingerprint import ROOT, fingerprint, schema_files
from portail.supervisor.children import Children, Program, run_to_end

READY_SECONDS = 60
WATCH_SECONDS = 0.5
TOWNS = ("bellegarde", "balaruc")
# Simulated providers, on the ports after the portal's.
SIMULATORS = {"payfip": "PayFiP", "systempay": "Systempay", "stripe": "Stripe"}
# Where the simulators announce: the shop of Balaruc's file, the account of Bellegarde's.
SYSTEMPAY_SHOP = "12345678"
STRIPE_ACCOUNT = "acct_bellegardemdj01"
SETTINGS = "portail.settings.demo"


def run_demo(*, data_dir: Path, host: str, port: int) -> None:
    """Runs until Ctrl-C or SIGTERM; everything started is then stopped. Raises EmbeddedError when it cannot start."""
    if not _is_free(host, port):
        raise EmbeddedError(f"Le port {port} est déjà occupé. Choisissez-en un autre : PORT=9000 make demo")
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell ignores SIGINT for what it starts with “&”
        signal.signal(ending, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            click.echo("Serveurs…")
            urls = stack.enter_context(servers(data_dir))
            facts = stack.enter_context(facts_file(data_dir))
            ports = {name: _port_near(host, port + rank) for rank, name in enumerate(SIMULATORS, start=1)}
            env = _environment(data_dir, urls, port, ports)
            api_port = free_port()
            env["API_PARTICULIER_URL"] = f"http://127.0.0.1:{api_port}"
            _prepare_once(data_dir, env)
            children = Children(env=env, cwd=ROOT)
            stack.callback(children.stop)
            children.start(_payfip(data_dir, host, ports["payfip"]))
            children.start(_systempay(data_dir, host, ports["systempay"], portal_port=port))
            children.start(_stripe(data_dir, host, ports["stripe"], portal_port=port))
            children.start(_api_particulier(data_dir, api_port))
            children.start(_web(data_dir, host, port))
            _wait_for_page(children, port)
            children.ready()
            children.start(_worker(data_dir))  # last: no page waits for it
            _announce(facts, data_dir, port, ports)
            while True:
                time.sleep(WATCH_SECONDS)
                children.check()
    except KeyboardInterrupt:
        click.echo("\nDémonstration arrêtée.")


@contextmanager
def facts_file(data_dir: Path) -> Iterator[Path]:
    """Where scripts read what runs: there only while it does. What a killed start left is removed by the next."""
    file = data_dir / "demo.json"
    file.unlink(missing_ok=True)
    try:
        yield file
    finally:
        file.unlink(missing_ok=True)


def _port_near(host: str, wanted: int) -> int:
    return wanted if _is_free(host, wanted) else free_port()


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def _environment(data_dir: Path, urls: ServerUrls, port: int, ports: dict[str, int]) -> dict[str, str]:
    at = {name: f"http://127.0.0.1:{simulated}" for name, simulated in ports.items()}
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "PORTAIL_DATA_DIR": str(data_dir),
        "PORTAIL_PUBLIC_PORT": str(port),
        "DATABASE_URL": urls.database_url,
        "VALKEY_URL": urls.valkey_url,
        "PAYFIP_SERVICE_URL": f"{at['payfip']}/tpa/services/securite",
        "PAYFIP_PAGE_URL": f"{at['payfip']}/tpa/paiementws.web",
        "SYSTEMPAY_PAGE_URL": f"{at['systempay']}/vads-payment/",
        "SYSTEMPAY_REST_URL": at["systempay"],
        "STRIPE_API_URL": at["stripe"],
        "PYTHONUNBUFFERED": "1",
    }


def _prepare_once(data_dir: Path, env: dict[str, str]) -> None:
    """Tables, towns and people, only when what makes them has changed since the last start."""
    sources = [
        *schema_files(),
        *(ROOT / "infra" / "communes").glob("*.toml"),
        *(ROOT / "platform" / "portail" / "demo").rglob("*.py"),
    ]
    # On given servers, another database is another beginning; ours changes its port at each start.
    where = os.environ.get("DATABASE_URL", "")
    wanted = f"{fingerprint(sources)} {where}"
    mark = data_dir / "demo.prepared"
    if mark.exists() and mark.read_text() == wanted:
        return
    click.echo("Préparation :")
    prepare = [sys.executable, "-m", "portail.supervisor.prepare"]
    run_to_end(prepare, env=env, cwd=ROOT, title="La préparation de la démonstration")
    mark.touch(mode=0o600)
    mark.write_text(wanted)


def _web(data_dir: Path, host: str, port: int) -> Program:
    command = [sys.executable, "-m", "portail.cli", "serve", "--host", host, "--port", str(port)]
    return Program("Le serveur web", command, data_dir / "logs" / "web.log")


def _payfip(data_dir: Path, host: str, port: int) -> Program:
    command = [sys.executable, "-m", "infra.sandbox.payfip", "--host", host, "--port", str(port)]
    state = ["--state", str(data_dir / "payfip.state")]
    return Program("Le simulateur PayFiP", [*command, *state], data_dir / "logs" / "payfip.log")


def _systempay(data_dir: Path, host: str, port: int, *, portal_port: int) -> Program:
    command = [sys.executable, "-m", "infra.sandbox.systempay", "--host", host, "--port", str(port)]
    announced = f"{SYSTEMPAY_SHOP}=http://paiement.localhost:{portal_port}/systempay/balaruc/"
    log = data_dir / "logs" / "systempay.log"
    return Program("Le simulateur Systempay", [*command, "--ipn", announced], log)


def _stripe(data_dir: Path, host: str, port: int, *, portal_port: int) -> Program:
    command = [sys.executable, "-m", "infra.sandbox.stripe", "--host", host, "--port", str(port)]
    announced = f"{STRIPE_ACCOUNT}=http://paiement.localhost:{portal_port}/stripe/bellegarde/"
    return Program(
        "Le simulateur Stripe", [*command, "--webhook", announced], data_dir / "logs" / "stripe.log"
    )


def _api_particulier(data_dir: Path, port: int) -> Program:
    command = [sys.executable, "-m", "infra.sandbox.api_particulier", "--port", str(port)]
    return Program("Le simulateur API Particulier", command, data_dir / "logs" / "api-particulier.log")


def _worker(data_dir: Path) -> Program:
    command = [sys.executable, "-m", "celery", "--app", "portail.celery_app", "worker", "--loglevel", "INFO"]
    # Threads of one process rather than processes: two tasks at most work at once, and the demo must stay light.
    light = ["--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    beat = ["--beat", "--schedule", str(data_dir / "beat.schedule")]
    return Program("Le service des tâches", [*command, *light, *beat], data_dir / "logs" / "worker.log")


def _wait_for_page(children: Children, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    status = 0
    while status != http.HTTPStatus.OK:
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"La page d’accueil ne répond pas (code {status}) ; voyez le dossier « logs »."
            )
        time.sleep(0.05)
        children.check()
        status = _home_page_status(port)


def _home_page_status(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/", headers={"Host": f"{TOWNS[0]}.localhost:{port}"})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def _announce(file: Path, data_dir: Path, port: int, ports: dict[str, int]) -> None:
    """Tells people in the terminal, and scripts in ``file``, where everything is."""
    seeded: list[dict[str, str]] = json.loads((data_dir / "demo.accounts.json").read_text())
    accounts = [
        account | {"url": f"http://{account['host']}.localhost:{port}{account['path']}"} for account in seeded
    ]
    facts: dict[str, Any] = {
        "towns": {town: f"http://{town}.localhost:{port}/" for town in TOWNS},
        "console": f"http://console.localhost:{port}/",
        "mails": f"http://{TOWNS[0]}.localhost:{port}/demo/courriels/",
        **{name: f"http://127.0.0.1:{simulated}/" for name, simulated in ports.items()},
        "accounts": accounts,
        "pid": os.getpid(),
    }
    file.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n")
    click.secho("\nLe portail est prêt :", bold=True)
    for address in (*facts["towns"].values(), facts["console"]):
        click.echo(f"  {address}")
    click.echo(f"  {facts['mails']}  (courriels envoyés)")
    for name, title in SIMULATORS.items():
        click.echo(f"  {facts[name]}  (simulateur {title})")
    click.secho("\nComptes de démonstration :", bold=True)
    for account in accounts:
        click.echo(f"  {account['role']:<8} {account['login']:<30} {account['password']}   {account['url']}")
    click.echo(f"\nLes mêmes renseignements sont dans {file}. Ctrl-C arrête tout.")
