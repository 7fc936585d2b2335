// Planning : flèches, sélection automatique, total annoncé. Sans ce script, la page reste un formulaire de cases à cocher.
(() => {
  "use strict";
  const CELL = "tbody input, tbody button.k";
  const grids = () => document.querySelectorAll("table.grid");
  // La langue de la page : « one=# présence|other=# présences » donne une forme par sorte de nombre, l’arabe en a six.
  const { lang, dir } = document.documentElement;
  const kinds = new Intl.PluralRules(lang);
  const counted = (n, forms) => {
    const found = Object.fromEntries(forms.split("|").map((form) => form.split("=")));
    return (found[kinds.select(n)] ?? found.other).replace("#", n);
  };
  const amount = new Intl.NumberFormat(lang === "en" ? "en-GB" : "fr-FR", { style: "currency", currency: "EUR" });
  // Entre des mots écrits de droite à gauche, une somme garde son ordre.
  const euros = (value) => (dir === "rtl" ? `\u2066${amount.format(value)}\u2069` : amount.format(value));

  const price = (head) => {
    const label = (head?.dataset.price ?? "").replace(/[\s,](?=\d{3})/g, "");
    const found = /(\d+)(?:[.,](\d{1,2}))?/.exec(label);
    return found ? Number(found[1]) * 100 + Number((found[2] ?? "0").padEnd(2, "0")) : null;
  };

  // Chaque coche compte : une réponse du serveur partie avant la dernière arrive trop tard pour dire le total.
  let ticks = 0;

  // « 8 repas · 26,40 € · 1 annulation » : ce que la famille demande, ici et sur les autres pages, pas ce qu’elle a déjà.
  function summarise(grid) {
    const out = document.querySelector("[data-grid-sum]");
    if (!out) return;
    let [asked, cents, cancelled] = (out.dataset.elsewhere ?? "0 0 0").split(" ").map(Number);
    let priced = true;
    // Plusieurs enfants ont chacun leur planning, et un seul total.
    for (const box of (grid.closest("form") ?? document).querySelectorAll("table.grid tbody input")) {
      if (box.classList.contains("c") || box.classList.contains("q")) { if (!box.checked) cancelled += 1; continue; }
      if (!box.checked) continue;
      asked += 1;
      const cost = price(box.closest("table").tHead.rows[0].cells[box.closest("td").cellIndex]);
      if (cost === null) priced = false; else cents += cost;
    }
    // Un prix qui change d’un jour à l’autre : le serveur l’a compté, et le recomptera après chaque coche.
    if (!priced && !ticks) return;
    const { none } = out.dataset;
    const parts = asked || !none ? [counted(asked, out.dataset.asked)] : cancelled ? [] : [none];
    if (priced && cents) parts.push(euros(cents / 100));
    if (cancelled) parts.push(counted(cancelled, out.dataset.cancelled));
    const text = parts.join(" · ");
    if (out.textContent !== text) out.textContent = text;
  }

  // Une seule case dans l’ordre de tabulation : « Valider le planning » reste à une touche.
  function rove(grid, cell) {
    for (const old of grid.querySelectorAll('tbody [tabindex="0"]')) old.tabIndex = -1;
    if (cell) cell.tabIndex = 0;
  }

  function move(cell, down, across) {
    const td = cell.closest("td");
    const rows = [...td.closest("table").querySelectorAll("tbody tr")];
    let row = rows.indexOf(td.parentElement), column = td.cellIndex;
    for (;;) {
      row += down; column += across;
      const next = rows[row];
      if (!next || column < 1 || column > td.closest("table").tHead.rows[0].cells.length - 1) return;
      const found = next.cells[column]?.querySelector("input, button");
      if (found?.offsetParent) { found.focus(); return; }
    }
  }

  function applyDays(popover, tick) {
    const grid = document.getElementById(popover.dataset.grid);
    const column = Number(popover.dataset.column);
    const days = new Set([...popover.querySelectorAll("[type=checkbox]:checked")].map((box) => box.value));
    for (const row of grid.querySelectorAll("tr[data-d]")) {
      const box = days.has(row.dataset.d) && row.cells[column]?.querySelector("input");
      if (box && !box.disabled) box.checked = tick;
    }
    ticks += 1;
    // Comme un clic sur les cases : le total se refait, et ce qui est coché s’enregistre.
    grid.dispatchEvent(new Event("change", { bubbles: true }));
    popover.hidePopover();
  }

  // Au survol et au clavier, la raison d’une case fermée se montre sans clic ; au doigt, le bouton l’ouvre de lui-même.
  function explain(button, until) {
    const why = button.popoverTargetElement;
    if (!why || why.matches(":popover-open")) return;
    why.showPopover({ source: button });
    button.addEventListener(until, () => why.hidePopover(), { once: true });
  }

  const cellOf = (event) => event.target.closest?.(`table.grid :is(${CELL})`);

  function start(root) {
    for (const grid of root.querySelectorAll("table.grid")) {
      const cells = grid.querySelectorAll(CELL);
      for (const cell of cells) cell.tabIndex = -1;
      rove(grid, [...cells].find((cell) => cell.offsetParent));
      summarise(grid);
    }
  }

  document.addEventListener("change", (event) => {
    const grid = event.target.closest?.("table.grid");
    if (!grid) return;
    ticks += 1;
    summarise(grid);
  });

  // Ce que le serveur a enregistré : la page qui se ferme envoie le reste, la page sans réseau recommence.
  let saved = 0;
  // Le formulaire est parti : une coche encore en attente d’envoi arriverait après lui et déferait ce qu’il demande.
  let leaving = false;
  const RETRY = 5000;

  function unsaved(told) {
    const notice = document.querySelector("[data-unsaved]");
    if (notice && notice.hidden === told) notice.hidden = !told;
  }

  document.addEventListener("submit", (event) => {
    saved = ticks;
    leaving = true;
    event.target.dispatchEvent(new Event("htmx:abort"));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) saved = event.detail.xhr.ticks;
    if (saved === ticks) unsaved(false);
  });
  document.addEventListener("htmx:sendError", (event) => {
    unsaved(true);
    setTimeout(() => event.detail.elt.dispatchEvent(new Event("change")), RETRY);
  });
  window.addEventListener("pagehide", () => {
    const form = document.querySelector("form[hx-post] table.grid")?.closest("form");
    if (!form || saved === ticks) return;
    fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, keepalive: true });
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (leaving) event.preventDefault();
    event.detail.xhr.ticks = ticks;
  });
  document.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.xhr.ticks !== ticks) event.detail.shouldSwap = false; });

  document.addEventListener("click", (event) => {
    const cell = cellOf(event);
    // Un double-clic demande une fois : le second clic ne reprend pas ce que le premier a donné.
    if (cell?.matches("input") && event.detail > 1) event.preventDefault();
    // Le survol a déjà ouvert la raison : cliquer ne doit pas la refermer.
    if (cell?.matches("button") && cell.popoverTargetElement?.matches(":popover-open")) event.preventDefault();
    const act = event.target.closest?.("[data-auto]");
    // Toute la période : le serveur connaît les jours que la page ne montre pas, le formulaire y part donc.
    if (!act || act.closest(".auto").querySelector('[value="periode"]').checked) return;
    event.preventDefault();
    applyDays(act.closest(".auto"), act.dataset.auto === "on");
  });

  document.addEventListener("keydown", (event) => {
    const cell = cellOf(event);
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    const ahead = getComputedStyle(cell).direction === "rtl" ? -1 : 1;
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -ahead], ArrowRight: [0, ahead] }[event.key];
    if (!step) return;
    event.preventDefault();
    move(cell, ...step);
  });

  document.addEventListener("focusin", (event) => {
    const cell = cellOf(event);
    if (!cell) return;
    rove(cell.closest("table"), cell);
    if (cell.matches("button:focus-visible")) explain(cell, "focusout");
  });

  document.addEventListener("pointerover", (event) => {
    const cell = event.pointerType === "mouse" && cellOf(event);
    if (cell && cell.matches("button")) explain(cell, "pointerleave");
  });

  document.addEventListener("htmx:load", (event) => start(event.detail.elt.parentElement ?? document));
  window.addEventListener("pageshow", () => { leaving = false; grids().forEach(summarise); });
  start(document);
})();
