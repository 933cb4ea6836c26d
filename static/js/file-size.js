// Says at once that a file is too large, instead of after minutes of sending it. The server says so without this, too.
const MEGABYTE = 1024 * 1024;

export default function fileSize(form) {
  const input = form.querySelector('input[type="file"][data-most]');
  if (!input) return;
  const said = Object.assign(document.createElement('p'), { className: 'count' });
  said.setAttribute('role', 'status');
  input.after(said);

  const size = () => (input.files[0]?.size ?? 0) / MEGABYTE;
  const isOver = () => size() > Number(input.dataset.most);

  input.addEventListener('change', () => {
    const written = size().toFixed(1);
    said.textContent = isOver() ? input.dataset.over.replace('{n}', written) : input.files[0] ? `${written}MB` : '';
  });
  form.addEventListener(
    'submit',
    (event) => {
      if (!isOver()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      input.focus();
    },
    true,
  );
}
