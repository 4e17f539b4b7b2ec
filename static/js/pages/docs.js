/** The page `/docs`: what `/openapi.json` says, to read and to try. */
import { section } from '../lib/action.js';
import { get, getAny } from '../lib/api.js';
import { byId, el, empty, fill, hint, link, pill } from '../lib/dom.js';
import { hasWords, onSubmit, searchWords } from '../lib/form.js';
import { startShell } from '../parts/shell.js';

/** @import { Child } from '../lib/dom.js' */

/**
 * A route: a method of a path.
 * @typedef {{ method: Method, path: string, operation: Api.Operation }} Route
 */

/** @typedef {'get' | 'post' | 'patch' | 'delete'} Method */

/** @type {Record<Method, string>} */
const TONES = { get: '', post: 'accent', patch: 'accent', delete: 'bad' };
const METHODS = /** @type {Method[]} */ (Object.keys(TONES));

/** @param {string} ref */
const named = (ref) => ref.slice(ref.lastIndexOf('/') + 1);

/** @param {Child[]} parts @param {string} word */
const joined = (parts, word) => parts.flatMap((part, at) => [at > 0 && word, part]);

/**
 * A schema in a few words, with links to the forms it names: `list of Override`, `integer or null`.
 * @param {Api.Schema | undefined} schema
 * @returns {Child}
 */
function kind(schema) {
  if (!schema) return 'anything';
  if (schema.$ref) return link(`#schema-${named(schema.$ref)}`, named(schema.$ref));
  const any = schema.oneOf ?? schema.anyOf;
  if (any) return joined(any.map(kind), ' or ');
  if (schema.type === 'array') return ['list of ', kind(schema.items)];
  if (schema.enum) return schema.enum.filter((value) => value !== null).map((value) => `"${value}"`).join(', ');
  return [schema.type ?? 'object'].flat().join(' or ');
}

/** @param {string} label @param {Child[]} children */
const cell = (label, ...children) => el('td', { 'data-label': label }, el('div', {}, children));

/** @param {Api.Parameter} parameter */
const parameter = ({ name, in: place, required, description, schema }) => el('tr', {},
  cell('Name', el('code', {}, name), required && ' ', required && pill('needed', 'warn')),
  cell('In', place),
  cell('What', `${description ?? ''} `, el('span', { class: 'muted' }, kind(schema))));

/** @param {string} caption @param {string[]} heads @param {Child[]} rows */
const table = (caption, heads, rows) => rows.length > 0 && el('div', { class: 'table' }, el('table', {},
  el('caption', {}, caption),
  el('thead', {}, el('tr', {}, heads.map((head) => el('th', { scope: 'col' }, head)))),
  el('tbody', {}, rows)));

/** @param {[status: string, response: Api.Response]} entry */
function answer([status, { description, content }]) {
  const [type = '', body] = Object.entries(content ?? {})[0] ?? [];
  const what = status.startsWith('2') ? [kind(body?.schema), type && type !== 'application/json' && ` (${type})`] : description;
  return el('tr', {}, cell('Status', status), cell('What', what));
}

/** @param {Api.Body | undefined} body */
function example(body) {
  const { schema, example: value } = body?.content?.['application/json'] ?? {};
  return body && [
    el('h3', {}, 'Body: ', kind(schema)),
    value !== undefined && el('pre', {}, el('code', {}, JSON.stringify(value, null, 2))),
  ];
}

/**
 * A form for what is safe to try: reading.
 * @param {string} path
 * @param {Api.Operation} operation
 */
function trial(path, operation) {
  const inputs = (operation.parameters ?? []).map((one) => {
    const id = `${operation.operationId}-${one.name}`;
    return [el('label', { for: id }, one.name), el('input', { id, name: one.name, 'data-in': one.in, required: one.required, autocomplete: 'off' })];
  });
  const output = el('div', { role: 'status' });
  const form = el('form', {}, inputs, el('button', { type: 'submit', class: 'small' }, 'Try it'), output);
  onSubmit(form, output, async () => {
    const values = [...form.querySelectorAll('input')];
    const inPath = values.filter((input) => input.dataset.in === 'path');
    const address = inPath.reduce((text, input) => text.replace(`{${input.name}}`, encodeURIComponent(input.value)), path);
    const query = Object.fromEntries(values.filter((input) => input.dataset.in === 'query').map((input) => [input.name, input.value]));
    const text = JSON.stringify(await getAny(address, query), null, 2);
    return el('pre', { tabindex: '0', 'aria-label': 'The answer' }, el('code', {}, text.length > 20_000 ? `${text.slice(0, 20_000)}\n…` : text));
  });
  return form;
}

