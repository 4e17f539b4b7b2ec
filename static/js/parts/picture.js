/** Where an entry's episodes are: they above, the show's seasons below, lines between. */
import { ranges, slotText } from '../lib/format.js';

/**
 * Episodes that follow each other on both sides.
 * @typedef {{ from: number, to: number, season: number, number: number }} Run
 */

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 640;
const GAP = 3;
const TOP = { y: 24, height: 16 };
const BOTTOM = { y: 92, height: 16 };
const NARROW = 30;
const ROOMY = 110;

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} props
 * @param {string} [text]
 */
function shape(tag, props, text) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, String(value));
  if (text) node.textContent = text;
  return node;
}

/**
 * Runs of episodes that follow each other here and there.
 * @param {Api.PlacedEpisode[]} episodes
 */
function runs(episodes) {
  /** @type {Run[]} */
  const all = [];
  for (const { abs, season, number } of episodes) {
    const last = all.at(-1);
    if (last && last.season === season && abs === last.to + 1 && number === last.number + (abs - last.from)) last.to = abs;
    else all.push({ from: abs, to: abs, season, number });
  }
  return all;
}

/**
 * The seasons with the place of each, specials only where some of it is there.
 * @param {Api.Season[]} seasons
 * @param {Set<number>} used
 */
function shelves(seasons, used) {
  const shown = seasons.filter(({ season }) => season > 0 || used.has(0));
  const total = shown.reduce((sum, { episodes }) => sum + episodes, 0);
  const unit = (WIDTH - GAP * (shown.length - 1)) / total;
  let x = 0;
  return new Map(shown.map((one) => {
    const shelf = { ...one, x, width: one.episodes * unit, unit };
    x += shelf.width + GAP;
    return [one.season, shelf];
  }));
}

/** @param {number} x @param {number} y @param {string} text */
const label = (x, y, text) => shape('text', { x, y, 'text-anchor': 'middle' }, text);

/** @param {Run[]} parts */
function words(parts) {
  return parts.map(({ from, to, season, number }) => (from === to
    ? `episode ${from} is ${slotText({ season, number })}`
    : `episodes ${from} to ${to} are ${slotText({ season, number })} to E${number + to - from}`)).join('; ');
}

/**
 * The picture of an explanation; null where there is nothing to draw.
 * @param {Api.Explanation} entry
 */
export function picture({ episodes, seasons }) {
  if (!episodes.length || !seasons.length) return null;
  const parts = runs(episodes);
  const places = shelves(seasons, new Set(parts.map(({ season }) => season)));
  const unit = WIDTH / Math.max(...episodes.map(({ abs }) => abs));
  const root = shape('svg', { viewBox: `0 0 ${WIDTH} 132`, role: 'img', class: 'picture', 'aria-label': words(parts) });
  for (const { season, x, width, first, last } of places.values()) {
    root.append(shape('rect', { x, y: BOTTOM.y, width, height: BOTTOM.height, rx: 2, class: 'season' }));
    if (width > NARROW) root.append(label(x + width / 2, BOTTOM.y + 34, `S${season}${width > ROOMY ? `: ${first}–${last}` : ''}`));
  }
  for (const { from, to, season, number } of parts) {
    const shelf = places.get(season);
    const [x, width] = [(from - 1) * unit, (to - from + 1) * unit];
    root.append(shape('rect', { x, y: TOP.y, width: Math.max(width - 1, 1), height: TOP.height, rx: 2, class: 'entry' }));
    if (width > ROOMY) root.append(label(x + width / 2, TOP.y - 6, ranges(from === to ? [from] : [from, to]).replace(', ', '–')));
    if (!shelf) continue;
    const start = shelf.x + (number - shelf.first) * shelf.unit;
    const end = start + (to - from + 1) * shelf.unit;
    root.append(shape('rect', { x: start, y: BOTTOM.y, width: Math.max(end - start, 1), height: BOTTOM.height, class: 'entry' }));
    root.append(shape('polygon', {
      points: `${x},${TOP.y + TOP.height} ${x + width - 1},${TOP.y + TOP.height} ${end},${BOTTOM.y} ${start},${BOTTOM.y}`, class: 'tie',
    }));
  }
  return root;
}
