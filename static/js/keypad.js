// Big number keys for whoever touches the screen; a keyboard does the same without them.
export default function (pad) {
  const field = document.getElementById(pad.dataset.field);
  pad.hidden = false;
  pad.addEventListener('click', ({ target }) => {
    if (target.type !== 'button') return;
    field.value = target.value ? field.value + target.value : field.value.slice(0, -1);
  });
}
