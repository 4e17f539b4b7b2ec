/** What speaks for and against each place that an entry could have, and what that comes to in points. */
import { button, el, empty, pill } from './dom.js';
import { HELD_SPACE, JOINED_DASH, sentence, sourceName, traktLink } from './format.js';

// What it takes, how far ahead it has to be, and what counts as a rival: a test holds them to src/mapping/worth.rs.
const POSTED = 3;
const MARGIN = 2;
const RIVAL = 2;
const RULED_OUT = -100;

const CHECKS = {
  sources: 'Named', exists: 'Listed', count: 'Number', dates: 'First day', later_dates: 'Later days', spacing: 'Pace',
  format: 'Kind', year: 'Year', title: 'Title', prequels: 'Works before it', parent: 'Main work', neighbours: 'Beside others', siblings: 'Other titles',
};
const checkName = (check) => CHECKS[check] ?? check.replaceAll('_', ' ');

const signed = (worth) => (worth < 0 ? `−${-worth}` : `${worth}`);
const pointsText = (points) => `${signed(points)} ${Math.abs(points) === 1 ? 'point' : 'points'}`;
const isRuledOut = ({ checks = [] }) => checks.some(({ worth }) => worth <= RULED_OUT);

const foremost = (one, other) => other.chosen - one.chosen || other.points - one.points;

/** The same film, or the same first episode; where Trakt lists none, the same words. */
const keyOf = ({ target: { kind, id }, season, offset, rule }) =>
  [kind, id, ...(kind === 'movie' ? [] : season === undefined ? [rule] : [season, offset])].join(' ');

// Several sources often mean one place: it is told once, with all who do.
function places(list) {
  const found = new Map();
  for (const one of [...list].sort(foremost)) {
    const known = found.get(keyOf(one));
    if (known) known.members.push(one);
    else found.set(keyOf(one), { ...one, members: [one] });
  }
  return [...found.values()];
}

const isSpecial = ({ target, season }) => target.kind === 'show' && season === 0;

/** What decided, in a sentence: the points of the chosen place, or what the best one lacks. */
export function outcome({ source, sentence: why, candidates = [], format }) {
  const all = places(candidates);
  const [chosen, ...others] = all[0]?.chosen ? all : [null, ...all];
  if (chosen && source === 'manual') return 'You placed it by hand, which needs no points.';
  if (!chosen) return [sentence(why), lacks(others)].filter(Boolean).join(' ');
  const beside = (one) => format === 'MOVIE' && chosen.target.kind === 'movie' && isSpecial(one);
  const next = others.find((one) => !beside(one));
  const film = others.some(beside) ? ' A film goes before a special of its show.' : '';
  return `It has ${pointsText(chosen.points)}, where ${POSTED} are enough; ${after(next)}.${film}`;
}

function after(next) {
  if (!next) return 'no other place is in question';
  return isRuledOut(next) ? 'no other place is possible' : `the next place has ${signed(next.points)}`;
}

function lacks([best, next]) {
  if (!best) return '';
  if (isRuledOut(best)) return 'None of the places that were proposed is possible.';
  if (best.points < POSTED) return `The best place has ${pointsText(best.points)}, and it takes ${POSTED}.`;
  const isNear = next && next.points >= RIVAL && next.points > best.points - MARGIN;
  return isNear ? `Two places are too near each other, with ${signed(best.points)} and ${pointsText(next.points)}: it takes ${MARGIN} more than any other.` : '';
}

function total(one) {
  if (isRuledOut(one)) return pill('cannot be', 'bad');
  const tone = one.chosen || one.points >= POSTED ? 'good' : one.points > 0 ? 'warn' : 'bad';
  return pill(pointsText(one.points), tone);
}

function span({ first, last, start: { season, number } }) {
  const end = number + last - first;
  return `S${season}${HELD_SPACE}E${number}${end > number ? `${JOINED_DASH}${end}` : ''}`;
}

const slots = ({ placement }) => (placement?.spans ?? []).map(span).join(', ');

const NAMES = /\b(anibridge|otaku|fribbs)\b/g;
// A line does not break within a day.
const wholeDays = (text) => text.replace(/\b(\d{4})-(\d\d)-(\d\d)\b/g, '$1\u2060-\u2060$2\u2060-\u2060$3');
const detailText = ({ check, detail }) => wholeDays(check === 'sources' ? detail.replace(NAMES, sourceName) : detail);

// Worth nothing is what is as it should be, and what says nothing; before points, all was.
const isQuiet = ({ worth, outcome: found }) => !worth && found !== 'failed';

function worthText({ worth, outcome: found }) {
  if (worth <= RULED_OUT) return 'cannot be';
  if (!worth) return found === 'failed' ? '✗' : '0';
  return worth > 0 ? `+${worth}` : signed(worth);
}

const TONES = { passed: 'good', failed: 'bad' };

const finding = (one) => el('li', { class: TONES[one.outcome] ?? '' },
  el('b', { class: 'worth' }, worthText(one)),
  el('span', { class: 'check' }, checkName(one.check)),
  el('span', { class: 'detail' }, detailText(one)));

const quiet = (label, list) => list.length > 0 && el('p', { class: 'hint' }, `${label}: ${list.map(detailText).join('; ')}.`);

function findings(checks = []) {
  const none = checks.filter(isQuiet);
  return [
    el('ul', { class: 'checks' }, checks.filter((one) => !isQuiet(one)).map(finding)),
    quiet('As it should be', none.filter(({ outcome: found }) => found === 'passed')),
    quiet('Says nothing', none.filter(({ outcome: found }) => found !== 'passed')),
  ];
}

/** Who means this place, each with how, and with its points where they differ. */
const named = ({ members, points }) => el('ul', { class: 'named' }, members.map((one) => el('li', {},
  `${sourceName(one.source)}: ${one.rule}`, one.points !== points && !isRuledOut(one) && ` (${pointsText(one.points)})`)));

function candidate(one, onUse) {
  const { kind, id } = one.target;
  return el('li', { class: one.chosen ? 'candidate chosen' : 'candidate' },
    el('div', { class: 'row' },
      el('span', { class: 'place' }, traktLink(kind, id), kind === 'show' && ` ${slots(one)}`),
      total(one),
      one.chosen && pill('chosen', 'good'),
      onUse && button('Use this', () => onUse({ kind, id, season: one.season, offset: one.offset }), 'small')),
    named(one),
    findings(one.checks));
}

/** Every place in question, the chosen one first; with `onUse`, each has a button that hands it over. */
export const candidates = (list, onUse) => list.length
  ? el('ul', { class: 'candidates' }, places(list).map((one) => candidate(one, onUse)))
  : empty('No candidates', 'No source proposed a Trakt show or film. Map it by hand, or refresh the datasets.');
