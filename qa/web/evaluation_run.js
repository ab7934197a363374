// Runs in Gradio's HTML component, behind report.js: `element`, `trigger` and `watch` are given. A run and its report.
const LOOK = 400; // milliseconds between two looks at a run
let next = 0;

watch("value", () => {
  clearTimeout(next);
  if (element.querySelector(".running")) next = setInterval(() => trigger("look"), LOOK);
  if (element.querySelector(".report")) sortable(element);
});

element.addEventListener("click", (event) => {
  if (event.target.closest(".cancel")) return trigger("cancel");
  const shown = event.target.closest(".show");
  if (shown) trigger("show", { result: Number(shown.dataset.result) });
});
