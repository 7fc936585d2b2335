// Des boutons au-dessus d’un texte à balisage léger, et son aspect au-dessous. Sans ce script, le champ suffit.
const MARKS = [
  ["Gras", "**", "**"],
  ["Titre", "\n## ", "\n"],
  ["Liste", "\n- ", ""],
  ["Lien", "[", "](https://)"],
];

for (const area of document.querySelectorAll("[data-markup]")) {
  area.before(toolbar(area));
  area.after(preview(area));
}

function toolbar(area) {
  const bar = document.createElement("div");
  bar.className = "row";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", `Mise en forme : ${area.labels[0].textContent.replace("*", "").trim()}`);
  for (const [label, before, after] of MARKS) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet button--small";
    button.textContent = label;
    button.addEventListener("click", () => wrap(area, before, after));
    bar.append(button);
  }
  return bar;
}

function wrap(area, before, after) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const opening = start === 0 ? before.trimStart() : before;
  area.setRangeText(opening + value.slice(start, end) + after, start, end, "end");
  area.selectionStart = start + opening.length;
  area.selectionEnd = area.selectionStart + (end - start);
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function preview(area) {
  const region = document.createElement("section");
  region.className = "card";
  region.setAttribute("aria-label", `Aperçu : ${area.labels[0].textContent.replace("*", "").trim()}`);
  const form = area.form;
  let waiting;
  const show = async () => {
    const body = new URLSearchParams({ text: area.value });
    const token = form.elements.csrfmiddlewaretoken.value;
    const answer = await fetch(form.dataset.preview, { method: "POST", body, headers: { "X-CSRFToken": token } });
    if (answer.ok) region.innerHTML = await answer.text();
  };
  area.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 300);
  });
  show();
  return region;
}
