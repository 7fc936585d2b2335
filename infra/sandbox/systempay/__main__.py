"""``python -m infra.sandbox.systempay``: the simulator as a process of its own."""

import argparse
import logging
import signal
import sys
from dataclasses import replace

from infra.sandbox.systempay.app import SystempayApp
from infra.sandbox.systempay.simulator import SHOPS, Shop, Simulator
from infra.sandbox.web import Server


def main(argv: list[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO if options.verbose else logging.WARNING, format="%(message)s")
    # httpx tells every address it calls, and a notification's address belongs to a town.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    simulator = Simulator(shops=dict(options.shop))
    for site_id, url in options.ipn:
        simulator.shops[site_id] = replace(simulator.shops[site_id], ipn_url=url)
    try:
        server = Server(options.host, options.port, SystempayApp(simulator))
    except OSError as error:
        sys.stderr.write(
            f"Le simulateur Systempay ne peut pas ouvrir {options.host}:{options.port} : {error.strerror}. "
            "Choisissez un autre port avec --port.\n"
        )
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.stdout.write(f"Simulateur Systempay : {server.url}/\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        server.server_close()
        simulator.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.sandbox.systempay",
        description="Simule la page de paiement Systempay : aucun argent ne bouge.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8410, help="port d’écoute ; 0 en prend un libre (8410)")
    parser.add_argument(
        "--shop",
        type=_shop,
        action="append",
        default=[],
        metavar="BOUTIQUE=CLÉ|NOM|URL",
        help="ajoute une boutique : clé de test, nom, URL de notification (option répétable)",
    )
    parser.add_argument(
        "--ipn",
        type=_ipn,
        action="append",
        default=[],
        metavar="BOUTIQUE=URL",
        help="URL de notification d’une boutique que le simulateur connaît (option répétable)",
    )
    parser.add_argument("--verbose", action="store_true", help="écrit chaque requête")
    return parser


def _shop(text: str) -> tuple[str, Shop]:
    site_id, found, rest = text.partition("=")
    parts = rest.split("|")
    if not found or len(site_id) != 8 or not site_id.isdigit() or len(parts) != 3:
        raise argparse.ArgumentTypeError(f"« {text} » : attendu 12345678=CLÉ|NOM|URL")
    key, name, url = parts
    return site_id, Shop(name=name, key_test=key, ipn_url=url)


def _ipn(text: str) -> tuple[str, str]:
    site_id, _, url = text.partition("=")
    if site_id not in SHOPS or not url:
        raise argparse.ArgumentTypeError(f"« {text} » : attendu {next(iter(SHOPS))}=URL")
    return site_id, url


if __name__ == "__main__":
    sys.exit(main())
