/** Swiping a title of a list: to the right one more, to the left one less. Up and down still scrolls. */

/** So far a finger goes before it is told what it does. */
const BEGINS_PX = 10;
/** So far it goes for a step. */
const FAR_PX = 56;
/** What is swiped follows no farther. */
const MOST_PX = 80;
/** From here on, the browser's own way back begins. */
const EDGE_PX = 24;

/**
 * A finger on a title, from where it came down.
 * @typedef {{ id: number, node: HTMLElement, pointer: number, x: number, y: number, by: 0 | 1 | -1, isSideways: boolean }} Swipe
 */

/** What a move so far to the side comes to. @param {number} dx @returns {0 | 1 | -1} */
function stepOf(dx) {
  if (Math.abs(dx) < FAR_PX) return 0;
  return dx > 0 ? 1 : -1;
}

/** @param {PointerEvent} event @returns {Swipe | null} */
function begin({ target, pointerType, isPrimary, pointerId, clientX, clientY }) {
  const node = target instanceof Element ? target.closest('[data-id]') : null;
  const isAtEdge = clientX < EDGE_PX || clientX > innerWidth - EDGE_PX;
  if (pointerType !== 'touch' || !isPrimary || isAtEdge || !(node instanceof HTMLElement)) return null;
  return { id: Number(node.dataset.id), node, pointer: pointerId, x: clientX, y: clientY, by: 0, isSideways: false };
}

/** @param {Swipe} swipe @param {number} dx */
function show({ node, by }, dx) {
  node.classList.add('swiped');
  node.classList.toggle('far', by !== 0);
  node.dataset.swipe = dx > 0 ? '+1' : '−1';
  node.style.setProperty('--swipe', `${Math.max(-MOST_PX, Math.min(MOST_PX, dx))}px`);
}

/** @param {Swipe} swipe */
function hide({ node }) {
  node.classList.remove('swiped', 'far');
  delete node.dataset.swipe;
  node.style.removeProperty('--swipe');
}

/** A swipe that ends on a link follows no link. @param {HTMLElement} root */
function spareClick(root) {
  const spare = (/** @type {Event} */ event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  root.addEventListener('click', spare, { capture: true, once: true });
  // The click comes right after the finger is lifted, or not at all.
  setTimeout(() => root.removeEventListener('click', spare, { capture: true }));
}

/**
 * Lets the titles in a list be swiped.
 * @param {HTMLElement} root
 * @param {(id: number, by: 1 | -1) => void} step
 */
export function startSwipe(root, step) {
  /** @type {Swipe | null} */
  let swipe = null;
  const end = () => {
    if (swipe) hide(swipe);
    swipe = null;
  };
  root.addEventListener('pointerdown', (event) => {
    end();
    swipe = begin(event);
  });
  root.addEventListener('pointermove', (event) => {
    if (!swipe || event.pointerId !== swipe.pointer) return;
    const [dx, dy] = [event.clientX - swipe.x, event.clientY - swipe.y];
    if (!swipe.isSideways) {
      if (Math.hypot(dx, dy) < BEGINS_PX) return;
      // What goes up or down is no swipe, whatever it does later.
      if (Math.abs(dy) >= Math.abs(dx)) return end();
      swipe.isSideways = true;
      swipe.node.setPointerCapture(event.pointerId);
    }
    swipe.by = stepOf(dx);
    show(swipe, dx);
  });
  root.addEventListener('pointerup', () => {
    const done = swipe;
    end();
    if (!done?.isSideways) return;
    spareClick(root);
    if (done.by) step(done.id, done.by);
  });
  // The browser scrolls instead.
  root.addEventListener('pointercancel', end);
}
