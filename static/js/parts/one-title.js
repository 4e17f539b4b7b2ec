/** The form for one title: whether it has a place, what would be posted, post it, look at it afresh. */
import { get, post, remove } from '../lib/api.js';
import { ask, byId, el, facts, hint, link, notice } from '../lib/dom.js';
import { anilistId, onSubmit } from '../lib/form.js';
import { number } from '../lib/format.js';
import { anilistLink } from '../words.js';
import { plan } from './plan.js';

/** @import { Child } from '../lib/dom.js' */

/** @param {string} id */
async function look(id) {
  const [show, progress] = await Promise.all([get('/api/sync', { anilistId: id }), get(`/api/progress?anilistId=${encodeURIComponent(id)}`)]);
  const { title } = await get('/api/explain', { anilistId: id });
  return notice('good',
    el('strong', {}, anilistLink(id, title), ' has a place on Trakt.'),
    facts([['Episodes of the show', number(show.count)], ['Synced up to', progress.lastAbs ? number(progress.lastAbs) : 'nothing yet']]),
    hint(link(`/manual?anilistId=${id}`, 'Why there?')));
}

/** @param {string} id */
async function afresh(id) {
  const question = `Forget how far title ${id} is synced? The next sync looks at all of it again. Trakt keeps what it has, nothing is doubled.`;
  if (!(await ask(question, 'Reset progress'))) return hint('Nothing was changed.');
  await remove('/api/progress', { anilistId: id });
  return notice('good', `Title ${id} is synced afresh by the next run.`);
}

/**
 * What the buttons of the form do.
 * @param {(work: () => Promise<Api.Report>) => Promise<Child>} runSync
 * @returns {Record<string, (id: string) => Promise<Child>>}
 */
const ways = (runSync) => ({
  look,
  plan: async (id) => plan(await get('/api/plan', { anilistId: id })),
  post: (id) => runSync(() => post('/api/sync', { params: { anilistId: id } })),
  afresh,
});

/**
 * Lets the form do what its buttons say; `runSync` does a run and tells of it.
 * @param {(work: () => Promise<Api.Report>) => Promise<Child>} runSync
 */
export function offerOneTitle(runSync) {
  const way = ways(runSync);
  const field = byId('one-id', HTMLInputElement);
  field.value = new URLSearchParams(location.search).get('anilistId') ?? '';
  onSubmit(byId('one-form', HTMLFormElement), byId('one-result'), (submitter) => {
    const id = anilistId(field.value);
    field.value = id;
    return way[submitter instanceof HTMLButtonElement ? submitter.value : 'look'](id);
  });
}
