// The service's API, the same that curl has.
const ROOT = '/api/v1/';

/** What the API says of a request that it refuses: a title, a sentence, and faults by JSON pointer. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? body.title ?? `The service answered ${status}.`);
    this.status = status;
    this.title = status === 401 || status === 403 ? 'You may not see this' : body.title ?? 'The service refused';
    this.errors = body.errors ?? [];
  }
}

/** To where a key is asked for, and back; what was asked stays unanswered on this page. */
function signIn() {
  location.assign(`/access?to=${encodeURIComponent(location.pathname + location.search)}`);
  return new Promise(() => {});
}

async function answer(path, options = {}) {
  let response;
  try {
    response = await fetch(ROOT + path, { ...options, headers: { Accept: 'application/json', ...options.headers } });
  } catch {
    throw new Problem(0, { title: 'The service does not answer', detail: 'It may be starting anew. This page asks again when you do.' });
  }
  if (response.status === 204) return null;
  if (response.status === 401 && location.pathname !== '/access') return signIn();
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, body);
  return body;
}

export const get = path => answer(path);

export const post = (path, body) =>
  answer(path, { method: 'POST', body: JSON.stringify(body ?? {}), headers: { 'Content-Type': 'application/json' } });

export const remove = path => answer(path, { method: 'DELETE' });

/** All entries of a list, page by page. */
export async function all(path, most = 5000) {
  const data = [];
  for (let after = ''; data.length < most;) {
    const page = await get(`${path}${path.includes('?') ? '&' : '?'}limit=1000${after}`);
    data.push(...page.data);
    if (!page.has_more) return data;
    after = '&after=' + encodeURIComponent(page.last_id);
  }
  return data;
}

/** A path's address for links and curl. */
export const address = path => ROOT + path;

/** A path's part, whatever it is made of. */
export const part = encodeURIComponent;
