// Runs in Gradio's HTML component, behind uploading.js: `element` is given. The list of articles and what is done to it.
const ROWS = 200; // drawn at a time
const LOOK = 250; // milliseconds between two looks at an update under way
const GLANCE = 3000; // the same while none is known, with the view open
const find = (selector) => element.querySelector(selector);
const [search, sources, body, counted, said] = ["[type=search]", "select", "tbody", ".count", ".said"].map(find);
const reading = document.querySelector("#quoth-reading");
let library = { version: -2, articles: [], deleted: [], may_change: false, watching: false, largest_file: 0 };
let sorted = { by: "title", up: true };
let shown = []; // the articles that fit, in order; the first of them have rows
const isOpen = () => location.hash === "#library";

const make = (tag, text, properties = {}) => Object.assign(document.createElement(tag), { textContent: text, ...properties });
const button = (text, act, label) => {
  const made = make("button", text, { type: "button" });
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
};

// What the server says, or its sentence as an error.
const ask = async (path, sent) => {
  const options = sent === undefined ? {} : { method: "POST", body: JSON.stringify(sent), headers: { "Content-Type": "application/json" } };
  const response = await fetch(path, options);
  if (response.status === 401) location.assign("/login");
  if (!response.ok) throw new Error(await response.text());
  return response.json();
};
const say = (...parts) => said.replaceChildren(...parts);
const attempt = async (what) => {
  try {
    await what();
  } catch (error) {
    say(error.message);
  }
};
const pause = (time) => new Promise((next) => setTimeout(next, time));

// The list.
const compare = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
const day = (iso) => {
  const date = iso ? new Date(iso.length > 10 ? iso : `${iso}T12:00`) : NaN;
  return isNaN(date) ? (iso ?? "") : date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
};
const row = (article) => {
  const made = make("tr", "");
  const open = button(article.title, () => read(article));
  open.className = "open";
  const cells = [open, day(article.date), article.source, article.words.toLocaleString("en"), article.passages.toLocaleString("en"), day(article.added)];
  made.append(...cells.map((cell) => make("td", "")));
  cells.forEach((cell, place) => made.children[place].append(cell));
  made.children[0].title = article.id;
  if (library.may_change) made.insertCell().append(button("Delete", () => remove([article]), `Delete ${article.title}`));
  return made;
};
const drawMore = () => {
  body.append(...shown.slice(body.rows.length, body.rows.length + ROWS).map(row));
};
const draw = () => {
  const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ title, id, source }) =>
    wanted.every((word) => `${title} ${id}`.toLowerCase().includes(word)) && (!sources.value || source === sources.value);
  const { by, up } = sorted;
  shown = library.articles.filter(fits).sort((a, b) => {
    const [one, other] = [a[by], b[by]];
    if (!one !== !other && typeof one !== "number") return one ? -1 : 1; // unknown ones last, whichever way
    const order = typeof one === "number" ? one - other : compare(one ?? "", other ?? "");
    return (up ? order : -order) || compare(a.title, b.title);
  });
  body.replaceChildren();
  drawMore();
  const all = library.articles.length;
  const few = shown.length === all ? "" : `${shown.length.toLocaleString("en")} of `;
  counted.textContent = all ? `${few}${all.toLocaleString("en")} article${all === 1 ? "" : "s"}` : "There are no articles yet.";
  for (const head of element.querySelectorAll("th [data-sort]")) {
    if (head.dataset.sort === by) head.parentElement.setAttribute("aria-sort", up ? "ascending" : "descending");
    else head.parentElement.removeAttribute("aria-sort");
  }
};
new IntersectionObserver(([seen]) => seen.isIntersecting && drawMore()).observe(counted);

const drawAround = () => {
  const { may_change: may, deleted } = library;
  find(".adding").hidden = find(".watching").hidden = !may;
  find(".watching input").checked = library.watching;
  const names = [...new Set(library.articles.map(({ source }) => source).filter(Boolean))].sort(compare);
  const before = sources.value;
  sources.replaceChildren(make("option", "All", { value: "" }), ...names.map((name) => make("option", name, { value: name })));
  sources.value = names.includes(before) ? before : "";
  find(".deleted").hidden = !may || !deleted.length;
  find(".deleted summary").textContent = `Deleted (${deleted.length.toLocaleString("en")})`;
  find(".deleted ul").replaceChildren(
    ...deleted.slice(0, ROWS).map(({ id, title }) => {
      const item = make("li", `${title || id} `);
      item.append(button("Restore", () => restore([id]), `Restore ${title || id}`));
      return item;
    }),
  );
};
const refresh = async () => {
  library = await ask("/library/articles");
  drawAround();
  draw();
};

