// A browser lets a page close itself only when another page opened it; otherwise the link goes on as usual.
for (const link of document.querySelectorAll("[data-close]")) {
  link.addEventListener("click", () => window.close());
}
const summary = document.querySelector("[role=alert] a");
if (summary) summary.focus();
