// Sends a photo over a weak line: again and again, with the same key, so that it is there once; and says so. The page
// must stay open meanwhile, for a photo is not kept in this device's store.
const PATIENCE = 120000; // ms that a large photo may take
const WAITS = [2, 4, 8, 15, 30]; // seconds

export default function (form) {
  const state = form.querySelector('[data-state]');
  let isSending = false;
  let tries = 0;

  async function send(body) {
    state.textContent = state.dataset.sending;
    try {
      const options = { method: 'POST', body, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) };
      const answer = await fetch(form.action, options);
      if (answer.status >= 500) throw new Error('away');
      if (answer.type === 'opaqueredirect') return await arrived();
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const faults = [...page.querySelectorAll('.faults li, main h1 ~ p')].map((fault) => fault.textContent.trim());
      state.textContent = faults[0] ?? '';
    } catch {
      state.textContent = state.dataset.again;
      setTimeout(() => send(body), WAITS[Math.min(tries++, WAITS.length - 1)] * 1000);
      return;
    }
    isSending = false;
  }

  // A redirect leads back to this page, or to the sign-in: asking for this page tells which.
  async function arrived() {
    const page = await fetch(location.pathname, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) });
    if (page.type !== 'opaqueredirect') {
      isSending = false;
      return location.reload();
    }
    state.textContent = state.dataset.signedOut;
    isSending = false;
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    tries = 0;
    send(new FormData(form));
  });
  addEventListener('beforeunload', (event) => { if (isSending) event.preventDefault(); });
}
