// La couleur que l’on choisit habille aussitôt cette page ; rien n’est gardé avant « Enregistrer ».
const theme = document.querySelector("[data-theme]");
document.querySelector('input[type="color"]').addEventListener("input", ({ target }) => {
  const address = new URL(theme.href);
  address.searchParams.set("couleur", target.value);
  theme.href = address;
});
