// Runs in Gradio's HTML component: `element`, `trigger` and `watch` are given.
const live = document.createElement("p"); // what a screen reader says; it outlasts the conversation being drawn anew
live.className = "quoth-unseen";
live.setAttribute("aria-live", "polite");
document.body.append(live);

let current = -1; // which of all citations is shown; answers are only ever added below
const citations = () => [...element.querySelectorAll("button[data-article]")];
const markCurrent = () =>
  citations().forEach((each, place) => {
    if (place === current) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  });

const beside = (button) => [...button.closest("ul").querySelectorAll("button[data-article]")];

const choose = (button) => {
  const { article, start, end, words, first, last } = button.dataset;
  current = citations().indexOf(button);
  markCurrent();
  const [among, quote] = [beside(button), JSON.stringify([article, start, end])];
  const detail = { quote, at: among.indexOf(button), of: among.length };
  document.dispatchEvent(new CustomEvent("quoth:cite", { detail }));
  const [from, to, left, right] = [start, end, first, last].map(Number);
  trigger("cite", { article, words, start: from, end: to, first: left, last: right });
};

document.addEventListener("quoth:step", ({ detail }) => {
  const shown = citations()[current];
  const among = shown ? beside(shown) : [];
  const next = among[among.indexOf(shown) + detail];
  if (!next) return;
  next.scrollIntoView({ block: "nearest" });
  choose(next);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]") || document.documentElement.dataset.view !== "ask") return;
  event.preventDefault();
  document.querySelector("#quoth-question textarea").focus();
});

const judge = (button) => {
  const turn = button.closest(".turn");
  const { verdict } = button.dataset;
  if (verdict !== "words") return trigger("verdict", { verdict, turn: Number(turn.dataset.turn) });
  // the article beside it is where words are marked; without one, the first place cited or near is opened
  const question = turn.querySelector(".question").textContent;
  document.dispatchEvent(new CustomEvent("quoth:mark", { detail: { turn: Number(turn.dataset.turn), question } }));
  const cited = [...turn.querySelectorAll("button[data-article]")];
  if (cited.length && !cited.some((each) => each.getAttribute("aria-current"))) choose(cited[0]);
};

const chat = () => element.querySelector("[data-chat]")?.dataset.chat ?? "";

// A link opens this answer; it names the words too, which are found again where the article has changed.
const link = (button) => {
  const { turn } = button.closest(".turn").dataset;
  const { article, start, words } = button.closest("li").querySelector("button[data-article]").dataset;
  return `${location.origin}${location.pathname}#${new URLSearchParams({ chat: chat(), turn, article, start, words })}`;
};

const openLink = () => {
  const linked = new URLSearchParams(location.hash.slice(1));
  if (!linked.has("article")) return;
  const status = document.querySelector("#quoth-head .status");
  if (status?.matches(".failed")) return;
  if (!status?.matches(".ready")) return setTimeout(openLink, 300);
  current = -1;
  markCurrent();
  document.dispatchEvent(new CustomEvent("quoth:cite", { detail: { quote: location.hash, at: 0, of: 1 } }));
  const [article, words] = [linked.get("article"), linked.get("words") ?? ""];
  trigger("link", { article, words, start: Number(linked.get("start")) || 0 });
};
window.addEventListener("hashchange", () => {
  const linked = new URLSearchParams(location.hash.slice(1)).get("chat");
  if (linked && linked !== chat()) document.dispatchEvent(new CustomEvent("quoth:open", { detail: linked }));
  openLink();
});
setTimeout(openLink);

const copy = async (button) => {
  const name = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy ?? link(button)); // missing where the page is neither local nor encrypted
    live.textContent = button.textContent = "Copied";
  } catch {
    live.textContent = button.textContent = "Your browser does not let this page copy";
  }
  setTimeout(() => (button.textContent = name), 2000);
};

element.addEventListener("click", (event) => {
  const citation = event.target.closest("button[data-article]");
  if (citation) return choose(citation);
  const copied = event.target.closest(".copy button");
  if (copied) return copy(copied);
  const said = event.target.closest("button[data-verdict]");
  if (said) return judge(said);
  const alone = event.target.closest("button[data-alone]");
  if (alone) {
    current = -1; // the places of this answer give way to others
    const turn = Number(alone.closest(".turn").dataset.turn);
    return trigger("understand", { turn, alone: alone.dataset.alone === "true" });
  }
  const example = event.target.closest("button[data-example]");
  if (example) trigger("example", { question: example.dataset.example });
});

// Gradio loses an answer whose event joins the stream of events at the moment when that stream closes
const PATIENCE = 5000; // milliseconds
let late = 0;
const watchForLateAnswer = () => {
  clearTimeout(late);
  if (!element.querySelector(".turn .waiting")) return;
  late = setTimeout(() => {
    trigger("resume");
    watchForLateAnswer();
  }, PATIENCE);
};

let shown = ""; // the conversation that was drawn last
const linkedTurn = () => {
  const linked = new URLSearchParams(location.hash.slice(1));
  return linked.get("chat") === chat() ? element.querySelector(`.turn[data-turn="${Number(linked.get("turn"))}"]`) : null;
};

watch("value", () => {
  watchForLateAnswer();
  const turns = element.querySelectorAll(".turn");
  const entered = chat() !== shown;
  shown = chat();
  if (shown) sessionStorage.setItem("quoth-chat", shown);
  if (entered) current = -1;
  if (turns.length === 0) {
    current = -1;
    return;
  }
  markCurrent();
  const last = turns[turns.length - 1];
  live.textContent = last.dataset.say;
  const turn = (entered && linkedTurn()) || last;
  turn.scrollIntoView({ block: "start", behavior: "auto" });
});
