// Sorts and searches what is on the page. Without it, all of it can be read.
const collator = new Intl.Collator("en", { numeric: true });
const SECONDS = { d: 86400, h: 3600, m: 60, s: 1 };

function number(text) {
  return parseFloat(text.replaceAll(",", "").replace("−", "-"));
}

function duration(text) {
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/([\d.]+)([dhms])/g)) sum += count * SECONDS[unit];
  return text.startsWith("-") ? -sum : sum;
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

// What is missing comes last, whichever way a column is sorted.
function sort(table, column, kind, down) {
  const known = [], missing = [];
  for (const row of table.tBodies[0].rows) {
    const text = row.cells[column].textContent;
    (text === "–" ? missing : known).push({ row, key: kind === "number" ? number(text) : kind === "duration" ? duration(text) : text });
  }
  const compare = kind === "text" ? (a, b) => collator.compare(a.key, b.key) : (a, b) => a.key - b.key;
  known.sort(down ? (a, b) => compare(b, a) : compare);
  table.tBodies[0].append(...known.concat(missing).map((each) => each.row));
}

function makeSortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const kind = head.dataset.sort;
    const button = element("button", { type: "button", textContent: head.textContent });
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const before = head.getAttribute("aria-sort");
      const down = before ? before === "ascending" : kind !== "text";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      sort(table, column, kind, down);
    });
  });
}

function makeSearchable(sheet, items) {
  const label = element("label", { className: "search", textContent: `Search ${sheet.dataset.name.toLowerCase()}` });
  const field = element("input", { type: "search", autocomplete: "off", spellcheck: false });
  const found = element("output", { className: "found" });
  const texts = items.map((item) => item.textContent.toLowerCase());
  label.append(field);
  sheet.prepend(label, found);
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    items.forEach((item, index) => {
      item.hidden = !words.every((word) => texts[index].includes(word));
      count += !item.hidden;
    });
    found.textContent = words.length ? `${count.toLocaleString("en")} of ${items.length.toLocaleString("en")}` : "";
  });
}

for (const sheet of document.querySelectorAll(".sheet")) {
  const table = sheet.querySelector("table");
  const items = table ? [...table.tBodies[0].rows] : [...sheet.querySelectorAll(".folds > details")];
  if (table && items.length > 1) makeSortable(table);
  if (items.length > 10) makeSearchable(sheet, items);
}

// A link to something that is folded away opens it.
function unfold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target?.closest("details");
  if (folded) folded.open = true;
}
addEventListener("hashchange", unfold);
unfold();
