// Asks the browser for a passkey when its form is sent, and sends the answer in the form. The server checks it.
const ACTS = {
  create: (publicKey) => navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey),
  }),
  get: (publicKey) => navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey),
  }),
};

const canAsk = () => Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);

export default function (form) {
  if (!canAsk()) return;
  const answer = form.querySelector('[data-answer]');
  const failed = form.querySelector('[data-failed]');
  form.querySelector('[data-without]').hidden = true;
  form.querySelector('[data-with]').hidden = false;

  async function ask() {
    const headers = { 'X-CSRFToken': form.elements.csrf_token.value };
    const response = await fetch(form.dataset.ask, { method: 'POST', headers });
    const credential = await ACTS[form.dataset.act](await response.json());
    answer.value = JSON.stringify(credential.toJSON());
    form.submit();
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    failed.textContent = '';
    if (form.reportValidity()) ask().catch(() => { failed.textContent = failed.dataset.failed; });
  });
}
