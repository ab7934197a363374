// Runs in Gradio's HTML component: `element`, `trigger` and `watch` are given. The list of kept conversations.
const panel = document.querySelector("#quoth-chats");
panel.setAttribute("popover", "");
panel.setAttribute("role", "dialog");
panel.setAttribute("aria-label", "Conversations");
const head = document.createElement("div");
head.className = "chats-head";
head.innerHTML =
  "<label>Find in conversations <input type='search' autocomplete='off'></label><button type='button'>Close</button>";
panel.prepend(head);
const input = head.querySelector("input");
head.querySelector("button").addEventListener("click", () => panel.hidePopover());

const find = () => trigger("find", { words: input.value });
panel.addEventListener("toggle", (event) => {
  if (event.newState !== "open") return;
  find();
  input.focus();
});
let typed = 0;
input.addEventListener("input", () => {
  clearTimeout(typed);
  typed = setTimeout(find, 150);
});

const open = (id) => {
  panel.dataset.opened = id; // where the page looks for it
  trigger("open");
};
document.addEventListener("quoth:open", ({ detail }) => open(detail));

const rename = (item) => {
  const form = document.createElement("form");
  form.innerHTML = "<label>Name <input maxlength='80' autocomplete='off'></label><button type='submit'>Rename</button>";
  const name = form.querySelector("input");
  name.value = item.querySelector(".title").textContent;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    trigger("rename", { id: item.dataset.id, name: name.value, words: input.value });
    input.focus();
  });
  item.append(form);
  name.select();
};

element.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-do]");
  if (!button) return;
  const item = button.closest("li");
  const id = button.dataset.id ?? item.dataset.id;
  const what = button.dataset.do;
  if (what === "open") {
    panel.hidePopover();
    return open(id);
  }
  if (what === "rename") return item.querySelector("form") ? item.querySelector("form").remove() : rename(item);
  if (what === "export") return trigger("export", { id, format: button.dataset.format });
  input.focus(); // the button goes, and would take the focus with it
  trigger(what === "delete" ? "delete" : "restore", { id, words: input.value });
});
