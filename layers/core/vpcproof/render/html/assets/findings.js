// The list of findings: filtered, a page at a time, and told to a screen reader by its count.

const VERDICTS = ["NON_COMPLIANT", "UNDETERMINED", "COMPLIANT", "NOT_APPLICABLE"];
const VERDICT_WORDS = ["non-compliant", "undetermined", "compliant", "not applicable"];
const SEVERITIES = ["critical", "high", "medium", "low"];
const PAGE = 100;

const filters = find("filters");
let matching = [];
let shown = 0;

function startFindings() {
  offer("verdict", [["", "needs attention"], ...VERDICTS.map((verdict, number) => [verdict, VERDICT_WORDS[number]]), ["all", "all"]]);
  offer("severity", [["", "all"], ...SEVERITIES.map((severity) => [severity, severity])]);
  offer("in", [["", "all"], ...report.vpcs.map(({ id, name }) => [id, name ? `${name} (${id})` : id])]);
  offer("rule", [["", "all"], ...report.rules.map(([name]) => [name, name])]);
  for (const input of inputs()) input.value = place.get(input.name) ?? "";
  for (const input of inputs()) if (input.value !== (place.get(input.name) ?? "")) input.value = "";
  filters.hidden = false;
  filters.addEventListener("input", () => { remember(); applyFilters(); });
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("reset", () => queueMicrotask(() => { clear(); remember(); applyFilters(); }));
  find("more").addEventListener("click", showMore);
  addEventListener("beforeprint", () => { while (shown < matching.length) appendPage(); });
  if (report.findings.length) applyFilters();
  else find("filters").hidden = true;
}

const inputs = () => [...filters.elements].filter((input) => input.name);

function offer(name, options) {
  filters.elements[name]?.append(...options.map(([value, text]) => element("option", { value }, text)));
}

function clear() {
  for (const input of inputs()) input.value = "";
}

function remember() {
  go(Object.fromEntries(inputs().map((input) => [input.name, input.value.trim()])));
}

function applyFilters() {
  const wanted = Object.fromEntries(inputs().map((input) => [input.name, input.value.trim()]));
  const words = (wanted.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  matching = report.findings.filter(
    ([rule, id, vpc, verdict, severity, text]) =>
      (wanted.verdict === "all" || (wanted.verdict ? VERDICTS[verdict] === wanted.verdict : verdict < 2)) &&
      (!wanted.severity || SEVERITIES[severity] === wanted.severity) &&
      (!wanted.in || report.vpcs[vpc]?.id === wanted.in) &&
      (!wanted.rule || report.rules[rule][0] === wanted.rule) &&
      (!words.length || hasAll([id, report.names[id], report.rules[rule][0], report.texts[text], report.vpcs[vpc]?.id, report.vpcs[vpc]?.name], words)),
  );
  shown = 0;
  find("findings-table").replaceWith(emptyTable());
  appendPage();
}

function hasAll(texts, words) {
  const all = texts.join(" ").toLowerCase();
  return words.every((word) => all.includes(word));
}

function emptyTable() {
  const heading = (text) => element("th", { scope: "col" }, text);
  return element(
    "table",
    { class: "findings", id: "findings-table" },
    element("caption", { class: "vh" }, "Findings, the worst first"),
    element("thead", {}, element("tr", {}, heading("Verdict"), heading("Resource"), heading("What was found"))),
    element("tbody"),
  );
}

function appendPage() {
  const rows = matching.slice(shown, shown + PAGE).map(rowOf);
  find("findings-table").tBodies[0].append(...rows);
  shown += rows.length;
  find("findings-table").hidden = !matching.length;
  const of = `${matching.length.toLocaleString("en")} of ${counted(report.findings.length, "verdict")}`;
  find("shown").textContent = shown < matching.length ? `${of}, the first ${shown.toLocaleString("en")} shown` : of;
  const left = matching.length - shown;
  find("more").hidden = !left;
  find("more").textContent = `Show ${Math.min(PAGE, left)} more`;
  return rows;
}

function showMore() {
  const heading = appendPage()[0].querySelector("th");
  heading.tabIndex = -1;
  heading.focus();
}

function rowOf([rule, id, vpc, verdict, severity, text, facts, known]) {
  const word = verdict ? VERDICT_WORDS[verdict] : SEVERITIES[severity];
  const mark = verdict ? VERDICTS[verdict].toLowerCase().replace("_", "-") : word;
  const [name, title, advice] = report.rules[rule];
  return element(
    "tr",
    {},
    element("td", {}, element("span", { class: `badge ${mark}` }, word), known ? element("span", { class: "muted" }, " unchanged") : null),
    element("th", { scope: "row" }, element("span", { class: "id" }, id), element("span", { class: "name" }, report.names[id] ?? ""), placeOf(report.vpcs[vpc], id)),
    element("td", {}, element("p", { class: "rule", title }, name), element("p", {}, report.texts[text]), detailsOf(facts.map((fact) => report.facts[fact]), verdict < 2 ? advice : "")),
  );
}

function placeOf(vpc, id) {
  if (!vpc) return null;
  const label = vpc.id === id ? "show it" : vpc.name || vpc.id;
  if (report.vpcs.indexOf(vpc) >= report.drawn) return vpc.id === id ? null : element("span", { class: "muted" }, label);
  return element("span", { class: "muted" }, element("a", { href: `#vpc=${encodeURIComponent(vpc.id)}` }, label));
}

function detailsOf(facts, advice) {
  if (!facts.length && !advice) return null;
  return element(
    "details",
    {},
    element("summary", {}, facts.length && advice ? "Facts and fix" : facts.length ? "Facts" : "Fix"),
    facts.length ? element("ul", {}, facts.map(([id, detail]) => element("li", {}, element("span", { class: "id" }, id), ` ${detail}`))) : null,
    advice ? element("p", {}, element("strong", {}, "Fix. "), ...prose(advice)) : null,
  );
}
