/** What speaks for and against each place that an entry could have, and what that comes to in points. */
import { button, el, empty, pill } from '../lib/dom.js';
import { HELD_SPACE, JOINED_DASH, sentence } from '../lib/format.js';
import { checkName, sourceName, traktLink } from '../words.js';

/**
 * A place that a person can choose.
 * @typedef {{ kind: Api.MediaType, id: number, season?: number | null, offset?: number | null }} Target
 */

/**
 * A place with all the candidates that mean it.
 * @typedef {Api.Candidate & { members: Api.Candidate[] }} Place
 */

// What it takes, how far ahead it has to be, and what counts as a rival: a test holds them to crates/core/src/placing/worth.rs.
const POSTED = 3;
const MARGIN = 2;
const RIVAL = 2;
const RULED_OUT = -100;

/** @param {number} worth */
const signed = (worth) => (worth < 0 ? `−${-worth}` : `${worth}`);
/** @param {number} points */
const pointsText = (points) => `${signed(points)} ${Math.abs(points) === 1 ? 'point' : 'points'}`;
/** @param {Api.Candidate} candidate */
const isRuledOut = ({ checks }) => checks.some(({ worth = 0 }) => worth <= RULED_OUT);

/** @param {Api.Candidate} candidate */
const pointsOf = ({ points = 0 }) => points;

/** @param {Api.Candidate} one @param {Api.Candidate} other */
const foremost = (one, other) => Number(other.chosen) - Number(one.chosen) || pointsOf(other) - pointsOf(one);

/**
 * The same film, or the same first episode; where Trakt lists none, the same words.
 * @param {Api.Candidate} candidate
 */
const keyOf = ({ target: { kind, id }, season, offset, rule }) =>
  [kind, id, ...(kind === 'movie' ? [] : season === undefined ? [rule] : [season, offset])].join(' ');

// Several sources often mean one place: it is told once, with all who do.
/** @param {Api.Candidate[]} list */
function places(list) {
  /** @type {Map<string, Place>} */
  const found = new Map();
  for (const one of [...list].sort(foremost)) {
    const known = found.get(keyOf(one));
    if (known) known.members.push(one);
    else found.set(keyOf(one), { ...one, members: [one] });
  }
  return [...found.values()];
}

/** @param {Place} place */
const isSpecial = ({ target, season }) => target.kind === 'show' && season === 0;

/**
 * What decided, in a sentence: the points of the chosen place, or what the best one lacks.
 * @param {Api.Explanation} entry
 */
export function outcome({ source, sentence: why, candidates: list, format }) {
  const all = places(list);
  const chosen = all.at(0)?.chosen ? all[0] : null;
  const others = chosen ? all.slice(1) : all;
  if (chosen && source === 'manual') return 'You placed it by hand, which needs no points.';
  if (!chosen) return [sentence(why), lacks(others)].filter(Boolean).join(' ');
  /** @param {Place} one */
  const beside = (one) => format === 'MOVIE' && chosen.target.kind === 'movie' && isSpecial(one);
  const next = others.find((one) => !beside(one));
  const film = others.some(beside) ? ' A film goes before a special of its show.' : '';
  return `It has ${pointsText(pointsOf(chosen))}, where ${POSTED} are enough; ${after(next)}.${film}`;
}

/** @param {Place | undefined} next */
function after(next) {
  if (!next) return 'no other place is in question';
  return isRuledOut(next) ? 'no other place is possible' : `the next place has ${signed(pointsOf(next))}`;
}

/** @param {Place[]} others */
function lacks([best, next]) {
  if (!best) return '';
  if (isRuledOut(best)) return 'None of the places that were proposed is possible.';
  const points = pointsOf(best);
  if (points < POSTED) return `The best place has ${pointsText(points)}, and it takes ${POSTED}.`;
  const isNear = next && pointsOf(next) >= RIVAL && pointsOf(next) > points - MARGIN;
  return isNear ? `Two places are too near each other, with ${signed(points)} and ${pointsText(pointsOf(next))}: it takes ${MARGIN} more than any other.` : '';
}

