// The table of subnets and services. It is one stop of the Tab key; arrow keys move within it.

function drawMatrix(vpc, choose) {
  const cells = vpc.subnets.map((subnet) => vpc.services.map((service) => cellOf(pathTo(vpc, subnet.id, service), choose)));
  const table = element(
    "table",
    { class: "matrix", role: "grid", "aria-label": `Paths of ${vpc.line.name || vpc.line.id}, a row for each subnet, a column for each service` },
    element("thead", {}, groupsOf(vpc), element("tr", {}, element("th", { scope: "col" }, "Subnet"), vpc.services.map((service) => element("th", { scope: "col" }, service)))),
    element("tbody", {}, vpc.subnets.map((subnet, row) => element("tr", {}, rowHeading(subnet), cells[row].map((cell) => element("td", {}, cell))))),
  );
  table.addEventListener("keydown", (event) => moveIn(cells, event));
  find("matrix").replaceChildren(table);
}

// Services that rules ask for stand first; the rest is there for information.
function groupsOf({ required, services }) {
  const others = services.length - required;
  if (!required || !others) return null;
  const heading = (columns, text) => element("th", { scope: "colgroup", colspan: columns, class: "group" }, text);
  return element("tr", {}, element("td", { class: "group" }), heading(required, "Required"), heading(others, "For information"));
}

function rowHeading(subnet) {
  return element(
    "th",
    { scope: "row" },
    subnet.name || element("span", { class: "id" }, subnet.id),
    element("span", { class: "muted id optional" }, subnet.name ? subnet.id : ""),
    element("span", { class: "muted" }, [subnet.cidrs, subnet.zone].join(" · ")),
  );
}

function cellOf(path, choose) {
  if (!path) return element("span", { class: "vh" }, "not followed");
  const wash = path.required ? { blocked: "bad", unknown: "doubt" }[path.mark] ?? "" : "idle";
  const words = { reached: "reached", public: "reached", blocked: "blocked", unknown: "unknown" };
  const cell = element(
    "button",
    { type: "button", class: `cell ${wash}`, tabindex: "-1", "aria-pressed": "false", onclick: () => choose(path, true) },
    icon(path.mark),
    element("span", {}, element("strong", {}, words[path.mark]), " ", element("span", {}, SHORT_WAYS[path.way])),
  );
  cell.path = path;
  return cell;
}

function markCell(path) {
  const cells = [...find("matrix").querySelectorAll("button")];
  for (const cell of cells) {
    cell.setAttribute("aria-pressed", String(cell.path === path));
    cell.tabIndex = cell.path === path ? 0 : -1;
  }
}

function moveIn(cells, event) {
  const row = cells.findIndex((line) => line.includes(event.target));
  if (row < 0 || event.altKey || event.metaKey) return;
  const column = cells[row].indexOf(event.target);
  const last = cells[row].length - 1;
  const steps = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    Home: [event.ctrlKey ? 0 : row, 0],
    End: [event.ctrlKey ? cells.length - 1 : row, last],
  };
  const [down, right] = steps[event.key] ?? [];
  const next = cells[down]?.[right];
  if (!(event.key in steps)) return;
  event.preventDefault();
  if (!next?.path) return;
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
