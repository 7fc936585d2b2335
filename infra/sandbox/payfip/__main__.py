"""``python -m infra.sandbox.payfip``: the simulator as a process of its own."""

import argparse
import logging
import signal
import sys
from pathlib import Path

from infra.sandbox.payfip.app import PayFipApp
from infra.sandbox.payfip.simulator import Simulator
from infra.sandbox.web import Server


def main(argv: list[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO if options.verbose else logging.WARNING, format="%(message)s")
    # httpx tells every address it calls, and a notification's address belongs to a payer.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    simulator = Simulator(state=options.state, regies=dict(options.regie))
    try:
        server = Server(options.host, options.port, PayFipApp(simulator))
    except OSError as error:
        simulator.close()
        sys.stderr.write(
            f"Le simulateur PayFiP ne peut pas ouvrir {options.host}:{options.port} : {error.strerror}. "
            "Choisissez un autre port avec --port.\n"
        )
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.stdout.write(f"Simulateur PayFiP : {server.url}/\n")
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
        prog="python -m infra.sandbox.payfip", description="Simule le serveur PayFiP : aucun argent ne bouge."
    )
    parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8400, help="port d’écoute ; 0 en prend un libre (8400)")
    parser.add_argument(
        "--state", type=Path, metavar="FICHIER", help="garde les paiements d’un lancement à l’autre"
    )
    parser.add_argument(
        "--regie",
        type=_regie,
        action="append",
        default=[],
        metavar="NUMCLI=COLLECTIVITÉ|COMPTABLE",
        help="ajoute une régie (option répétable)",
    )
    parser.add_argument("--verbose", action="store_true", help="écrit chaque requête")
    return parser


def _regie(text: str) -> tuple[str, tuple[str, ...]]:
    numcli, found, labels = text.partition("=")
    if not found or len(numcli) != 6 or not numcli.isdigit():
        raise argparse.ArgumentTypeError(f"« {text} » : attendu 123456=COLLECTIVITÉ|COMPTABLE")
    return numcli, tuple(labels.split("|"))[:3]


if __name__ == "__main__":
    sys.exit(main())
