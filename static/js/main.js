// Loads a module for each name in `data-module="…"`. Pages work without any of them.
const modules = {
  'ballot-counter': () => import('./ballot-counter.js'),
  'char-counter': () => import('./char-counter.js'),
  'details-open': () => import('./details-open.js'),
  'error-summary': () => import('./error-summary.js'),
  'money-hint': () => import('./money-hint.js'),
  'passkey': () => import('./passkey.js'),
  'recount': () => import('./recount.js'),
  'submit-once': () => import('./submit-once.js'),
};

for (const element of document.querySelectorAll('[data-module]')) {
  for (const name of element.dataset.module.split(' ')) {
    modules[name]?.().then((module) => module.default(element));
  }
}
