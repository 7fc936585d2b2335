// La page de paiement s’ouvre d’elle-même ; au retour par l’historique, la famille choisit. Sans ce script : le bouton.
(() => {
  "use strict";
  const form = document.querySelector("form[data-leave]");
  const [visit] = performance.getEntriesByType("navigation");
  if (form && visit?.type === "navigate") form.requestSubmit();
})();
