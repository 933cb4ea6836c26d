// What was typed is on the server, and need not stay on the device.
import { dropSaved } from './onsite/draft.js';

export default function (element) { dropSaved(element.dataset.store, element.dataset.words); }
