/** The only module that talks to the service. */

/** What the API answered instead of what was asked for: its sentence, code and hint. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {Partial<Api.Failure> & { status?: number }} failure
   */
  constructor(message, { code = '', hint = '', status = 0, since } = {}) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.status = status;
    this.since = since ?? null;
  }
}

/**
 * Whether an error is what the API answered, with this code if one is given.
 * @param {unknown} error
 * @param {string} [code]
 * @returns {error is ApiError}
 */
export const isApiError = (error, code) => error instanceof ApiError && (code === undefined || error.code === code);

/** Emits `lost` when the service stops answering and `back` when it answers again. */
export const connection = new EventTarget();
let reachable = true;

/** @param {boolean} now */
function noteReachable(now) {
  if (now === reachable) return;
  reachable = now;
  connection.dispatchEvent(new Event(now ? 'back' : 'lost'));
}

/**
 * Names and values of a query; what is empty is left out.
 * @typedef {Record<string, string | number | null | undefined>} Params
 */

/** @param {string} path @param {Params} params */
function address(path, params) {
  const filled = Object.entries(params).filter(([, value]) => value !== undefined && value !== '');
  return filled.length ? `${path}?${new URLSearchParams(filled.map(([name, value]) => [name, String(value)]))}` : path;
}

/** @param {string} url @param {RequestInit} options */
async function fetchOrLose(url, options) {
  try {
    const response = await fetch(url, options);
    noteReachable(true);
    return response;
  } catch (error) {
    // Whoever asked wants to know no more.
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    noteReachable(false);
    throw new ApiError('The service does not answer.', {
      code: 'unreachable',
      hint: 'check that it still runs; this page catches up by itself',
    });
  }
}

/** @param {Response} response */
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

/**
 * @param {'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} method
 * @param {string} path
 * @param {{ params?: Params, body?: object, signal?: AbortSignal }} more a body that is a file goes as it is
 */
async function request(method, path, { params = {}, body, signal } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' };
  const isFile = body instanceof Blob;
  if (body !== undefined) headers['Content-Type'] = isFile ? 'application/octet-stream' : 'application/json';
  const options = { method, signal, headers, body: isFile ? body : body && JSON.stringify(body) };
  const response = await fetchOrLose(address(path, params), options);
  const answer = await readJson(response);
  if (response.ok) return answer;
  if (answer.code === 'unauthorized') signIn();
  throw new ApiError(answer.error ?? `The service answered with status ${response.status}.`, {
    ...answer,
    status: response.status,
  });
}

/**
 * @template {keyof Api.Gets} Path
 * @param {Path} path
 * @param {Params} [params]
 * @param {AbortSignal} [signal]
 * @returns {Promise<Api.Gets[Path]>}
 */
export const get = (path, params, signal) => request('GET', path, { params, signal });

/**
 * For a path that is only known when it is asked for.
 * @param {string} path
 * @param {Params} params
 * @returns {Promise<unknown>}
 */
export const getAny = (path, params) => request('GET', path, { params });

/**
 * @template {keyof Api.Posts} Path
 * @param {Path} path
 * @param {{ params?: Params, body?: object }} more
 * @returns {Promise<Api.Posts[Path]>}
 */
export const post = (path, { params, body } = {}) => request('POST', path, { params, body });

/**
 * @template {keyof Api.Patches} Path
 * @param {Path} path
 * @param {object} body
 * @returns {Promise<Api.Patches[Path]>}
 */
export const patch = (path, body) => request('PATCH', path, { body });

/**
 * @template {keyof Api.Puts} Path
 * @param {Path} path
 * @param {object} body
 * @returns {Promise<Api.Puts[Path]>}
 */
export const put = (path, body) => request('PUT', path, { body });

/**
 * @param {string} path
 * @param {Params} [params]
 * @param {object} [body]
 * @returns {Promise<unknown>}
 */
export const remove = (path, params, body) => request('DELETE', path, { params, body });
