"""What a parent waits for on a slow telephone: the weight of the first pages and when they show (LCP), on a running demonstration.

    make demo                                                # in another terminal
    .venv/bin/python -m infra.bench.first_page               # or: … path/to/demo.json

A new browser each time, nothing kept. The demonstration sends its files as they are; a production server compresses styles and
scripts, so both weights are given.
"""

import gzip
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, Response, sync_playwright

from tests.harness.chromium import launch

ROOT = Path(__file__).resolve().parents[2]
PHONE = {"width": 390, "height": 844}
# The browser's own words for these networks: latency in ms, bytes a second.
NETWORKS = {"3G lente": (400, 500_000 // 8), "3G": (150, 1_600_000 // 8)}
SLOWER = 4  # times: the processor of a modest telephone
PAGES = ("", "connexion/", "menus/")
LCP = """() => new Promise((answer) => new PerformanceObserver((list) => answer(list.getEntries().at(-1).startTime))
    .observe({ type: "largest-contentful-paint", buffered: true }))"""


@dataclass
class Weight:
    sent: int = 0
    packed: int = 0
    styles: int = 0
    hosts: set[str] = field(default_factory=set)
    requests: int = 0

    def add(self, answer: Response) -> None:
        body = answer.body()
        packed = len(gzip.compress(body))
        self.requests += 1
        self.sent += len(body)
        self.packed += min(packed, len(body))
        self.styles += packed if "css" in answer.headers.get("content-type", "") else 0
        self.hosts.add(answer.url.split("/")[2])


def slow_down(page: Page, latency: int, throughput: int) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    conditions = {"latency": latency, "downloadThroughput": throughput, "uploadThroughput": throughput}
    session.send("Network.emulateNetworkConditions", {"offline": False, **conditions})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def measure(browser: Browser, url: str, network: tuple[int, int]) -> tuple[float, Weight]:
    """Seconds until the largest part shows, and what was asked for."""
    context = browser.new_context(viewport=PHONE, is_mobile=True, service_workers="block")
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  a built-in cannot be wrapped
    slow_down(page, *network)
    page.goto(url, wait_until="networkidle")
    shown = page.evaluate(LCP) / 1000
    weight = Weight()
    for answer in answers:
        weight.add(answer)
    context.close()
    return shown, weight


def main() -> None:
    facts = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "data" / "demo.json"
    towns = json.loads(facts.read_text())["towns"]
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for town, url in towns.items():
            for path in PAGES:
                shown = {name: measure(browser, url + path, network) for name, network in NETWORKS.items()}
                _, weight = shown["3G"]
                times = ", ".join(f"{name} {seconds:.1f} s" for name, (seconds, _) in shown.items())
                print(  # noqa: T201  it is what this command says
                    f"{town} /{path} : {weight.requests} requêtes, {weight.sent / 1000:.0f} ko, {weight.packed / 1000:.0f} ko compressés "
                    f"dont {weight.styles / 1000:.0f} de styles, {len(weight.hosts)} hôte ; {times}"
                )
        browser.close()


if __name__ == "__main__":
    main()
