"""``python -m infra.sandbox.api_particulier``: the simulator as a process of its own."""

import argparse
import signal
import sys

from infra.sandbox.api_particulier.app import ApiParticulierApp
from infra.sandbox.api_particulier.simulator import Simulator
from infra.sandbox.web import Server


def main(argv: list[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    try:
        server = Server(options.host, options.port, ApiParticulierApp(Simulator()))
    except OSError as error:
        sys.stderr.write(
            f"Le simulateur API Particulier ne peut pas ouvrir {options.host}:{options.port} : {error.strerror}. "
            "Choisissez un autre port avec --port.\n"
        )
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.stdout.write(f"Simulateur API Particulier : {server.url}/\n")
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
        prog="python -m infra.sandbox.api_particulier",
        description="Simule API Particulier (quotient familial) pour des personnes inventées.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8420, help="port d’écoute ; 0 en prend un libre (8420)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