// How far an update is. `until` ends once the request with that ticket is served.
const look = async () => {
  const update = await ask("/library/update");
  const status = document.querySelector("#quoth-head .status");
  if (status && update.version >= 0) status.outerHTML = update.status;
  if (update.version !== library.version) await refresh();
  return update;
};
const until = async (ticket, progress = () => {}) => {
  for (;;) {
    const update = await look();
    if (update.finished >= ticket) {
      if (update.reason) throw new Error(update.reason);
      return refresh();
    }
    progress(update);
    await pause(LOOK);
  }
};

const read = async ({ id, title }) => {
  const response = await fetch(`/library/article?${new URLSearchParams({ id })}`);
  reading.innerHTML = await response.text(); // made by the server, which escapes what comes from files
  const only = button("Ask this article only", () => {
    document.dispatchEvent(new CustomEvent("quoth:only", { detail: id }));
    location.hash = "#ask";
    document.querySelector("#quoth-question textarea").focus();
  });
  only.className = "only";
  reading.querySelector("header")?.append(only);
  reading.setAttribute("tabindex", "-1");
  reading.setAttribute("aria-label", title);
  reading.scrollIntoView({ block: "nearest" });
  reading.focus({ preventScroll: true });
};
reading.addEventListener("click", ({ target }) => {
  if (target.closest(".back")) search.focus();
});
reading.addEventListener("keydown", (event) => {
  if (event.key === "Escape") search.focus();
});

const remove = (articles) =>
  attempt(async () => {
    const ids = articles.map(({ id }) => id);
    const what = articles.length === 1 ? `“${articles[0].title}”` : `${articles.length} articles`;
    search.focus(); // the button goes, and would take the focus with it
    say(`Deleting ${what} …`);
    await until((await ask("/library/delete", { ids })).ticket);
    say(`Deleted ${what}. `, button("Undo", () => restore(ids)));
  });
const restore = (ids) =>
  attempt(async () => {
    search.focus();
    say("Restoring …");
    let ticket = 0;
    for (const id of ids) ({ ticket } = await ask("/library/restore", { id }));
    await until(ticket);
    say(ids.length === 1 ? "Restored." : `${ids.length} articles restored.`);
  });