/** @param {Place} one */
function total(one) {
  if (isRuledOut(one)) return pill('cannot be', 'bad');
  const points = pointsOf(one);
  const tone = one.chosen || points >= POSTED ? 'good' : points > 0 ? 'warn' : 'bad';
  return pill(pointsText(points), tone);
}

/** @param {Api.Span} span */
function span({ first, last, start: { season, number } }) {
  const end = number + last - first;
  return `S${season}${HELD_SPACE}E${number}${end > number ? `${JOINED_DASH}${end}` : ''}`;
}

/** @param {Api.Candidate} candidate */
const slots = ({ placement }) => (placement.kind === 'movie' ? '' : placement.spans.map(span).join(', '));

const NAMES = /\b(anibridge|otaku|fribbs)\b/g;
// A line does not break within a day.
/** @param {string} text */
const wholeDays = (text) => text.replace(/\b(\d{4})-(\d\d)-(\d\d)\b/g, '$1\u2060-\u2060$2\u2060-\u2060$3');
/** @param {Api.Finding} finding */
const detailText = ({ check, detail }) => wholeDays(check === 'sources' ? detail.replace(NAMES, sourceName) : detail);

// Worth nothing is what is as it should be, and what says nothing; before points, all was.
/** @param {Api.Finding} finding */
const isQuiet = ({ worth, outcome: found }) => !worth && found !== 'failed';

/** @param {Api.Finding} finding */
function worthText({ worth = 0, outcome: found }) {
  if (worth <= RULED_OUT) return 'cannot be';
  if (!worth) return found === 'failed' ? '✗' : '0';
  return worth > 0 ? `+${worth}` : signed(worth);
}

/** @type {Partial<Record<Api.CheckOutcome, string>>} */
const TONES = { passed: 'good', failed: 'bad' };

/** @param {Api.Finding} one */
const finding = (one) => el('li', { class: TONES[one.outcome] ?? '' },
  el('b', { class: 'worth' }, worthText(one)),
  el('span', { class: 'check' }, checkName(one.check)),
  el('span', { class: 'detail' }, detailText(one)));

/** @param {string} label @param {Api.Finding[]} list */
const quiet = (label, list) => list.length > 0 && el('p', { class: 'hint' }, `${label}: ${list.map(detailText).join('; ')}.`);

/** @param {Api.Finding[]} checks */
function findings(checks) {
  const none = checks.filter(isQuiet);
  return [
    el('ul', { class: 'checks' }, checks.filter((one) => !isQuiet(one)).map(finding)),
    quiet('As it should be', none.filter(({ outcome: found }) => found === 'passed')),
    quiet('Says nothing', none.filter(({ outcome: found }) => found !== 'passed')),
  ];
}

/**
 * Who means this place, each with how, and with its points where they differ.
 * @param {Place} place
 */
const named = ({ members, points }) => el('ul', { class: 'named' }, members.map((one) => el('li', {},
  `${sourceName(one.source)}: ${one.rule}`, one.points !== points && !isRuledOut(one) && ` (${pointsText(pointsOf(one))})`)));

/** @param {Place} one @param {(target: Target) => void} [onUse] */
function candidate(one, onUse) {
  const { kind, id, traktTitle } = one.target;
  return el('li', { class: one.chosen ? 'candidate chosen' : 'candidate' },
    el('div', { class: 'row' },
      el('span', { class: 'place' }, traktLink(kind, id, traktTitle), kind === 'show' && ` ${slots(one)}`),
      total(one),
      one.chosen && pill('chosen', 'good'),
      onUse && button('Use this', () => onUse({ kind, id, season: one.season, offset: one.offset }), 'small')),
    named(one),
    findings(one.checks));
}

/**
 * Every place in question, the chosen one first; with `onUse`, each has a button that hands it over.
 * @param {Api.Candidate[]} list
 * @param {(target: Target) => void} [onUse]
 */
export const candidates = (list, onUse) => list.length
  ? el('ul', { class: 'candidates' }, places(list).map((one) => candidate(one, onUse)))
  : empty('No candidates', 'No source proposed a Trakt show or film. Map it by hand, or refresh the datasets.');
