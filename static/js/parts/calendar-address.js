/** The secret address for calendar apps: `/api/library/calendar/address`. */
import { perform, section } from '../lib/action.js';
import { get, post, remove } from '../lib/api.js';
import { confirm } from '../lib/confirm.js';
import { button, byId, el, hint, notice } from '../lib/dom.js';
import { age } from '../lib/format.js';
import { shownOnce } from './once.js';

let load = () => {};

/** The same address under the name by which systems know a calendar to subscribe to. @param {string} address */
const subscribing = (address) => el('a', { href: address.replace(/^https?:/, 'webcal:') }, 'Open it in your calendar app');

async function make() {
  const { address } = await post('/api/library/calendar/address');
  load();
  return shownOnce('Your calendar’s address', address, 'Copy it now: it is not shown again. ', subscribing(address), '.');
}

async function withdraw() {
  await remove('/api/library/calendar/address');
  load();
  return notice('good', 'The address is withdrawn. Apps that have it are told nothing from now on.');
}

/** @param {HTMLElement} control @param {() => Promise<Node>} work @param {string | null} title what is asked first */
async function act(control, work, title) {
  const sure = !title || await confirm({ title, text: 'Every calendar app that has the address now is told nothing from then on.', yes: title.replace('?', '') });
  if (sure) await perform(control, byId('calendar-result'), work);
}

/** @param {Api.CalendarAddress} address */
function standing({ exists, created_at: made, last_used_at: used }) {
  return [
    exists && hint('The address was made ', age(made), used ? [', and an app last read it ', age(used)] : ', and no app has read it yet', '.'),
    el('div', { class: 'row' },
      button(exists ? 'Make a new address' : 'Make an address', ({ currentTarget }) => act(currentTarget, make, exists ? 'Make a new address?' : null)),
      exists && button('Withdraw it', ({ currentTarget }) => act(currentTarget, withdraw, 'Withdraw the address?'), 'danger')),
  ];
}

/** Shows whether there is an address, and lets the person make or withdraw it. */
export function showCalendarAddress() {
  load = section(byId('calendar-address'), () => get('/api/library/calendar/address'), standing);
}
