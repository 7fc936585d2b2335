#!/bin/sh
# Makes sure that the browser tests have a Chromium that starts: the system's, else one we can install.
set -eu
python=${1:-.venv/bin/python}

starts() {
    PYTHONPATH=. "$python" infra/ci/try_browser.py >/dev/null 2>&1
}

starts && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installation de Chromium (apt)…"
    apt-get update -qq || true
    # Without windows if the distribution has it: the tests take a quarter less time.
    for package in chromium-headless-shell chromium; do
        if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null; then
            starts && exit 0
        fi
    done
fi

echo "Installation de Chromium (Playwright)…"
if timeout 600 "$python" -m playwright install chromium --only-shell >/dev/null; then
    starts && exit 0
fi

echo "Aucun navigateur pour les tests. Installez Chromium (sous Debian : sudo apt install chromium)," >&2
echo "ou indiquez-le par la variable PORTAIL_CHROMIUM, puis relancez « make test »." >&2
exit 1
