// Une touche par geste, au guichet : data-key sur un bouton ou un lien. Les boutons restent le chemin normal.
(() => {
  "use strict";
  for (const hint of document.querySelectorAll("[data-keys]")) hint.hidden = false;
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    if (event.target.matches("select, textarea, [contenteditable], input:not([type=checkbox])")) return;
    const key = event.key.toLowerCase();
    if (key === "m") {
      const reason = document.getElementById("id_motif");
      if (reason) { event.preventDefault(); reason.focus(); }
      return;
    }
    const target = /^[a-z]$/.test(key) && document.querySelector(`[data-key="${key}"]`);
    if (target) { event.preventDefault(); target.click(); }
  });
})();
