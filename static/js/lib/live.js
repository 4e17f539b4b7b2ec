/** What goes on in the service, as it happens: `GET /api/events`. */

const NAMES = /** @type {const} */ (['run', 'run-ended', 'log', 'dataset']);
const events = new EventTarget();
/** @type {EventSource | null} */
let source = null;
let watching = false;

function open() {
  if (source || document.hidden) return;
  source = new EventSource('/api/events');
  for (const name of NAMES) {
    source.addEventListener(name, ({ data }) => events.dispatchEvent(new CustomEvent(name, { detail: JSON.parse(data) })));
  }
}

function close() {
  source?.close();
  source = null;
}

// A browser keeps few connections to one service, so a page that nobody looks at gives its own up.
function watch() {
  if (watching) return;
  watching = true;
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
}

/**
 * Calls `listener` with what is told under `name`.
 * @template {keyof Api.Events} Name
 * @param {Name} name
 * @param {(told: Api.Events[Name]) => void} listener
 */
export function on(name, listener) {
  events.addEventListener(name, (event) => {
    if (event instanceof CustomEvent) listener(event.detail);
  });
  watch();
  open();
}
