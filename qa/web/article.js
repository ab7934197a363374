// Runs in Gradio's HTML component: `element` and `watch` are given.
let asked = null; // article and quote of the citation chosen last
let shown = null; // those that stand here

const reveal = () => {
  const mark = element.querySelector("#quoth-quote");
  if (!mark) return;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  mark.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  mark.focus({ preventScroll: true });
};

const goBack = () => document.querySelector("#quoth-turns [aria-current]")?.focus();

document.addEventListener("quoth:cite", (event) => {
  asked = event.detail;
  if (shown === asked) reveal(); // the same article and quote come back unchanged, and nothing is watched then
});

watch("value", () => {
  shown = element.querySelector("#quoth-quote") ? asked : null;
  reveal();
});

element.addEventListener("keydown", (event) => {
  if (event.key === "Escape") goBack();
});
element.addEventListener("click", (event) => {
  if (event.target.closest(".back")) goBack();
});
