// The code on a printed sheet's QR stands behind the # of the address, which browsers never send: it is put into the
// field here, and taken out of the address, so that it stays in no history.
export default function (form) {
  const code = decodeURIComponent(location.hash.slice(1));
  const input = form.querySelector('input[name="code"]');
  if (!/^[0-9A-Za-z -]{1,40}$/.test(code) || code === 'main') return;
  history.replaceState(null, '', location.pathname + location.search);
  input.value = code;
  input.focus();
}
