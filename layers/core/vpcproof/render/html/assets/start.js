// What happens first, and what a choice of VPC or path changes.

let current = null;

function choosePath(path, moveFocus) {
  go({ vpc: current.line.id, path: `${path.subnet.id} ${path.service}` });
  markCell(path);
  drawMap(current, path, choosePath);
  drawProof(current, path, backToTable);
  if (!moveFocus) return;
  find("proof-title").focus({ preventScroll: true });
  find("proof").scrollIntoView({ block: "nearest" });
}

function backToTable() {
  find("matrix").querySelector('[aria-pressed="true"]').focus();
}

function openVpc(position) {
  current = drawingOf(position);
  const { id, name, cidrs } = current.line;
  const title = [name || id, " ", element("span", { class: "id muted" }, name ? id : ""), element("span", { class: "muted" }, ` ${cidrs}`)];
  find("network").replaceChildren(...title);
  drawMatrix(current, choosePath);
  const [subnet, service] = (place.get("path") ?? "").split(" ");
  choosePath(pathTo(current, subnet, service) ?? worstPath(current), false);
  markVpc(id);
}

function openPlace() {
  const wanted = report.vpcs.findIndex(({ id }) => id === place.get("vpc"));
  openVpc(wanted < report.drawn ? Math.max(wanted, 0) : 0);
}

function startTheme() {
  const button = find("theme");
  const isDark = () => (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const label = () => { button.textContent = isDark() ? "Light colours" : "Dark colours"; };
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    label();
  });
  label();
  button.hidden = false;
}

// A link to a VPC keeps the filters that are set.
function followHash() {
  const asked = new URLSearchParams(location.hash.slice(1));
  if (!asked.has("vpc")) return;
  go({ vpc: asked.get("vpc"), path: asked.get("path") });
  openPlace();
  find("network").focus();
}

startTheme();
if (report.drawn) {
  find("network-section").hidden = false;
  find("paths-section")?.remove();
  startPicker(openVpc);
  openPlace();
  addEventListener("hashchange", followHash);
}
if (report.rules) startFindings();
