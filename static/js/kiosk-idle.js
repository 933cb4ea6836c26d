// Nobody has touched the kiosk for a while: it says so, and then goes back to its start page. Any touch or key goes on.
// Where the line is down it keeps nothing of the ballot on the screen and tries again.
const RETRY = 5000;

export default function (warning) {
  const { dataset } = warning;
  let last = Date.now();
  let tried = 0;

  function goOn() {
    last = Date.now();
    warning.textContent = '';
  }

  async function goHome() {
    if (Date.now() - tried < RETRY) return;
    tried = Date.now();
    try {
      await fetch(dataset.home);
      location.replace(dataset.home);
    } catch {
      document.querySelector('main').replaceChildren();
      warning.textContent = dataset.away;
    }
  }

  for (const kind of ['pointerdown', 'keydown', 'input', 'scroll']) {
    addEventListener(kind, goOn, { capture: true, passive: true });
  }
  setInterval(() => {
    const idle = (Date.now() - last) / 1000;
    if (idle >= Number(dataset.reset)) goHome();
    else if (idle >= Number(dataset.warn) && !warning.textContent) warning.textContent = dataset.words;
  }, 250);
}
