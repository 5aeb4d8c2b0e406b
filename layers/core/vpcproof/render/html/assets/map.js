// The map of a VPC: zones are columns, subnets stand in them, endpoints and route targets below.
// Every text is also in the table and in the proof, so to a screen reader it is one picture.

const GUTTER = 262, COLUMN = 250, GAP = 14, LANE = 26, CARD = 92, ROW = 48, TOP = 30;

function drawMap(vpc, chosen, choose) {
  const board = new Board(vpc, chosen, choose);
  const picture = board.picture();
  picture.style.minInlineSize = `${Math.round(board.width * 0.84)}px`;
  find("map").replaceChildren(picture);
}

class Board {
  constructor(vpc, chosen, choose) {
    Object.assign(this, { vpc, chosen, choose });
    this.width = GUTTER + vpc.zones.length * (COLUMN + GAP);
    this.tall = Math.max(...vpc.zones.map((zone) => this.subnetsIn(zone).length), 1);
    this.below = TOP + this.tall * (CARD + 10) + 26;
    this.rows = vpc.endpoints.filter((endpoint) => endpoint.type !== "Gateway");
    this.targetsAt = this.below + this.rows.length * ROW + (this.rows.length ? 34 : 8);
    this.perLine = Math.max(1, Math.floor((this.width - GUTTER) / 250));
    this.lines = Math.ceil(vpc.targets.length / this.perLine);
    this.height = vpc.targets.length ? this.targetsAt + this.lines * 52 + 6 : this.targetsAt - 20;
    this.paths = vpc.paths.filter((path) => path.service === chosen.service);
    this.closed = this.settings("blocked");
    this.open = this.settings("unknown");
  }

  subnetsIn(zone) {
    return this.vpc.subnets.filter((subnet) => subnet.zone === zone);
  }

  settings(mark) {
    const hops = this.paths.flatMap((path) => path.hops).filter((hop) => hop.mark === mark);
    return new Set(hops.flatMap((hop) => hop.notes.flatMap((note) => note.id.split(", "))));
  }

  picture() {
    const blocked = this.paths.filter((path) => path.mark === "blocked").length;
    const label = `Map of ${this.vpc.line.name || this.vpc.line.id}: ${counted(this.vpc.subnets.length, "subnet")} in ${counted(this.vpc.zones.length, "zone")}, ${counted(this.vpc.endpoints.length, "endpoint")}; ${this.chosen.service} is blocked from ${blocked}`;
    const size = { viewBox: `0 0 ${this.width} ${this.height}`, width: this.width, height: this.height };
    return drawn(
      "svg",
      { class: "map", role: "img", "aria-label": label, ...size },
      this.vpc.zones.map((zone, column) => this.zone(zone, column)),
      this.rows.map((endpoint, row) => this.endpoint(endpoint, row)),
      this.vpc.targets.map((target, position) => this.target(target, position)),
      this.headings(),
      this.ordered().map((path) => this.way(path)),
    );
  }

  ordered() {
    return [...this.paths].sort((one, other) => (one === this.chosen) - (other === this.chosen));
  }

  headings() {
    const at = (y, text) => drawn("text", { x: 14, y, class: "heading" }, text);
    return [
      at(TOP + 16, "Subnets"),
      drawn("text", { x: 14, y: TOP + 34, class: "faint" }, `paths to ${cut(this.chosen.service, 26)}`),
      this.chip(this.vpc.line.id, 12, TOP + 46, 28),
      this.rows.length ? at(this.below - 8, "Interface endpoints") : null,
      this.vpc.targets.length ? at(this.targetsAt + 22, "Route targets") : null,
    ];
  }

  left(column) {
    return GUTTER + column * (COLUMN + GAP);
  }

  zone(name, column) {
    const left = this.left(column);
    const bottom = this.rows.length ? this.below + this.rows.length * ROW + 6 : this.below - 20;
    return drawn(
      "g",
      {},
      drawn("rect", { class: "zone", x: left, y: 6, width: COLUMN, height: bottom - 6, rx: 9 }),
      drawn("text", { x: left + 12, y: 23, class: "heading" }, cut(name, 30)),
      this.subnetsIn(name).map((subnet, row) => this.subnet(subnet, left + 8, TOP + row * (CARD + 10))),
    );
  }

  subnet(subnet, x, y) {
    const path = this.paths.find((each) => each.subnet === subnet);
    const width = COLUMN - LANE - 14;
    const wanted = subnet === this.chosen.subnet ? "card chosen" : "card";
    return drawn(
      "g",
      { class: "subnet", onclick: () => path && this.choose(path, false) },
      drawn("rect", { class: wanted, x, y, width, height: CARD, rx: 7 }),
      drawn("text", { x: x + 11, y: y + 20, class: "strong" }, cut(subnet.name || subnet.id, 26)),
      drawn("text", { x: x + 11, y: y + 36, class: "faint" }, cut(subnet.cidrs, 34)),
      this.chip(subnet.table, x + 8, y + 44, 26),
      this.chip(subnet.acl, x + 8, y + 66, 26),
      path ? this.mark(path.mark, x + width - 25, y + 8, path === this.chosen) : null,
    );
  }

