// What went wrong is heard and seen first, and each fault leads to its control.
export default function (summary) {
  summary.focus();
}
