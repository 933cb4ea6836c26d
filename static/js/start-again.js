// A device that many use, and that nobody has touched for a while: it says so, and then goes back to its start. Any touch
// or key goes on. Where the line is down it keeps nothing of the ballot on the screen and tries again.
const RETRY = 5000;
const SIGNS = ['pointerdown', 'touchmove', 'keydown', 'input', 'scroll'];

export default function (warning) {
  const { dataset } = warning;
  let last = Date.now();
  let tried = 0;

  function say(text) {
    warning.textContent = text;
    warning.hidden = !text;
  }

  function goOn() {
    last = Date.now();
    say('');
  }

  async function goHome() {
    if (Date.now() - tried < RETRY) return;
    tried = Date.now();
    try {
      await fetch(dataset.home);
      location.replace(dataset.home);
    } catch {
      const main = document.querySelector('main');
      main.replaceChildren(...(main.contains(warning) ? [warning] : []));
      say(dataset.away);
    }
  }

  for (const sign of SIGNS) addEventListener(sign, goOn, { capture: true, passive: true });
  setInterval(() => {
    const idle = (Date.now() - last) / 1000;
    if (idle >= Number(dataset.reset)) goHome();
    else if (idle >= Number(dataset.warn) && !warning.textContent) say(dataset.words);
  }, 250);
}
