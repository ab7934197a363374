// Runs in Gradio's HTML component: `element`, `trigger` and `watch` are given. What the search is limited to.
const SHOWN = 50; // articles at a time
const panel = document.createElement("div");
panel.className = "limiting";
panel.id = "quoth-limiting"; // the button that opens it names it
panel.setAttribute("popover", "");
panel.setAttribute("role", "dialog");
panel.setAttribute("aria-label", "Limit the search");
panel.innerHTML =
  "<form><div class='dates'><label>From <input type='date' name='since'></label>" +
  "<label>Until <input type='date' name='until'></label></div>" +
  "<fieldset class='sources'><legend>Sources</legend><div></div></fieldset>" +
  "<fieldset class='articles'><legend>Articles</legend>" +
  "<label>Find an article <input type='search' autocomplete='off'></label><div></div><p role='status'></p></fieldset>" +
  "<div class='buttons'><button type='submit'>Apply</button><button type='button' class='all'>All articles</button>" +
  "<button type='button' class='close'>Cancel</button></div></form>";
element.after(panel);
const [since, until] = ["since", "until"].map((name) => panel.querySelector(`[name=${name}]`));
const words = panel.querySelector("[type=search]");
const [sourceRows, articleRows] = [".sources div", ".articles div"].map((rows) => panel.querySelector(rows));
let articles = []; // all that can be chosen
let chosen = { article_ids: new Set(), sources: new Set() };

// Titles and sources are put in as text, never as markup.
const row = (kind, value, text, note) => {
  const [label, box, extra] = ["label", "input", "span"].map((tag) => document.createElement(tag));
  box.type = "checkbox";
  box.checked = chosen[kind].has(value);
  box.addEventListener("change", () => chosen[kind][box.checked ? "add" : "delete"](value));
  extra.className = "date";
  extra.textContent = note;
  label.append(box, ` ${text} `, extra);
  return label;
};

const drawSources = () => {
  const counts = new Map();
  for (const { source } of articles) if (source) counts.set(source, (counts.get(source) ?? 0) + 1);
  const rows = [...counts].sort(([a], [b]) => a.localeCompare(b)).map(([name, count]) => row("sources", name, name, count));
  sourceRows.replaceChildren(...rows);
  panel.querySelector(".sources").hidden = rows.length === 0;
};

const drawArticles = () => {
  const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ title }) => wanted.every((word) => title.toLowerCase().includes(word));
  const found = articles.filter(fits);
  const first = found.filter(({ id }) => chosen.article_ids.has(id));
  const rest = found.filter(({ id }) => !chosen.article_ids.has(id)).slice(0, SHOWN);
  articleRows.replaceChildren(...[...first, ...rest].map(({ id, title, date }) => row("article_ids", id, title, date)));
  const more = found.length - first.length - rest.length;
  const said = found.length ? (more ? `and ${more.toLocaleString()} more: type words of their titles` : "") : "No title has these words.";
  panel.querySelector("p").textContent = said;
};

document.addEventListener("quoth:offer", ({ detail }) => {
  articles = detail;
  drawSources();
  drawArticles();
});

panel.addEventListener("toggle", (event) => {
  if (event.newState !== "open") return;
  const scope = JSON.parse(element.querySelector(".limits").dataset.scope);
  chosen = { article_ids: new Set(scope.article_ids), sources: new Set(scope.sources) };
  since.value = scope.since ?? "";
  until.value = scope.until ?? "";
  words.value = "";
  drawSources();
  drawArticles();
  trigger("offer");
  since.focus();
});
words.addEventListener("input", drawArticles);
words.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault(); // it would apply limits that are still being chosen
});

const limit = (scope) => trigger("limit", scope);
document.addEventListener("quoth:only", ({ detail }) => limit({ article_ids: [detail], sources: [], since: "", until: "" }));
panel.addEventListener("submit", (event) => {
  event.preventDefault();
  panel.hidePopover();
  const [article_ids, sources] = [[...chosen.article_ids], [...chosen.sources]];
  limit({ article_ids, sources, since: since.value, until: until.value });
});
panel.querySelector(".close").addEventListener("click", () => panel.hidePopover());
panel.querySelector(".all").addEventListener("click", () => {
  panel.hidePopover();
  limit({ article_ids: [], sources: [], since: "", until: "" });
});
element.addEventListener("click", ({ target }) => {
  const chip = target.closest(".chip");
  if (chip) limit(JSON.parse(chip.dataset.left));
});
