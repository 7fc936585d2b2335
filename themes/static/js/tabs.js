// Plannings de plusieurs enfants : des onglets sur un téléphone, côte à côte dès que la place le permet.
(() => {
  "use strict";
  const narrow = window.matchMedia("(width < 64rem)");
  const KEPT = "onglet";

  function show(nav, chosen) {
    for (const tab of nav.children) {
      const selected = tab === chosen;
      tab.setAttribute("aria-selected", selected);
      tab.tabIndex = selected ? 0 : -1;
      document.getElementById(tab.hash.slice(1)).hidden = !selected;
    }
    sessionStorage.setItem(KEPT, chosen.hash);
  }

  function start(nav) {
    nav.setAttribute("role", "tablist");
    for (const tab of nav.children) {
      const panel = document.getElementById(tab.hash.slice(1));
      tab.id = `${panel.id}-onglet`;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
    }
    const wanted = location.hash || sessionStorage.getItem(KEPT);
    show(nav, [...nav.children].find((tab) => tab.hash === wanted) ?? nav.firstElementChild);
  }

  function stop(nav) {
    nav.removeAttribute("role");
    for (const tab of nav.children) {
      const panel = document.getElementById(tab.hash.slice(1));
      for (const name of ["role", "aria-selected", "aria-controls", "tabindex"]) tab.removeAttribute(name);
      panel.removeAttribute("role");
      panel.setAttribute("aria-labelledby", `${panel.id}-titre`);
      panel.hidden = false;
    }
  }

  for (const nav of document.querySelectorAll("[data-tabs]")) {
    const arrange = () => (narrow.matches ? start : stop)(nav);
    narrow.addEventListener("change", arrange);
    arrange();
    nav.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (!tab) return;
      event.preventDefault();
      show(nav, tab);
    });
    nav.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const tab = event.target.closest("[role=tab]");
      if (!step || !tab) return;
      event.preventDefault();
      const tabs = [...nav.children];
      const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
      show(nav, next);
      next.focus();
    });
  }
})();
