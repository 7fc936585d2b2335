// Planning : balayer à gauche ou à droite tourne la page dans le sens de lecture, comme les boutons du mois d’avant et d’après, qui enregistrent.
(() => {
  "use strict";
  const FAR = 60;
  let start = null;
  document.addEventListener("touchstart", (event) => {
    const box = event.target.closest?.(".grid-box");
    // Un planning plus large que l’écran se fait défiler du même geste : il le garde.
    start = box && event.touches.length === 1 && box.scrollWidth <= box.clientWidth ? event.touches[0] : null;
  }, { passive: true });
  document.addEventListener("touchend", (event) => {
    if (!start) return;
    const across = event.changedTouches[0].clientX - start.clientX;
    const down = event.changedTouches[0].clientY - start.clientY;
    start = null;
    if (Math.abs(across) < FAR || Math.abs(across) < 2 * Math.abs(down)) return;
    const ahead = getComputedStyle(document.documentElement).direction === "rtl" ? across > 0 : across < 0;
    document.querySelector(`[data-turn="${ahead ? "after" : "before"}"]`)?.click();
  }, { passive: true });
})();
