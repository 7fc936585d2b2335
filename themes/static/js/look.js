// Le thème et la couleur que l’on choisit habillent aussitôt cette page ; rien n’est gardé avant « Enregistrer ».
const theme = document.querySelector("[data-theme]");
document.querySelector('input[type="color"]').addEventListener("input", ({ target }) => {
  const address = new URL(theme.href);
  address.searchParams.set("couleur", target.value);
  theme.href = address;
});
const sample = document.querySelector("[data-look]");
for (const choice of document.querySelectorAll('input[name="theme"]')) {
  choice.addEventListener("change", () => {
    sample.className = `card stack ${choice.value && `theme-${choice.value}`}`.trim();
  });
}
