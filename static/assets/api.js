/** The only module that talks to the service. */

/** What the API answered instead of what was asked for: its sentence, code and hint. */
export class ApiError extends Error {
  constructor(message, { code = '', hint = '', status = 0, since = null } = {}) {
    super(message);
    Object.assign(this, { code, hint, status, since });
  }
}

/** Emits `lost` when the service stops answering and `back` when it answers again. */
export const connection = new EventTarget();
let reachable = true;

function noteReachable(now) {
  if (now === reachable) return;
  reachable = now;
  connection.dispatchEvent(new Event(now ? 'back' : 'lost'));
}

function address(path, params) {
  const filled = Object.entries(params).filter(([, value]) => value !== undefined && value !== '');
  return filled.length ? `${path}?${new URLSearchParams(filled)}` : path;
}

async function fetchOrLose(url, options) {
  try {
    const response = await fetch(url, options);
    noteReachable(true);
    return response;
  } catch {
    noteReachable(false);
    throw new ApiError('The service does not answer.', {
      code: 'unreachable',
      hint: 'check that it still runs; this page catches up by itself',
    });
  }
}

async function readJson(response) {
  const text = await response.text().catch(() => '');
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(`The answer is not what this page understands (status ${response.status}).`, {
      code: 'not_json',
      status: response.status,
      hint: 'look at the logs, or reload the page',
    });
  }
}

/** The sign-in ended, or never was: there, and back to this page afterwards. */
function signIn() {
  location.assign(`/sign-in?${new URLSearchParams({ next: location.pathname + location.search })}`);
}

async function request(method, path, { params = {}, body, signal } = {}) {
  const options = { method, signal, headers: { Accept: 'application/json' } };
  if (body !== undefined) {
    options.headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  const response = await fetchOrLose(address(path, params), options);
  const answer = await readJson(response);
  if (response.ok) return answer;
  if (answer.code === 'unauthorized') signIn();
  throw new ApiError(answer.error ?? `The service answered with status ${response.status}.`, {
    ...answer,
    status: response.status,
  });
}

export const get = (path, params, signal) => request('GET', path, { params, signal });
export const post = (path, { params, body } = {}) => request('POST', path, { params, body });
export const remove = (path, params) => request('DELETE', path, { params });
