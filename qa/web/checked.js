// Runs in Gradio's HTML component: `element` and `watch` are given. The article of a result.
watch("value", () => {
  const mark = element.querySelector("#quoth-quote");
  if (!mark) return;
  mark.scrollIntoView({ block: "center" });
  mark.focus({ preventScroll: true });
});
