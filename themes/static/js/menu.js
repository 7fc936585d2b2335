// Une rubrique du menu se referme quand on va ailleurs ou qu’on presse Échap. Sans ce script, en la pressant de nouveau.
(() => {
  "use strict";
  const opened = () => document.querySelector(".desk-sections details[open]");
  const leave = ({ target }) => {
    const section = opened();
    if (section && !section.contains(target)) section.open = false;
  };
  document.addEventListener("click", leave);
  document.addEventListener("focusin", leave);
  document.addEventListener("keydown", (event) => {
    const section = event.key === "Escape" && opened();
    if (!section) return;
    section.open = false;
    section.querySelector("summary").focus();
  });
})();
