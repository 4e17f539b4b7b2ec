/** The page `/docs`: what `/openapi.json` says, to read and to try. */
import { onSubmit, section } from './action.js';
import { get } from './api.js';
import { byId, el, empty, fill, hint, link, pill } from './dom.js';
import './shell.js';

const TONES = { get: '', post: 'accent', delete: 'bad' };
const METHODS = ['get', 'post', 'delete'];
let api = null;

const named = (ref) => ref.split('/').at(-1);

const joined = (parts, word) => parts.flatMap((part, at) => [at > 0 && word, part]);

/** A schema in a few words, with links to the forms it names: `list of Override`, `integer or null`. */
function kind(schema) {
  if (!schema) return 'anything';
  if (schema.$ref) return link(`#schema-${named(schema.$ref)}`, named(schema.$ref));
  const any = schema.oneOf ?? schema.anyOf;
  if (any) return joined(any.map(kind), ' or ');
  if (schema.type === 'array') return ['list of ', kind(schema.items)];
  if (schema.enum) return schema.enum.filter((value) => value !== null).map((value) => `"${value}"`).join(', ');
  return [schema.type ?? 'object'].flat().join(' or ');
}

const cell = (label, ...children) => el('td', { 'data-label': label }, el('div', {}, children));

const parameter = ({ name, in: place, required, description, schema }) => el('tr', {},
  cell('Name', el('code', {}, name), required && ' ', required && pill('needed', 'warn')),
  cell('In', place),
  cell('What', `${description ?? ''} `, el('span', { class: 'muted' }, kind(schema))));

const table = (caption, heads, rows) => rows.length > 0 && el('div', { class: 'table' }, el('table', {},
  el('caption', {}, caption),
  el('thead', {}, el('tr', {}, heads.map((head) => el('th', { scope: 'col' }, head)))),
  el('tbody', {}, rows)));

function answer([status, { description, content }]) {
  const [[type, { schema } = {}] = []] = Object.entries(content ?? {});
  const what = status.startsWith('2') ? [kind(schema), type !== 'application/json' && type && ` (${type})`] : description;
  return el('tr', {}, cell('Status', status), cell('What', what));
}

function example(body) {
  const { schema, example: value } = body?.content?.['application/json'] ?? {};
  return body && [
    el('h3', {}, 'Body: ', kind(schema)),
    value && el('pre', {}, el('code', {}, JSON.stringify(value, null, 2))),
  ];
}

/** A form for what is safe to try: reading. */
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
    const text = JSON.stringify(await get(address, query), null, 2);
    return el('pre', { tabindex: '0', 'aria-label': 'The answer' }, el('code', {}, text.length > 20_000 ? `${text.slice(0, 20_000)}\n…` : text));
  });
  return form;
}

// Reading changes nothing but on these, which say so.
const DOES = ['/api/full-sync', '/api/cron'];
const canTry = (method, path, { tags, responses }) => method === 'get' && !tags.includes('page')
  && !DOES.includes(path) && !path.startsWith('/api/refresh') && responses[200]?.content?.['application/json'];

/** What every route may answer, told once. */
const common = () => new Set(Object.keys(api.paths['/healthz'].get.responses).filter((status) => status !== '200'));

const everywhere = () => el('details', { class: 'card route' },
  el('summary', {}, 'What every route may answer'),
  table('Answers', ['Status', 'What'], Object.entries(api.paths['/healthz'].get.responses).filter(([status]) => common().has(status)).map(answer)));

function details(method, path, operation) {
  const { parameters = [], requestBody, responses, summary, description } = operation;
  return el('details', { class: 'card route', id: operation.operationId },
    el('summary', {}, pill(method.toUpperCase(), TONES[method]), ' ', el('code', {}, path), ' ', el('span', { class: 'muted' }, summary ?? '')),
    description && el('p', {}, description),
    table('Parameters', ['Name', 'In', 'What'], parameters.map(parameter)),
    example(requestBody),
    table('Answers', ['Status', 'What'], Object.entries(responses).filter(([status]) => !common().has(status)).map(answer)),
    canTry(method, path, operation) && trial(path, operation));
}

const field = (required) => ([name, schema]) => el('tr', {},
  cell('Field', el('code', {}, name), !required.includes(name) && ' ', !required.includes(name) && pill('may be absent')),
  cell('What', `${schema.description ?? ''} `, el('span', { class: 'muted' }, kind(schema))));

function form([name, schema]) {
  const parts = schema.allOf ?? [schema];
  const fields = parts.flatMap((part) => Object.entries(part.properties ?? {}).map(field(part.required ?? [])));
  return el('details', { class: 'card route', id: `schema-${name}` },
    el('summary', {}, el('code', {}, name), ' ', el('span', { class: 'muted' }, schema.description ?? '')),
    hint(joined(parts.filter((part) => !part.properties).map(kind), ', and the fields of ')),
    table('Fields', ['Field', 'What'], fields));
}

const all = () => Object.entries(api.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method]).map((method) => ({ method, path, operation: item[method] })));

const matches = (words) => ({ method, path, operation }) =>
  words.every((word) => `${method} ${path} ${operation.summary}`.toLowerCase().includes(word));

function group({ name, description }, found) {
  const own = found.filter(({ operation }) => operation.tags.includes(name));
  return own.length > 0 && el('section', {}, el('h2', {}, description),
    own.map(({ method, path, operation }) => details(method, path, operation)));
}

function draw() {
  const words = byId('find').value.trim().toLowerCase().split(/\s+/);
  const found = all().filter(matches(words));
  const forms = words[0] === '' && el('section', {}, el('h2', {}, 'Forms'), Object.entries(api.components.schemas).map(form));
  return found.length > 0 ? [words[0] === '' && everywhere(), api.tags.map((tag) => group(tag, found)), forms] : empty('No route matches', 'Search for less.');
}

function open() {
  const wanted = document.getElementById(location.hash.slice(1));
  if (wanted?.tagName !== 'DETAILS') return;
  wanted.open = true;
  wanted.scrollIntoView();
}

section(byId('routes'), async () => { api = await get('/openapi.json'); return api; }, () => {
  queueMicrotask(open);
  return draw();
});
byId('find').addEventListener('input', () => {
  if (api) fill(byId('routes'), draw());
});
addEventListener('hashchange', open);
