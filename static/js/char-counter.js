// Says how many letters are left, counted as the server counts them.
export default function (field) {
  const area = field.querySelector('textarea');
  const count = field.querySelector('[data-most]');
  const live = field.querySelector('[data-live]');
  const most = Number(count.dataset.most);
  let timer;

  function tell() {
    const left = most - [...area.value.normalize('NFC').trim()].length;
    count.textContent = (left < 0 ? count.dataset.over : count.dataset.left).replace('{n}', Math.abs(left));
    count.classList.toggle('is-over', left < 0);
    clearTimeout(timer);
    timer = setTimeout(() => { if (left < most * 0.1) live.textContent = count.textContent; }, 1000);
  }

  area.addEventListener('input', tell);
  tell();
}
