// Loads a module for each name in `data-module="…"`. Pages work without any of them.
const modules = {
  'ballot-counter': () => import('./ballot-counter.js'),
  'char-counter': () => import('./char-counter.js'),
  'code-from-address': () => import('./code-from-address.js'),
  'cost-lines': () => import('./cost-lines.js'),
  'details-open': () => import('./details-open.js'),
  'draft-done': () => import('./draft-done.js'),
  'error-summary': () => import('./error-summary.js'),
  'file-size': () => import('./file-size.js'),
  'keypad': () => import('./keypad.js'),
  'kiosk-send': () => import('./kiosk-send.js'),
  'map': () => import('./map.js'),
  'map-pin': () => import('./map-pin.js'),
  'money-hint': () => import('./money-hint.js'),
  'passkey': () => import('./passkey.js'),
  'print-page': () => import('./print-page.js'),
  'recount': () => import('./recount.js'),
  'similar': () => import('./similar.js'),
  'send-photo': () => import('./send-photo.js'),
  'sheet-save': () => import('./sheet-save.js'),
  'start-again': () => import('./start-again.js'),
  'submit-once': () => import('./submit-once.js'),
  'visit-answers': () => import('./visit-answers.js'),
};

export function wake(root) {
  for (const element of root.querySelectorAll('[data-module]')) {
    for (const name of element.dataset.module.split(' ')) {
      modules[name]?.().then((module) => module.default(element));
    }
  }
}

wake(document);
