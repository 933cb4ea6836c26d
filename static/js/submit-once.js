// A second press within ten seconds does not send the form twice. Coming back to the page frees it.
const PAUSE = 10000;

export default function (form) {
  let sent = 0;
  form.addEventListener('submit', (event) => {
    if (Date.now() - sent < PAUSE) event.preventDefault();
    else sent = Date.now();
  });
  addEventListener('pageshow', () => { sent = 0; });
}
