// Runs in Gradio's HTML component: `element`, `trigger` and `watch` are given. Passes the articles on to limits.js.
watch("value", () => {
  const offered = element.querySelector("template");
  const detail = offered ? JSON.parse(offered.dataset.articles) : [];
  document.dispatchEvent(new CustomEvent("quoth:offer", { detail }));
});
