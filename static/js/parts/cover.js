/** The cover of a title, 2 to 3: its picture, and a drawn one beneath for as long as there is none. */
import { el } from '../lib/dom.js';

const SVG = 'http://www.w3.org/2000/svg';
/** Pictures come through this service, and from nowhere else. */
const OWN = /^\/covers\//;

/** A number that a text always has, and few others have. @param {string} text */
const digest = (text) => [...text].reduce((sum, letter) => (Math.imul(sum, 31) + (letter.codePointAt(0) ?? 0)) >>> 0, 7);

/** Two letters at most: of its first words, or the first signs of one that has no words. @param {string} title */
function initials(title) {
  const words = title.split(/[\s\p{P}]+/u).filter((word) => word && !/^(the|a|an|of|no|to|wa|ga|wo)$/i.test(word));
  return words.slice(0, 2).map((word) => [...word][0]).join('').toUpperCase() || '?';
}

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} props
 */
function shape(tag, props) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, String(value));
  return node;
}

/** The hue that a title has. @param {string} title */
export const hueOf = (title) => digest(title) % 360;

/** @param {string} title */
function drawn(title) {
  const hue = hueOf(title);
  const turn = digest(`${title}.`) % 100;
  const text = shape('text', { x: 50, y: 85, 'text-anchor': 'middle' });
  text.textContent = initials(title);
  const root = shape('svg', { viewBox: '0 0 100 150', preserveAspectRatio: 'xMidYMid slice', 'aria-hidden': 'true' });
  root.append(
    shape('rect', { width: 100, height: 150, fill: `hsl(${hue} 36% 33%)` }),
    shape('circle', { cx: turn, cy: 20 + turn / 3, r: 58, class: 'arc' }),
    shape('circle', { cx: 100 - turn, cy: 70 + turn / 4, r: 36, class: 'arc' }),
    shape('rect', { y: 112, width: 100, height: 38, fill: `hsl(${hue} 42% 20%)`, opacity: .3 }),
    text,
  );
  return root;
}

/**
 * Where the service shows the picture of a title of the library.
 * @param {{ id: number, cover_url: string | null }} item
 */
export const coverOf = ({ id, cover_url: known }) => (known ? `/covers/${id}` : null);

/**
 * @param {string} title
 * @param {string | null | undefined} address of its picture
 */
export function cover(title, address, kind = '') {
  const node = el('span', { class: `cover ${kind}`.trim() }, drawn(title));
  if (!address || !OWN.test(address)) return node;
  const picture = el('img', { src: address, alt: '', loading: 'lazy', decoding: 'async', onerror: () => picture.remove() });
  node.append(picture);
  return node;
}

/**
 * The cover of a title of the library, which can be told how the title is now.
 * @param {Api.Item} item
 */
export function itemCover(item, kind = '') {
  const node = cover(item.title, coverOf(item), kind);
  let [title, address] = [item.title, coverOf(item)];
  return {
    node,
    /** @param {Api.Item} now */
    update(now) {
      if (now.title === title && coverOf(now) === address) return;
      [title, address] = [now.title, coverOf(now)];
      node.replaceChildren(...cover(title, address).childNodes);
    },
  };
}
