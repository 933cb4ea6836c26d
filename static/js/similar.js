// While a title is being written: which proposals are like it. The page that comes next says so in any case.
const PAUSE = 500; // ms after the last letter

export default function (place) {
  const input = document.getElementById(place.dataset.field);
  let timer = null;
  let asked = input.value;

  async function ask() {
    const title = input.value.trim();
    if (title === asked) return;
    asked = title;
    const url = `${place.dataset.url}?${new URLSearchParams({ title })}`;
    const answer = await fetch(url).catch(() => null);
    if (!answer?.ok || asked !== title) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    place.replaceChildren(...page.getElementById('similar').children);
  }

  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
}
