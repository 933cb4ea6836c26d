// What went wrong is heard and seen first, and each fault leads to its control. The way back to this page asks for it
// anew: a browser would else ask whether to send the refused form once more.
export default function (summary) {
  summary.focus();
  history.replaceState(null, "", location.href);
}
