// Runs in Gradio's HTML component: `element` and `trigger` are given. The gold questions kept from use.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const item = button?.closest("[data-id]");
  if (!item || button.type === "submit") return;
  if (["delete", "restore"].includes(button.className)) return trigger(button.className, { id: item.dataset.id });
  const form = item.querySelector("form");
  form.hidden = !form.hidden;
  button.setAttribute("aria-expanded", String(!form.hidden));
  if (!form.hidden) form.elements.question.focus();
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const { question, words } = event.target.elements;
  const { id } = event.target.closest("[data-id]").dataset;
  trigger("edit", { id, question: question.value, words: words.value });
});
