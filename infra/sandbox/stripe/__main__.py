"""``python -m infra.sandbox.stripe``: the simulator as a process of its own."""

import argparse
import logging
import signal
import sys
from dataclasses import replace

from infra.sandbox.stripe.app import StripeApp
from infra.sandbox.stripe.simulator import ACCOUNTS, Simulator
from infra.sandbox.web import Server


def main(argv: list[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO if options.verbose else logging.WARNING, format="%(message)s")
    # httpx tells every address it calls, and a notification's address belongs to a town.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    simulator = Simulator()
    for name, url in options.webhook:
        simulator.accounts[name] = replace(simulator.accounts[name], webhook_url=url)
    try:
        server = Server(options.host, options.port, StripeApp(simulator))
    except OSError as error:
        sys.stderr.write(
            f"Le simulateur Stripe ne peut pas ouvrir {options.host}:{options.port} : {error.strerror}. "
            "Choisissez un autre port avec --port.\n"
        )
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.stdout.write(f"Simulateur Stripe : {server.url}/\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        server.server_close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.sandbox.stripe",
        description="Simule Stripe Checkout : aucun argent ne bouge.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8420, help="port d’écoute ; 0 en prend un libre (8420)")
    parser.add_argument(
        "--webhook",
        type=_webhook,
        action="append",
        default=[],
        metavar="COMPTE=URL",
        help="adresse du webhook d’un compte que le simulateur connaît (option répétable)",
    )
    parser.add_argument("--verbose", action="store_true", help="écrit chaque requête")
    return parser


def _webhook(text: str) -> tuple[str, str]:
    name, _, url = text.partition("=")
    if name not in ACCOUNTS or not url:
        raise argparse.ArgumentTypeError(f"« {text} » : attendu {next(iter(ACCOUNTS))}=URL")
    return name, url


if __name__ == "__main__":
    sys.exit(main())
