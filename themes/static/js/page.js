// Toute page : un envoi à la fois, et une réponse qui ne vient pas se dit. Le serveur, lui, supporte les doubles envois.
(() => {
  "use strict";
  // Une réponse qui est un fichier laisse la page en place : le bouton resservira.
  const AGAIN = 4000;
  document.addEventListener("submit", (event) => {
    const { submitter, target } = event;
    if (event.defaultPrevented || target.method !== "post" || !submitter) return;
    if (submitter.ariaBusy === "true") { event.preventDefault(); return; }
    submitter.ariaBusy = "true";
    setTimeout(() => { submitter.ariaBusy = null; }, AGAIN);
  });
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button[aria-busy]")) button.ariaBusy = null;
  });

  const region = () => document.getElementById("messages");
  function tell(trouble) {
    // Le planning dit de lui-même ce qui n’est pas enregistré, et recommence.
    if (trouble === "cut" && document.querySelector("[data-unsaved]")) return;
    const words = document.querySelector(`template[data-trouble="${trouble}"]`).content.cloneNode(true);
    words.firstElementChild.dataset.told = trouble;
    hush();
    region()?.append(words);
  }
  const hush = () => region()?.querySelector("[data-told]")?.remove();

  const on = (name, act) => document.addEventListener(`htmx:${name}`, act);
  on("beforeRequest", ({ detail }) => { detail.target.ariaBusy = "true"; });
  on("afterRequest", ({ detail }) => { detail.target.ariaBusy = null; if (detail.successful) hush(); });
  on("sendError", () => tell("cut"));
  on("timeout", () => tell("cut"));
  on("responseError", ({ detail }) => tell(detail.xhr.status < 500 ? "stale" : "failed"));
})();
