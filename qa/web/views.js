// Runs in Gradio's HTML component: `element` is given. Which view is open; the address says so.
const VIEWS = ["library", "evaluation"]; // any other address is the conversation's
const viewed = () => VIEWS.find((name) => location.hash === `#${name}`) ?? "ask";
const markLinks = () => {
  for (const link of element.querySelectorAll("nav a")) {
    if (link.hash !== `#${viewed()}`) link.removeAttribute("aria-current");
    else if (!link.hasAttribute("aria-current")) link.setAttribute("aria-current", "page");
  }
};
new MutationObserver(markLinks).observe(element, { childList: true, subtree: true }); // it is drawn anew when loading ends
const show = () => {
  document.documentElement.dataset.view = viewed();
  markLinks();
};
window.addEventListener("hashchange", show);
show();
