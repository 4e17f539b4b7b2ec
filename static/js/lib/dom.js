/** Building blocks of the page. Data only ever becomes text, never markup. */

/**
 * What an element may hold. What is true, false or nothing is left out.
 * @typedef {Node | string | number | boolean | null | undefined | Children} Child
 */

/**
 * A list of them, which may hold lists itself.
 * @typedef {{ readonly length: number, readonly [index: number]: Child }} Children
 */

/**
 * An attribute by its name, or a listener by its event's.
 * @typedef {Record<string, string | number | boolean | null | undefined | ((event: never) => void)>} Props
 */

/** @param {Child[]} children @returns {(Node | string)[]} */
const shown = (children) => children.flatMap((child) => {
  if (Array.isArray(child)) return shown(child);
  if (child === undefined || child === null || typeof child === 'boolean') return [];
  return [child instanceof Node ? child : String(child)];
});

/**
 * Makes an element. `props` are attributes; `on…` functions are listeners; false leaves one out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Props} props
 * @param {Child[]} children
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function') node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...shown(children));
  return node;
}

/**
 * The element with this id, which the page has.
 * @overload
 * @param {string} id
 * @returns {HTMLElement}
 */
/**
 * The element with this id, which the page has and which is of this kind.
 * @template {HTMLElement} Kind
 * @overload
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
/** @param {string} id */
export function byId(id, kind = HTMLElement) {
  const node = document.getElementById(id);
  if (node instanceof kind) return node;
  throw new Error(`The page has no ${kind.name} with the id ${id}.`);
}

/**
 * Replaces what is in `node`. A focus that was in there stays at this place of the page, and what is
 * there already is left alone.
 * @param {HTMLElement} node
 * @param {Child[]} children
 */
export function fill(node, ...children) {
  const next = shown(children);
  if (next.length === node.childNodes.length && next.every((child, index) => child === node.childNodes[index])) return;
  const held = node !== document.activeElement && node.contains(document.activeElement);
  node.replaceChildren(...next);
  if (!held) return;
  node.tabIndex = -1;
  node.focus({ preventScroll: true });
}

/**
 * Puts these into `root`, in this order, and takes out all else. What stays is not touched, so that a
 * press or a finger on it goes on, and so does the focus.
 * @param {HTMLElement} root
 * @param {HTMLElement[]} nodes
 */
export function arrange(root, nodes) {
  const held = document.activeElement;
  const stay = new Set(nodes);
  for (const node of [...root.children]) if (!(node instanceof HTMLElement && stay.has(node))) node.remove();
  nodes.forEach((node, index) => {
    if (root.children[index] !== node) root.insertBefore(node, root.children[index] ?? null);
  });
  if (held instanceof HTMLElement && held !== document.activeElement && root.contains(held)) held.focus({ preventScroll: true });
}

/**
 * A link; one to another site opens beside this page. An address that is not http(s) stays text.
 * @param {string} href
 * @param {Child[]} children
 */
export function link(href, ...children) {
  const inside = /^[/#]/.test(href);
  if (!inside && !/^https?:\/\//i.test(href)) return el('span', {}, children);
  return el('a', inside ? { href } : { href, target: '_blank', rel: 'noopener noreferrer' }, children);
}

/**
 * @param {Child} label
 * @param {(event: MouseEvent & { currentTarget: HTMLElement }) => void} onclick
 */
export const button = (label, onclick, kind = '') => el('button', { type: 'button', class: kind, onclick }, label);

/**
 * A link within the service that looks like a button.
 * @param {string} href
 * @param {string} label
 */
export const buttonLink = (href, label) => el('a', { class: 'button', href }, label);

/** @param {Child} text */
export const pill = (text, tone = '') => el('span', { class: `pill ${tone}` }, text);

/** @param {Child[]} children */
export const hint = (...children) => el('p', { class: 'hint' }, children);

/**
 * What stands in the place of something that is on its way.
 * @param {Child[]} children
 */
export const working = (...children) => el('p', { class: 'working' }, children);

/**
 * What to say where there is nothing to show: what it means, and the next step.
 * @param {string} title
 * @param {Child[]} next
 */
export const empty = (title, ...next) => el('div', { class: 'empty' }, el('strong', {}, title), el('p', {}, next));

/**
 * Named numbers or words side by side; a value of null leaves one out.
 * @param {[label: string, value: Child][]} pairs
 */
export function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== undefined && value !== null);
  return el('dl', { class: 'facts' }, known.map(([label, value]) =>
    el('div', {}, el('dt', {}, label), el('dd', {}, value))));
}

/**
 * A box that says how something went.
 * @param {'good' | 'warn' | 'bad'} tone
 * @param {Child[]} children
 */
export const notice = (tone, ...children) => el('div', { class: `notice ${tone}` }, children);

/**
 * Asks before something that is a bother to put right.
 * @param {string} question
 * @param {string} yes what the button says that does it
 * @returns {Promise<boolean>} whether the answer was yes
 */
export function ask(question, yes) {
  return new Promise((resolve) => {
    const dialog = el('dialog', { class: 'ask', onclose: () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    } }, el('form', { method: 'dialog' },
      el('p', {}, question),
      el('div', { class: 'row end' },
        el('button', { value: 'no' }, 'Cancel'),
        el('button', { value: 'yes', class: 'primary' }, yes))));
    document.body.append(dialog);
    dialog.showModal();
  });
}
