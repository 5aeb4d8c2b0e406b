// Where the reader is, kept in the address: a link shows another reader the same.

const place = new URLSearchParams(location.hash.slice(1));

function go(changes) {
  for (const [name, value] of Object.entries(changes)) {
    if (value) place.set(name, value);
    else place.delete(name);
  }
  const hash = place.toString();
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
}
