// A shared tablet that nobody touches goes back to its start; whoever is still reading is asked in good time.
const SIGNS = ['pointerdown', 'keydown', 'scroll', 'touchmove'];

export default function (element) {
  const { seconds, warn, words } = element.dataset;
  const warning = document.querySelector('[data-warning]');
  let timers = [];

  const begin = () => {
    timers.forEach(clearTimeout);
    warning.hidden = true;
    timers = [
      setTimeout(() => { warning.textContent = words; warning.hidden = false; }, (seconds - warn) * 1000),
      setTimeout(() => { location.href = element.querySelector('a').href; }, seconds * 1000),
    ];
  };
  SIGNS.forEach((sign) => addEventListener(sign, begin, { passive: true }));
  begin();
}
