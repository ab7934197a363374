// Runs before library.js, in the same component. Files from a person's disk to the server, two at a time.
const AT_ONCE = 2;

// The files of what was dropped, those in folders too, each with its path. Hidden ones are passed over.
const inEntry = async (entry, path) => {
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) return [{ name: path + entry.name, file: await new Promise((...ends) => entry.file(...ends)) }];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((...ends) => reader.readEntries(...ends)); // a hundred at a time
    if (!some.length) return found;
    for (const each of some) found.push(...(await inEntry(each, `${path}${entry.name}/`)));
  }
};
const dropped = async (transfer) => {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const both = items.map((item) => ({ entry: item.webkitGetAsEntry?.(), file: item.getAsFile() })); // before any wait: they go
  const found = both.map(({ entry, file }) => (entry ? inEntry(entry, "") : [{ name: file.name, file }]));
  return (await Promise.all(found)).flat();
};
const chosen = (input) =>
  [...input.files]
    .map((file) => ({ name: file.webkitRelativePath || file.name, file }))
    .filter(({ name }) => !name.split("/").some((part) => part.startsWith(".")));

const send = async ({ name, file, title }, largest, signal) => {
  const megabytes = (bytes) => (bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 });
  if (file.size > largest) {
    const reason = `is too large: ${megabytes(file.size)} MB, more than ${megabytes(largest)} MB: split it`;
    return { name, outcome: "refused", reason };
  }
  try {
    const query = new URLSearchParams(title === undefined ? { name } : { title });
    const response = await fetch(`/library/upload?${query}`, { method: "POST", body: file, signal });
    if (response.ok) return { ...(await response.json()), name };
    return { name, outcome: "refused", reason: await response.text() };
  } catch {
    return signal.aborted ? { name, outcome: "cancelled" } : { name, outcome: "refused", reason: "could not be sent: is Quoth still running?" };
  }
};

// Calls `done` with what became of each file; those that a cancelled upload never sent are cancelled.
const sendAll = async (files, largest, signal, done) => {
  const waiting = [...files];
  const work = async () => {
    while (waiting.length) {
      const next = waiting.shift();
      done(signal.aborted ? { name: next.name, outcome: "cancelled" } : await send(next, largest, signal));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
};