  chip(id, x, y, length) {
    if (!id) return null;
    const state = this.closed.has(id) ? " closed" : this.open.has(id) ? " open-question" : "";
    const text = cut(this.vpc.names[id] ? `${this.vpc.names[id]} ${id}` : id, length);
    const stop = state === " closed" ? "✕ " : state ? "? " : "";
    return drawn(
      "g",
      { class: `chip${state}` },
      drawn("title", {}, [this.vpc.names[id], id].filter(Boolean).join(" ")),
      drawn("rect", { x, y, width: (text.length + stop.length) * 6.35 + 12, height: 18, rx: 5 }),
      drawn("text", { x: x + 6, y: y + 12.5 }, stop + text),
    );
  }

  endpoint(endpoint, row) {
    const y = this.below + row * ROW;
    const used = endpoint.service === this.chosen.service;
    const reached = this.paths.some((path) => path.mark === "reached" && path.via.includes(endpoint.id));
    const landed = new Set(endpoint.landings.map(([subnet]) => subnet));
    const dots = this.vpc.zones.map((zone, column) => this.landing(endpoint, zone, column, y, landed, reached));
    return drawn(
      "g",
      { class: used ? "row" : "row idle" },
      drawn("line", { class: "rail", x1: GUTTER, x2: this.width - GAP, y1: y + 18, y2: y + 18 }),
      drawn("text", { x: 14, y: y + 14, class: used ? "strong" : "" }, cut(endpoint.service, 15)),
      this.chip(endpoint.id, 122, y + 1, 17),
      endpoint.groups.slice(0, 2).map((group, position) => this.chip(group, 14 + position * 118, y + 22, endpoint.groups.length > 1 ? 15 : 32)),
      dots,
    );
  }

  landing(endpoint, zone, column, y, landed, reached) {
    const here = this.subnetsIn(zone).filter((subnet) => landed.has(subnet.id));
    if (!here.length) return null;
    const address = endpoint.landings.filter(([subnet]) => here.some((each) => each.id === subnet)).map(([, text]) => text).filter(Boolean);
    return drawn(
      "g",
      {},
      drawn("circle", { class: reached ? "landing used" : "landing", cx: this.left(column) + 24, cy: y + 18, r: 6 }),
      drawn("text", { x: this.left(column) + 36, y: y + 12, class: "mono" }, cut(address.join(", "), 28)),
    );
  }

  target(target, position) {
    const [x, y] = this.targetPlace(position);
    const used = this.paths.some((path) => path.via.includes(target.id));
    const state = this.closed.has(target.id) || target.dead ? "chip closed" : this.open.has(target.id) ? "chip open-question" : "chip";
    return drawn(
      "g",
      { class: used ? state : `${state} row` },
      drawn("rect", { x, y, width: 232, height: 42, rx: 7 }),
      drawn("text", { x: x + 10, y: y + 17 }, cut(target.id, 33)),
      drawn("text", { x: x + 10, y: y + 33 }, cut(target.dead ? `blackhole: ${target.routes}` : target.routes.join(", ") || "no route leads to it", 33)),
    );
  }

  targetPlace(position) {
    return [GUTTER + (position % this.perLine) * 250, this.targetsAt + Math.floor(position / this.perLine) * 52];
  }

  // From the card to the right into the lane of its column, then down to where the path ends.
  way(path) {
    const column = this.vpc.zones.indexOf(path.subnet.zone);
    const row = this.subnetsIn(path.subnet.zone).indexOf(path.subnet);
    const top = TOP + row * (CARD + 10) + CARD / 2;
    const edge = this.left(column) + COLUMN - LANE - 6;
    const lane = edge + 7 + Math.min(row, 4) * 4;
    const end = this.endOf(path, column);
    const chosen = path === this.chosen ? " chosen" : "";
    const stopped = path.mark === "blocked";
    const line = end && stopped ? `M${edge} ${top}H${lane}V${end.turn}` : end ? `M${edge} ${top}H${lane}V${end.turn}H${end.x}V${end.y}` : `M${edge} ${top}H${lane + 2}`;
    const [x, y] = end ? [lane - 8, end.turn - 8] : [lane - 4, top - 8];
    return drawn(
      "g",
      {},
      drawn("path", { class: `way ${path.mark}${chosen}`, d: line }),
      ["blocked", "unknown"].includes(path.mark) ? this.mark(path.mark, x, y, Boolean(chosen)) : null,
    );
  }

  endOf(path, column) {
    const row = this.rows.findIndex((endpoint) => path.via.includes(endpoint.id) || (path.way === "none" && endpoint.service === path.service));
    if (row >= 0) {
      const y = this.below + row * ROW + 18;
      const zones = this.vpc.zones.map((zone) => this.subnetsIn(zone).some((subnet) => this.rows[row].landings.some(([id]) => id === subnet.id)));
      const nearest = zones[column] ? column : zones.indexOf(true);
      return { turn: y, x: nearest < 0 ? this.left(column) + 120 : this.left(nearest) + 31, y };
    }
    const position = this.vpc.targets.findIndex((target) => path.via.includes(target.id));
    if (position < 0) return null;
    const [x, y] = this.targetPlace(position);
    return { turn: this.targetsAt - 12, x: x + 116, y };
  }

  mark(mark, x, y, chosen) {
    return drawn("svg", { class: `stop ${mark}${chosen ? " chosen" : ""}`, x, y, width: 16, height: 16 }, drawn("use", { href: `#i-${mark}` }));
  }
}
