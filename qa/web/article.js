// Runs in Gradio's HTML component: `element`, `trigger` and `watch` are given.
let asked = null; // article and quote of the citation chosen last
let shown = null; // those that stand here

const reveal = () => {
  const mark = element.querySelector("#quoth-quote");
  if (!mark) return;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  mark.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  if (!steps.contains(document.activeElement)) mark.focus({ preventScroll: true });
};

// From one place of an answer to the next, with the article always in view.
const steps = document.createElement("nav");
steps.className = "steps";
steps.hidden = true;
steps.setAttribute("aria-label", "Places of the answer");
steps.innerHTML =
  "<button type='button'>Previous</button><span role='status'></span><button type='button'>Next</button>";
element.before(steps);
const [previous, following] = steps.querySelectorAll("button");
const step = (by) => document.dispatchEvent(new CustomEvent("quoth:step", { detail: by }));
previous.addEventListener("click", () => step(-1));
following.addEventListener("click", () => step(1));
const placeSteps = ({ at, of }) => {
  steps.hidden = of < 2;
  steps.querySelector("span").textContent = `${at + 1} of ${of}`;
  // a disabled button would lose the focus
  previous.setAttribute("aria-disabled", String(at === 0));
  following.setAttribute("aria-disabled", String(at === of - 1));
};

const goBack = () => document.querySelector("#quoth-turns [aria-current]")?.focus();

document.addEventListener("quoth:cite", (event) => {
  asked = event.detail.quote;
  placeSteps(event.detail);
  if (shown === asked) reveal(); // the same article and quote come back unchanged, and nothing is watched then
});

watch("value", () => {
  shown = element.querySelector("#quoth-quote") ? asked : null;
  if (!shown) steps.hidden = true;
  reveal();
});

for (const part of [element, steps]) {
  part.addEventListener("keydown", (event) => {
    if (event.key === "Escape") goBack();
  });
}
element.addEventListener("click", (event) => {
  if (event.target.closest(".back")) goBack();
});

// Marking the right words: selected in the article or typed, for the turn that asked for it.
const bar = document.createElement("form");
bar.className = "marking";
bar.hidden = true;
bar.innerHTML =
  "<p id='quoth-marking'></p><label>Right words <input autocomplete='off' aria-describedby='quoth-marking'></label>" +
  "<button type='submit'>Keep</button><button type='button' class='cancel'>Cancel</button>";
element.before(bar);
const input = bar.querySelector("input");
let marked = null; // the turn
let near = 0; // character of the article where the selection begins

const stopMarking = () => {
  bar.hidden = true;
  marked = null;
};

document.addEventListener("quoth:mark", ({ detail }) => {
  marked = detail.turn;
  bar.querySelector("p").textContent = `Select the right words for “${detail.question}” in the article, or type them.`;
  input.value = "";
  near = 0;
  bar.hidden = false;
  bar.scrollIntoView({ block: "nearest" });
  input.focus();
});

document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  if (bar.hidden || selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  const block = range.startContainer.parentElement?.closest("[data-start]");
  if (!block || !element.contains(range.endContainer)) return;
  const before = document.createRange();
  before.setStart(block, 0);
  before.setEnd(range.startContainer, range.startOffset);
  near = Number(block.dataset.start) + before.toString().length;
  input.value = selection.toString().trim();
});

bar.addEventListener("submit", (event) => {
  event.preventDefault();
  const article = element.querySelector(".source")?.dataset.id ?? "";
  trigger("mark", { turn: marked, words: input.value, near, article });
  if (input.value.trim() && article) stopMarking();
});
bar.querySelector(".cancel").addEventListener("click", stopMarking);
bar.addEventListener("keydown", (event) => {
  if (event.key === "Escape") stopMarking();
});
