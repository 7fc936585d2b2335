// Pointage : chaque geste est gardé sur l’appareil, puis envoyé dès qu’il y a du réseau. Sans ce script, la page est un formulaire.
(() => {
  "use strict";
  const form = document.querySelector("[data-attendance]");
  if (!form) return;
  const data = JSON.parse(document.getElementById("pointage").textContent);
  const KEY = form.dataset.key, ACT = `${KEY}:acte:`, KNOWN = `${KEY}:connu`;
  const RETRY = 5000, POLL = 20000, MOST = 500;
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const plural = (n, one, many) => `${n} ${n > 1 ? many : one}`;

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  // ---- Ce que l’appareil garde : un acte une clé, pour que deux onglets n’écrasent rien.
  const store = {
    works: true,
    put(key, value) {
      try { localStorage.setItem(key, JSON.stringify(value)); } catch { store.works = false; }
    },
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    drop(key) { try { localStorage.removeItem(key); } catch { store.works = false; } },
    keys() { try { return Object.keys(localStorage); } catch { store.works = false; return []; } },
  };
  let device = store.get("pointage:appareil");
  if (!device) { device = newId(); store.put("pointage:appareil", device); }

  const waiting = new Map(store.keys().filter((key) => key.startsWith(ACT)).map((key) => store.get(key))
    .filter(Boolean).sort((a, b) => (a.at < b.at ? -1 : 1)).map((act) => [act.uuid, act]));
  const states = data.states;
  const others = new Map(data.others.map(([pk, name, group, diet]) => [String(pk), { name, group, diet }]));
  let stamp = data.stamp;
  const known = store.get(KNOWN);
  // La page vient peut-être de la copie gardée sans réseau : ce que le serveur a dit depuis est plus vrai.
  if (known && Date.parse(known.stamp) > Date.parse(stamp)) { Object.assign(states, known.states); stamp = known.stamp; }
  for (const act of waiting.values()) apply(act);

  function stateOf(child) {
    states[child] ??= { ...others.get(String(child)), expected: false, mark: "none", arrived: "", left: "", seen: null };
    return states[child];
  }

  function apply(act) {
    const { mark, arrived, left, uuid } = act;
    Object.assign(stateOf(act.child), { mark, arrived: arrived ?? "", left: left ?? "", seen: uuid, who: "à envoyer", dispute: "", pending: true });
  }

  function mark(child, changes) {
    const now = stateOf(child);
    const next = { mark: now.mark, arrived: now.arrived, left: now.left, ...changes };
    if (next.mark !== "present") next.arrived = next.left = "";
    if (next.mark === now.mark && next.arrived === now.arrived && next.left === now.left) return;
    const act = {
      uuid: newId(), child: Number(child), mark: next.mark, arrived: next.arrived || null, left: next.left || null,
      at: new Date().toISOString(), seen: now.seen,
    };
    waiting.set(act.uuid, act);
    store.put(ACT + act.uuid, act);
    apply(act);
    paint(child);
    summarise();
    send();
  }

  // ---- L’écran.
  const rowOf = (child) => find(`[data-child="${child}"]`);

  function addRow(child) {
    const state = stateOf(child);
    const row = find("#ligne").content.firstElementChild.cloneNode(true);
    row.dataset.child = child;
    find("[data-name]", row).textContent = state.name;
    find("[data-group]", row).textContent = state.group ?? "";
    find("legend", row).textContent = state.name;
    find("[data-diet]", row).textContent = state.diet ?? "";
    find("[data-diet]", row).hidden = !state.diet;
    for (const input of all("[name]", row)) input.name += child;
    find("[data-added] ul").append(row);
    find("[data-added]").hidden = false;
    for (const control of all("[data-js]", row)) control.hidden = false;
    return row;
  }

  function paint(child) {
    const state = states[child];
    const row = rowOf(child) ?? (state.mark === "present" || state.dispute ? addRow(child) : null);
    if (!row) return;
    row.dataset.mark = state.mark;
    row.toggleAttribute("data-pending", Boolean(state.pending));
    for (const radio of all("[type=radio]", row)) radio.checked = radio.value === state.mark;
    for (const name of ["arrived", "left"]) {
      const input = find(`[data-time="${name}"]`, row);
      if (input !== document.activeElement) input.value = state[name];
    }
    find("[data-who]", row).textContent = state.who ?? "";
    find("[data-times]", row).textContent = [state.arrived, state.left].filter(Boolean).join(" – ") || "Heures";
    const dispute = find("[data-dispute]", row);
    dispute.textContent = state.dispute ?? "";
    dispute.hidden = !state.dispute;
    const seen = find("[data-seen]", row);
    if (seen) seen.value = state.seen ?? "";
  }

  function summarise() {
    const count = { present: 0, absent: 0, none: 0, unbooked: 0 };
    for (const state of Object.values(states)) {
      if (state.expected) count[state.mark] += 1;
      else if (state.mark === "present") count.unbooked += 1;
    }
    for (const [name, value] of Object.entries(count)) for (const out of all(`[data-count="${name}"]`)) out.textContent = value;
  }

  let trouble = "";
  function tell() {
    const out = find("[data-net]");
    const left = waiting.size;
    const text = left
      ? `${plural(left, "pointage à envoyer", "pointages à envoyer")}${trouble ? ` : ${trouble}` : "…"}`
      : trouble ? `Tout est envoyé, mais ${trouble}` : "Tout est enregistré.";
    out.dataset.net = left ? "waiting" : trouble ? "cut" : "ok";
    const shown = store.works ? text : `${text} Cet appareil ne garde rien : ne fermez pas la page.`;
    if (out.textContent !== shown) out.textContent = shown;
    find("[data-signin]").hidden = trouble !== SIGNED_OUT;
  }

  // ---- L’envoi : un à la fois ; ce que le serveur a gardé est oublié, le reste repart.
  const CUT = "pas de réseau, rien n’est perdu.", SIGNED_OUT = "votre session a pris fin, rien n’est perdu.";
  let sending = false, again = false, timer = 0;

  async function send() {
    tell();
    if (sending) { again = true; return; }
    sending = true;
    again = false;
    const acts = [...waiting.values()].slice(0, MOST);
    try {
      const response = await fetch(form.dataset.sync, {
        method: "POST", redirect: "manual",
        headers: { "Content-Type": "application/json", "X-CSRFToken": find("[name=csrfmiddlewaretoken]", form).value },
        body: JSON.stringify({ device, sent: new Date().toISOString(), since: stamp, acts }),
      });
      if (response.type === "opaqueredirect" || response.status === 403) trouble = SIGNED_OUT;
      else if (!response.ok) trouble = "le portail ne répond pas, rien n’est perdu.";
      else { receive(await response.json()); trouble = ""; }
    } catch { trouble = CUT; }
    sending = false;
    tell();
    clearTimeout(timer);
    if (!trouble && (again || waiting.size)) send();
    else timer = setTimeout(send, trouble ? RETRY : POLL);
  }

  function receive(answer) {
    for (const uuid of answer.settled) { waiting.delete(uuid); store.drop(ACT + uuid); }
    const mine = new Set([...waiting.values()].map((act) => String(act.child)));
    for (const [child, state] of Object.entries(answer.states)) {
      if (mine.has(child)) continue;
      states[child] = state;
      paint(child);
    }
    // La santé d’un enfant ajouté se lit sur la page seule : elle n’est jamais rangée sur l’appareil.
    for (const [child, text] of Object.entries(answer.alerts)) {
      const alert = rowOf(child) && find("[data-alert]", rowOf(child));
      if (!alert) continue;
      find("[data-alert-text]", alert).textContent = text;
      alert.hidden = !text;
    }
    stamp = answer.stamp;
    const settled = Object.fromEntries(Object.entries(states).filter(([child]) => !mine.has(child)));
    store.put(KNOWN, { stamp, states: settled });
    summarise();
  }

  // ---- Gestes.
  form.addEventListener("change", (event) => {
    const child = event.target.closest("[data-child]")?.dataset.child;
    if (!child) return;
    if (event.target.type === "radio") mark(child, { mark: event.target.value });
    else if (event.target.dataset.time) mark(child, { mark: "present", [event.target.dataset.time]: event.target.value });
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const child = button?.closest("[data-child]")?.dataset.child;
    if (button?.dataset.now) mark(child, { mark: "present", [button.dataset.now]: new Date().toTimeString().slice(0, 5) });
    if (button?.dataset.come) { mark(button.dataset.come, { mark: "present" }); clearSearch(); rowOf(button.dataset.come)?.scrollIntoView({ block: "center" }); }
    if (button && "all" in button.dataset) {
      for (const row of all("[data-child]", button.closest("section"))) {
        if (!row.hidden && states[row.dataset.child].mark === "none") mark(row.dataset.child, { mark: "present" });
      }
    }
  });

  const search = find("[data-search]"), results = find("[data-results]");
  function clearSearch() { search.value = ""; filter(); }
  function filter() {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    const matches = (name) => words.every((word) => plain(name).includes(word));
    for (const row of all("[data-child]")) row.hidden = !matches(find("[data-name]", row).textContent);
    for (const part of all("section[data-class]")) part.hidden = words.length > 0 && !find("[data-child]:not([hidden])", part);
    const found = search.value.trim().length < 2 ? [] : [...others].filter(([child, { name }]) => !rowOf(child) && matches(name)).slice(0, 12);
    results.replaceChildren(...found.map(([child, { name, group }]) => {
      const item = find("#autre").content.firstElementChild.cloneNode(true);
      find("[data-name]", item).textContent = name;
      find("[data-group]", item).textContent = group;
      find("button", item).dataset.come = child;
      find("button .vh", item).textContent = ` ${name}`;
      return item;
    }));
    find("[data-found]").hidden = !found.length;
  }
  search.addEventListener("input", filter);

  // Le formulaire de la page sert sans script ; avec lui, chaque geste est déjà parti.
  form.addEventListener("submit", (event) => event.preventDefault());
  find("[data-close]")?.addEventListener("submit", (event) => {
    if (!waiting.size) return;
    event.preventDefault();
    send();
    find("[data-net]").scrollIntoView({ block: "center" });
  });
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });

  // ---- La page elle-même, sans réseau.
  async function keepThisPage() {
    if (!("serviceWorker" in navigator)) return;
    await navigator.serviceWorker.register(form.dataset.worker, { scope: form.dataset.scope });
    const cache = await caches.open(`pointage-${new Date().toISOString().slice(0, 10)}`);
    const files = [...all("link[rel=stylesheet], link[rel=icon]").map((link) => link.href), ...all("script[src]").map((script) => script.src),
      ...all("use").map((use) => new URL(use.getAttribute("href"), location).href.split("#")[0])];
    await Promise.allSettled([...new Set([location.href.split("#")[0], ...files])].map((file) => cache.add(file)));
    document.documentElement.dataset.offline = "ready";
  }
  find('form[action$="/deconnexion/"]')?.addEventListener("submit", async () => {
    for (const name of await caches.keys()) if (name.startsWith("pointage-")) caches.delete(name);
  });

  for (const control of all("[data-js]")) control.hidden = false;
  for (const control of all("[data-nojs]")) control.hidden = true;
  for (const child of Object.keys(states)) paint(child);
  summarise();
  send();
  keepThisPage().catch(() => { /* Sans copie gardée, la page ouverte fonctionne quand même. */ });
})();
