// Une réponse type s’ajoute à ce qui est déjà écrit, sans recharger la page.
for (const list of document.querySelectorAll("[data-canned]")) {
  const field = document.getElementById(list.dataset.canned);
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-text]");
    if (!button) return;
    event.preventDefault();
    field.value = [field.value.trimEnd(), button.dataset.text].filter(Boolean).join("\n\n");
    field.focus();
  });
}
