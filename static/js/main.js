// Loads a module for each name in `data-module="…"`. Pages work without any of them.
const modules = {
  'ballot-counter': () => import('./ballot-counter.js'),
  'char-counter': () => import('./char-counter.js'),
  'code-from-address': () => import('./code-from-address.js'),
  'cost-lines': () => import('./cost-lines.js'),
  'details-open': () => import('./details-open.js'),
  'error-summary': () => import('./error-summary.js'),
  'keypad': () => import('./keypad.js'),
  'kiosk-idle': () => import('./kiosk-idle.js'),
  'kiosk-send': () => import('./kiosk-send.js'),
  'map-pin': () => import('./map-pin.js'),
  'money-hint': () => import('./money-hint.js'),
  'passkey': () => import('./passkey.js'),
  'print-page': () => import('./print-page.js'),
  'recount': () => import('./recount.js'),
  'start-again': () => import('./start-again.js'),
  'submit-once': () => import('./submit-once.js'),
};

export function wake(root) {
  for (const element of root.querySelectorAll('[data-module]')) {
    for (const name of element.dataset.module.split(' ')) {
      modules[name]?.().then((module) => module.default(element));
    }
  }
}

wake(document);
