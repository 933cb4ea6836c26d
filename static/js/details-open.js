// Opens the details that the address points into, and all of them for print.
function reveal() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const details = target && target.closest('details');
  if (details) details.open = true;
}

export default function (root) {
  addEventListener('hashchange', reveal);
  addEventListener('beforeprint', () => root.querySelectorAll('details').forEach((one) => { one.open = true; }));
  reveal();
}
