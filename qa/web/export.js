// Runs in Gradio's HTML component: `element`, `trigger` and `watch` are given. Hands a file to the browser to save.
watch("value", () => {
  const file = element.querySelector("template");
  if (!file) return;
  const { name, type, text } = file.dataset;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});