// Adding: one batch after the other, each with a bar, a way to stop it, and what became of each file.
const WORDS = { added: "added", changed: "changed", "already there": "already there", refused: "refused", cancelled: "cancelled" };
const panel = find(".uploads");
const [bar, line, stop, results] = ["progress", "[role=status]", ".cancel", "ul"].map((part) => panel.querySelector(part));
const result = ({ name, outcome, reason }) => {
  const item = make("li", "", { className: outcome.replace(" ", "-") });
  item.append(make("strong", WORDS[outcome]), ` ${name} `, make("span", reason ?? ""));
  return item;
};
const summary = (found) => {
  const counts = Object.keys(WORDS).map((outcome) => [found.filter((each) => each.outcome === outcome).length, WORDS[outcome]]);
  return counts.filter(([count]) => count).map(([count, word]) => `${count.toLocaleString("en")} ${word}`).join(", ");
};
const batch = async (files) => {
  const found = [];
  let cancelling = null; // the request that takes back what was not yet indexed
  const control = new AbortController();
  const fresh = () => found.filter(({ outcome }) => outcome === "added").map(({ id }) => id);
  stop.onclick = () => {
    if (control.signal.aborted) return;
    control.abort();
    line.textContent = "Cancelling …";
    if (found.length === files.length) cancelling = ask("/library/delete", { ids: fresh(), cancel: true });
  };
  const done = (each) => {
    found.push(each);
    results.prepend(result(each));
    [bar.max, bar.value] = [files.length, found.length];
    line.textContent = `${found.length.toLocaleString("en")} of ${files.length.toLocaleString("en")} files read`;
  };
  results.replaceChildren();
  panel.hidden = stop.hidden = bar.hidden = false;
  [bar.max, bar.value] = [files.length, 0];
  await sendAll(files, library.largest_file, control.signal, done);
  const ticket = Math.max(0, ...found.map((each) => each.ticket ?? 0));
  const progress = ({ stage, done: over, total }) => {
    if (control.signal.aborted) return;
    bar.max = total || 1;
    if (total) bar.value = over;
    else bar.removeAttribute("value");
    line.textContent = `${stage || "Waiting"} …${total ? ` ${over.toLocaleString("en")} of ${total.toLocaleString("en")}` : ""}`;
  };
  try {
    if (control.signal.aborted && !cancelling) cancelling = ask("/library/delete", { ids: fresh(), cancel: true });
    if (ticket) await until(ticket, progress);
    if (cancelling) {
      await until((await cancelling).ticket);
      for (const each of found) if (each.outcome === "added") each.outcome = "cancelled";
    }
    found.sort((a, b) => (b.outcome === "refused") - (a.outcome === "refused")); // what needs attention first
    results.replaceChildren(...found.map(result));
    line.textContent = `Done: ${summary(found)}.`;
    const added = found.filter(({ outcome }) => outcome === "added");
    if (added.length) line.append(" ", button("Undo", () => remove(added)));
  } catch (error) {
    line.textContent = error.message;
  }
  stop.hidden = bar.hidden = true;
};
let batches = Promise.resolve();
const add = (files) => {
  if (files.length) batches = batches.then(() => batch(files));
};

const [some, whole, pasting, paste] = [".some", ".whole", ".pasting", ".paste"].map(find);
find(".files").addEventListener("click", () => some.click());
find(".folder").addEventListener("click", () => whole.click());
for (const input of [some, whole]) {
  input.addEventListener("change", () => {
    add(chosen(input));
    input.value = ""; // the same file may be chosen again
  });
}
const showPasting = (open) => {
  pasting.hidden = !open;
  paste.setAttribute("aria-expanded", String(open));
  (open ? pasting.querySelector("input") : paste).focus();
};
paste.addEventListener("click", () => showPasting(pasting.hidden));
pasting.querySelector(".cancel").addEventListener("click", () => showPasting(false));
pasting.addEventListener("submit", (event) => {
  event.preventDefault();
  const [title, text] = ["title", "text"].map((name) => pasting.elements[name].value);
  add([{ name: title, title, file: new Blob([text]) }]);
  pasting.reset();
  showPasting(false);
});

// The whole window takes what is dropped, while the view is open.
const drop = find(".adding");
const takes = (event) => isOpen() && library.may_change && event.dataTransfer?.types.includes("Files");
window.addEventListener("dragover", (event) => {
  if (!takes(event)) return;
  event.preventDefault();
  drop.classList.add("over");
});
window.addEventListener("dragleave", (event) => event.relatedTarget ?? drop.classList.remove("over"));
window.addEventListener("drop", (event) => {
  drop.classList.remove("over");
  if (!takes(event)) return;
  event.preventDefault();
  attempt(async () => add(await dropped(event.dataTransfer)));
});

find(".watching input").addEventListener("change", ({ target }) =>
  attempt(async () => {
    const { ticket } = await ask("/library/watching", { on: target.checked });
    if (ticket) await until(ticket);
  }),
);
search.addEventListener("input", draw);
sources.addEventListener("change", draw);
find("thead").addEventListener("click", ({ target }) => {
  const by = target.closest("[data-sort]")?.dataset.sort;
  if (!by) return;
  sorted = { by, up: sorted.by === by ? !sorted.up : ["title", "source"].includes(by) };
  draw();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || !isOpen() || event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  search.focus();
});

// While the view is open, it follows what others change.
const follow = async () => {
  if (isOpen() && !document.hidden) await look().catch(() => {}); // the next look will tell
  setTimeout(follow, GLANCE);
};
window.addEventListener("hashchange", () => isOpen() && attempt(refresh));
if (isOpen()) setTimeout(() => attempt(refresh));
setTimeout(follow, GLANCE);
