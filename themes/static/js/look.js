// Le thème et la couleur que l’on choisit habillent aussitôt cette page ; rien n’est gardé avant « Enregistrer ».
const theme = document.querySelector("[data-theme]");
document.querySelector('input[type="color"]').addEventListener("input", ({ target }) => {
  const address = new URL(theme.href);
  address.searchParams.set("couleur", target.value);
  theme.href = address;
});
// La couleur lisible que la feuille de style en tire est dite sur-le-champ ; le mode sombre a la sienne, qu’on ne compare pas.
const repaired = document.querySelector("[data-repaired]");
theme.addEventListener("load", () => {
  const asked = new URL(theme.href).searchParams.get("couleur").toLowerCase();
  const shown = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim().toLowerCase();
  repaired.hidden = shown === asked || matchMedia("(prefers-color-scheme: dark)").matches;
  repaired.firstElementChild.textContent = shown;
});
const sample = document.querySelector("[data-look]");
for (const choice of document.querySelectorAll('input[name="theme"]')) {
  choice.addEventListener("change", () => {
    sample.className = `card stack ${choice.value && `theme-${choice.value}`}`.trim();
  });
}