// Reading changes nothing but on these, which say so.
const DOES = ['/api/full-sync', '/api/cron'];
/** @param {Route} route */
const canTry = ({ method, path, operation: { tags, responses } }) => method === 'get' && !tags.includes('page')
  && !DOES.includes(path) && !path.startsWith('/api/refresh') && responses[200]?.content?.['application/json'];

/**
 * What every route may answer, which is told once.
 * @param {Api.Description} api
 */
const everywhere = (api) => Object.entries(api.paths['/healthz'].get?.responses ?? {}).filter(([status]) => status !== '200');

/** @param {Api.Description} api */
const everywhereTable = (api) => el('details', { class: 'card route' },
  el('summary', {}, 'What every route may answer'),
  table('Answers', ['Status', 'What'], everywhere(api).map(answer)));

/** @param {Api.Description} api @param {Route} route */
function routeDetails(api, route) {
  const { method, path, operation } = route;
  const { parameters = [], requestBody, responses, summary, description } = operation;
  const common = everywhere(api).map(([status]) => status);
  return el('details', { class: 'card route', id: operation.operationId },
    el('summary', {}, pill(method.toUpperCase(), TONES[method]), ' ', el('code', {}, path), ' ', el('span', { class: 'muted' }, summary)),
    description && el('p', {}, description),
    table('Parameters', ['Name', 'In', 'What'], parameters.map(parameter)),
    example(requestBody),
    table('Answers', ['Status', 'What'], Object.entries(responses).filter(([status]) => !common.includes(status)).map(answer)),
    canTry(route) && trial(path, operation));
}

/** @param {string} name @param {Api.Schema} schema @param {string[]} required */
const field = (name, schema, required) => el('tr', {},
  cell('Field', el('code', {}, name), !required.includes(name) && ' ', !required.includes(name) && pill('may be absent')),
  cell('What', `${schema.description ?? ''} `, el('span', { class: 'muted' }, kind(schema))));

/** @param {Api.Schema} schema */
const fieldsOf = ({ properties = {}, required = [] }) =>
  Object.entries(properties).map(([name, schema]) => field(name, schema, required));

/** @param {[name: string, schema: Api.Schema]} entry */
function schemaDetails([name, schema]) {
  const parts = schema.allOf ?? [schema];
  return el('details', { class: 'card route', id: `schema-${name}` },
    el('summary', {}, el('code', {}, name), ' ', el('span', { class: 'muted' }, schema.description ?? '')),
    hint(joined(parts.filter((part) => !part.properties).map(kind), ', and the fields of ')),
    table('Fields', ['Field', 'What'], parts.flatMap(fieldsOf)));
}

/** @param {Api.Description} api @returns {Route[]} */
const routes = (api) => Object.entries(api.paths).flatMap(([path, item]) => METHODS.flatMap((method) => {
  const operation = item[method];
  return operation ? [{ method, path, operation }] : [];
}));

/** @param {Api.Description} api @param {Api.Tag} tag @param {Route[]} found */
function group(api, { name, description }, found) {
  const own = found.filter(({ operation }) => operation.tags.includes(name));
  return own.length > 0 && el('section', {}, el('h2', {}, description), own.map((route) => routeDetails(api, route)));
}

/** @param {Api.Description} api */
function draw(api) {
  const words = searchWords(byId('find', HTMLInputElement).value);
  const found = routes(api).filter(({ method, path, operation }) => hasWords(`${method} ${path} ${operation.summary}`, words));
  if (found.length === 0) return empty('No route matches', 'Search for less.');
  const isWhole = words.length === 0;
  const forms = isWhole && el('section', {}, el('h2', {}, 'Forms'), Object.entries(api.components.schemas).map(schemaDetails));
  return [isWhole && everywhereTable(api), api.tags.map((tag) => group(api, tag, found)), forms];
}

// The address names a route or a form, which is opened.
function open() {
  const wanted = document.getElementById(location.hash.slice(1));
  if (!(wanted instanceof HTMLDetailsElement)) return;
  wanted.open = true;
  wanted.scrollIntoView();
}

/** The description, once it is there. @type {Api.Description | null} */
let description = null;

/** @param {Api.Description} api */
function show(api) {
  description = api;
  queueMicrotask(open);
  return draw(api);
}

function start() {
  startShell();
  section(byId('routes'), () => get('/openapi.json'), show);
  byId('find').addEventListener('input', () => {
    if (description) fill(byId('routes'), draw(description));
  });
  addEventListener('hashchange', open);
}

start();
