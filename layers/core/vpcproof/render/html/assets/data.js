// What the page holds as JSON: an index at once, the drawing of a VPC when it is looked at.

const report = JSON.parse(find("data").textContent);
const drawings = new Map();

const WAYS = {
  "interface-endpoint": "interface endpoint",
  "gateway-endpoint": "gateway endpoint",
  "central-endpoint": "central endpoint",
  nat: "NAT",
  "internet-gateway": "internet gateway",
  "transit-gateway": "transit gateway",
  "virtual-private-gateway": "virtual private gateway",
  none: "no way",
};
const SHORT_WAYS = { ...WAYS, "interface-endpoint": "interface", "gateway-endpoint": "gateway", "central-endpoint": "central", "internet-gateway": "internet", "transit-gateway": "transit", "virtual-private-gateway": "VPN" };
const OUTCOMES = { reached: "Reached", public: "Reached over public addresses", blocked: "Blocked", unknown: "Could not be told" };

function pathFrom([subnet, service, way, reachable, via, hops, changes, opens], vpc) {
  const isPrivate = way.endsWith("-endpoint");
  return {
    subnet: vpc.subnets[subnet],
    service: vpc.services[service],
    way,
    via,
    changes,
    opens,
    required: service < vpc.required,
    mark: reachable === null ? "unknown" : !reachable ? "blocked" : isPrivate ? "reached" : "public",
    hops: hops.map((hop) => hopFrom(vpc.hops[hop], vpc)),
  };
}

function hopFrom([stage, passed, notes], vpc) {
  return {
    stage: report.stages[stage],
    mark: passed === null ? "unknown" : passed ? "reached" : "blocked",
    notes: notes.map((note) => vpc.notes[note]).map(([id, detail, packet]) => ({ id, detail, packet })),
  };
}

function drawingOf(position) {
  if (!drawings.has(position)) {
    const vpc = JSON.parse(find(`vpc-${position}`).textContent);
    vpc.line = report.vpcs[position];
    vpc.paths = vpc.paths.map((path) => pathFrom(path, vpc));
    drawings.set(position, vpc);
  }
  return drawings.get(position);
}

const pathTo = (vpc, subnet, service) =>
  vpc.paths.find((path) => path.subnet.id === subnet && path.service === service);

// What is shown first: a required path that is blocked, by the most settings.
const worstPath = (vpc) => {
  const closed = (path) => path.hops.filter((hop) => hop.mark !== "reached").length;
  const rank = (path) => ["blocked", "unknown", "public", "reached"].indexOf(path.mark) * 10 + (path.required || !vpc.required ? 0 : 100) - closed(path);
  return vpc.paths.reduce((worst, path) => (rank(path) < rank(worst) ? path : worst), vpc.paths[0]);
};
