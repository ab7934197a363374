// Runs in Gradio's HTML component: `element` and `trigger` are given. The views, and the form that starts a run.
const MOST = 900000; // bytes of a file of gold questions
const head = document.querySelector("#quoth-head");
const viewed = () => (location.hash === "#evaluation" ? "evaluation" : "ask");
const markLinks = () => {
  for (const link of head.querySelectorAll("nav a")) {
    if (link.hash !== `#${viewed()}`) link.removeAttribute("aria-current");
    else if (!link.hasAttribute("aria-current")) link.setAttribute("aria-current", "page");
  }
};
new MutationObserver(markLinks).observe(head, { childList: true, subtree: true }); // it is drawn anew when loading ends
const show = () => {
  const name = viewed();
  document.querySelector("#quoth-main").toggleAttribute("data-away", name !== "ask");
  document.querySelector("#quoth-evaluation").toggleAttribute("data-shown", name === "evaluation");
  markLinks();
  if (name === "evaluation") trigger("enter");
};
window.addEventListener("hashchange", show);
if (location.hash === "#evaluation") setTimeout(show);

element.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const set = form.querySelector("[name=set]:checked").value;
  const file = form.querySelector("[type=file]").files[0];
  const read = set === "file" && file ? await file.text() : "";
  const text = new Blob([JSON.stringify(read)]).size > MOST ? "" : read; // the server refuses more
  trigger("run", { set, name: file?.name ?? "", text });
});
element.addEventListener("change", (event) => {
  if (event.target.matches("[type=file]")) element.querySelector("[value=file]").checked = true;
});
