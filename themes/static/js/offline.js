// Installe ce qui montre une page calme sans réseau, quand la page est lue et que plus rien ne presse.
const PATIENCE = 3000;
const { worker } = document.currentScript.dataset;

if ("serviceWorker" in navigator) {
  window.addEventListener("load", () => setTimeout(() => navigator.serviceWorker.register(worker).catch(() => {}), PATIENCE));
}
