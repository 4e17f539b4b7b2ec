/** What goes on in the service, as it happens: `GET /api/events`. */

const NAMES = ['run', 'run-ended', 'log', 'dataset'];
const events = new EventTarget();
let source = null;

function open() {
  if (source || document.hidden) return;
  source = new EventSource('/api/events');
  for (const name of NAMES) {
    source.addEventListener(name, ({ data }) => events.dispatchEvent(new CustomEvent(name, { detail: JSON.parse(data) })));
  }
}

// A browser keeps few connections to one service, so a page that nobody looks at gives its own up.
function close() {
  source?.close();
  source = null;
}

document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));

/** Calls `listener` with what is told under `name`: `run`, `run-ended`, `log` or `dataset`. */
export function on(name, listener) {
  events.addEventListener(name, ({ detail }) => listener(detail));
  open();
}
