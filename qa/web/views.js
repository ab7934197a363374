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

// Who is logged in; what that person may not do is not offered.
const meet = async () => {
  const { name, may_change } = await (await fetch("/library/me")).json();
  document.documentElement.dataset.may = may_change ? "change" : "read";
  if (!name) return;
  const account = document.createElement("p");
  account.className = "account";
  account.textContent = `${name} `;
  const leave = document.createElement("button");
  leave.type = "button";
  leave.textContent = "Log out";
  leave.addEventListener("click", async () => {
    await fetch("/logout", { method: "POST" });
    location.assign("/login");
  });
  account.append(leave);
  element.after(account);
};
meet();
