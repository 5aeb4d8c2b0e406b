// The proof of one path: hop by hop, each setting that blocks, the packet that shows it, and the fix.

function drawProof(vpc, path, back) {
  const panel = find("proof");
  panel.replaceChildren(
    element("h3", { id: "proof-title", tabindex: "-1" }, `${path.subnet.name || path.subnet.id} to ${path.service}`),
    element("p", { class: `outcome ${path.mark}` }, icon(path.mark), outcomeInWords(path)),
    element("ol", { class: "hops" }, startOf(path), path.hops.map(hopItem), endOf(path)),
    ...(path.mark === "blocked" || path.mark === "unknown" ? fixOf(vpc, path) : []),
    element("p", { class: "actions" }, element("button", { type: "button", class: "quiet", onclick: back }, "Back to the table")),
  );
  panel.onkeydown = (event) => event.key === "Escape" && back();
}

function outcomeInWords(path) {
  const words = OUTCOMES[path.mark];
  return path.way === "none" ? words : `${words}: ${WAYS[path.way]}`;
}

function startOf({ subnet }) {
  return element("li", { class: "hop reached" }, icon("reached"), element("strong", {}, subnet.name || "Subnet"), element("p", {}, element("span", { class: "id" }, subnet.id), ` ${subnet.cidrs}, ${subnet.zone}`));
}

function endOf(path) {
  const mark = path.mark === "public" ? "reached" : path.mark;
  const how = { reached: "reached", blocked: "not reached", unknown: "not known whether it is reached" }[mark];
  const via = path.via.length ? [" by way of ", element("span", { class: "id" }, path.via.join(", "))] : [];
  return element("li", { class: `hop ${mark}` }, icon(path.mark), element("strong", {}, path.service), element("p", {}, how, ...via));
}

function hopItem(hop) {
  return element(
    "li",
    { class: `hop ${hop.mark}` },
    icon(hop.mark),
    element("strong", {}, hop.stage),
    hop.mark === "reached" ? null : element("span", { class: "vh" }, hop.mark === "blocked" ? " blocks:" : " could not be told:"),
    hop.notes.map((note) => noteOf(note, hop.mark)),
  );
}

function noteOf(note, mark) {
  const subject = note.id && !note.detail.includes(note.id) ? [element("span", { class: "id" }, note.id), " "] : [];
  const said = element("p", {}, ...subject, note.detail);
  return note.packet && mark !== "reached" ? [said, packetOf(note.packet)] : said;
}

function packetOf([port, source, destination]) {
  const pair = (name, value) => (value ? [element("dt", {}, name), element("dd", {}, value)] : []);
  return element("dl", { class: "packet", "aria-label": "Counterexample" }, pair("packet", `TCP ${port}`), pair("from", source), pair("to", destination));
}

function fixOf(vpc, path) {
  const changes = path.changes.map((number) => vpc.plan.changes[number]);
  const advice = path.opens ? [] : findingsAbout(vpc, path);
  if (changes.length || advice.length) return [...planOf(vpc, path, changes), ...adviceOf(advice), commandOf(vpc)];
  return report.rules ? [element("h4", {}, "The fix"), element("p", { class: "about muted" }, "No rule asks for this path, so nothing is broken by it.")] : [];
}

function planOf(vpc, path, changes) {
  if (!changes.length) return [];
  const whole = changes.length === 1 ? "The fix" : "The fix, all of it together";
  const extras = (risk, cost) => [risk, Number(cost) ? `$${cost} a month` : ""].filter(Boolean).join(", ");
  return [
    element("h4", {}, path.opens ? whole : "Part of the fix, which does not open this path alone"),
    element("ul", { class: "changes" }, changes.map(([summary, risk, cost]) => element("li", {}, summary, element("span", { class: "muted" }, ` · ${extras(risk, cost)}`)))),
    element("p", { class: "small muted" }, vpc.plan.proof),
  ];
}

function adviceOf(rules) {
  if (!rules.length) return [];
  return [
    element("h4", {}, "How to fix it, in the words of the rules"),
    ...rules.map(([name, , advice]) => element("p", { class: "about" }, prose(advice), element("br"), element("span", { class: "muted small" }, name))),
  ];
}

function commandOf(vpc) {
  return element("pre", { class: "command", "aria-label": "Command that plans the repair" }, `vpcproof fix --vpc ${vpc.line.id}`);
}

// The rules that found something broken about a setting that blocks, or about this service.
function findingsAbout(vpc, path) {
  if (!report.rules) return [];
  const position = report.vpcs.indexOf(vpc.line);
  const settings = new Set(path.hops.filter((hop) => hop.mark !== "reached").flatMap((hop) => hop.notes.flatMap((note) => note.id.split(", "))));
  const isAbout = ([, id, at, verdict, , text]) =>
    at === position && verdict === 0 && (settings.has(id) && id !== vpc.line.id ? true : mentions(report.texts[text], path.service) && [path.subnet.id, vpc.line.id].includes(id));
  return [...new Set(report.findings.filter(isAbout).map(([rule]) => rule))].map((rule) => report.rules[rule]);
}

const mentions = (text, service) => text.split(/[\s,;:()]+/).includes(service);
