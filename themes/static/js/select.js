// Les lignes cochées le restent d’une page de la liste à l’autre. Sans ce script, chaque page envoie les siennes.
(() => {
  "use strict";
  const read = (key) => new Set(JSON.parse(sessionStorage.getItem(key) ?? "[]"));
  const keep = (key, ticked) => sessionStorage.setItem(key, JSON.stringify([...ticked]));

  for (const done of document.querySelectorAll("form[data-forget-ticks]"))
    done.addEventListener("submit", () => sessionStorage.removeItem(done.dataset.forgetTicks));

  for (const form of document.querySelectorAll("form[data-keep-ticks]")) {
    const key = form.dataset.keepTicks;
    const ticked = read(key);
    const boxes = [...form.querySelectorAll(`input[name="${key}"]`)];
    const note = form.querySelector("[data-ticks-note]");
    const say = () => {
      const here = boxes.filter((box) => box.checked).length;
      const elsewhere = ticked.size - here;
      note.hidden = !elsewhere;
      note.querySelector("output").value = `${ticked.size} cochées, dont ${elsewhere} sur d’autres pages.`;
    };
    for (const box of boxes) {
      if (ticked.has(box.value)) box.checked = true;
      box.addEventListener("change", () => {
        if (box.checked) ticked.add(box.value); else ticked.delete(box.value);
        keep(key, ticked);
        say();
      });
    }
    note.querySelector("button").addEventListener("click", () => {
      ticked.clear();
      for (const box of boxes) box.checked = false;
      keep(key, ticked);
      say();
    });
    form.addEventListener("submit", () => {
      const shown = new Set(boxes.map((box) => box.value));
      for (const value of ticked) {
        if (shown.has(value)) continue;
        const hidden = document.createElement("input");
        hidden.type = "hidden"; hidden.name = key; hidden.value = value; hidden.dataset.carried = "";
        form.append(hidden);
      }
    });
    // Revenir en arrière montre la page d’avant l’envoi, avec ce qu’il avait ajouté.
    window.addEventListener("pageshow", () => form.querySelectorAll("[data-carried]").forEach((one) => one.remove()));
    say();
  }
})();
