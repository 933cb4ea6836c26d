// Prints the page as it stands.
export default function (place) {
  place.hidden = false;
  place.querySelector('button').addEventListener('click', () => print());
}
