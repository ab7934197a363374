// Sorts and filters the table of questions; without it the table is whole and in the order of the file.
function sortable(root) {
  const table = root.querySelector("#questions table");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const words = root.querySelector("#words");
  const outcome = root.querySelector("#outcome");
  const count = root.querySelector("#count");

  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const fits = wanted.every((word) => text.includes(word)) && ["", row.dataset.outcome].includes(outcome.value);
      row.hidden = !fits;
      shown += fits;
    }
    count.textContent = `${shown} of ${rows.length} questions`;
  };

  const sort = (column, head) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim().toLowerCase();
    const compare = (a, b) => key(a).localeCompare(key(b), "en", { numeric: true });
    body.append(...[...rows].sort((a, b) => (down ? compare(b, a) : compare(a, b))));
  };

  [...table.tHead.rows[0].cells].forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => sort(column, head));
  });
  words.addEventListener("input", filter);
  outcome.addEventListener("input", filter);
  root.querySelector("#controls").addEventListener("submit", (event) => event.preventDefault());
  root.querySelector("#controls").hidden = false;
  filter();
}
