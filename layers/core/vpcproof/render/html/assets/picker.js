// The list of VPCs, where there are several.

function startPicker(open) {
  if (report.drawn < 2) return;
  const search = find("vpc-search");
  find("picker").hidden = false;
  search.addEventListener("input", () => listVpcs(search.value, open));
  listVpcs("", open);
}

function listVpcs(words, open) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const drawable = report.vpcs.slice(0, report.drawn);
  const found = drawable.map((vpc, position) => ({ vpc, position })).filter(({ vpc }) => {
    const text = `${vpc.name} ${vpc.id} ${vpc.cidrs}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  find("vpc-list").replaceChildren(...found.map(({ vpc, position }) => element("li", {}, vpcButton(vpc, position, open))));
  find("vpc-count").textContent = `${found.length.toLocaleString("en")} of ${counted(report.drawn, "VPC")}`;
  markVpc(place.get("vpc"));
}

function vpcButton(vpc, position, open) {
  const { blocked } = vpc;
  const tally = report.rules ? (vpc.findings ? counted(vpc.findings, "finding") : "no finding") : blocked ? `${blocked} blocked` : "";
  return element(
    "button",
    { type: "button", "data-vpc": vpc.id, onclick: () => open(position) },
    element("strong", {}, vpc.name || vpc.id),
    element("span", { class: `tally ${vpc.worst}` }, tally),
    element("span", { class: "id" }, vpc.name ? vpc.id : vpc.cidrs),
  );
}

function markVpc(id) {
  for (const button of find("vpc-list").querySelectorAll("button")) {
    if (button.dataset.vpc === id) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}
