#!/bin/sh
# Makes the virtual environment $1 (default .venv) with the first Python that will do.
set -eu
venv=${1:-.venv}

suitable() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

if uv --version >/dev/null 2>&1; then
    exec uv venv --quiet --allow-existing --python '>=3.11' "$venv"
fi

python=
for candidate in "${PYTHON:-python3}" python3 python3.14 python3.13 python3.12 python3.11; do
    if suitable "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Portail demande Python 3.11 ou plus récent ; trouvé : $(python3 --version 2>&1 || echo aucun)." >&2
    echo "Installez-le, ou indiquez-le : make install PYTHON=/chemin/vers/python3.12" >&2
    exit 1
fi

if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    # Debian keeps this part of Python in a package of its own.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installation du paquet python3-venv…"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
    else
        echo "Il manque le module « ensurepip » à $python. Sous Debian ou Ubuntu :" >&2
        echo "    sudo apt install python3-venv" >&2
        exit 1
    fi
fi
exec "$python" -m venv "$venv"
