// Who somebody is here, signing in and out, and for administrators the keys and what was done with them.
import { get, part, post, remove } from '../api.js';
import { empty, fill, html, moment, name, nothing, render, say, view } from '../html.js';

const SCOPES = { read: 'read: looks', submit: 'submit: also runs and changes', administer: 'administer: also says who may' };

/** Only a path of this service, not another site's address. */
const back = () => {
  const to = view.get('to', '/');
  return to.startsWith('/') && !to.startsWith('//') && !to.includes('\\') ? to : '/';
};

const signIn = again => html`
  <form @submit=${event => submit(event, async fields => { await post('session', { key: fields.key }); location.assign(view.get('to') ? back() : '/access'); }, again)}>
    <label>Key <input name="key" type="password" autocomplete="current-password" required></label>
    <p class="fault" role="alert"></p>
    <button>Sign in</button>
  </form>`;

async function submit(event, work) {
  event.preventDefault();
  const form = event.target;
  const fault = form.querySelector('.fault');
  fault.textContent = '';
  try {
    await work(Object.fromEntries(new FormData(form)));
  } catch (refused) {
    fault.textContent = refused.message;
  }
}

const keyRow = (key, again) => html`<tr><th scope="row">${name(key.name)}</th><td>${key.scope}</td><td>${moment(key.created_at)}</td>
  <td>${key.expires_at ? new Date(key.expires_at).toLocaleDateString('en-GB') : 'never'}</td>
  <td>${key.revoked_at ? html`revoked ${moment(key.revoked_at)}` : html`<button class="plain" type="button" @click=${() => revoke(key, again)}>Revoke</button>`}</td></tr>`;

async function revoke(key, again) {
  if (!confirm(`Revoke the key "${key.name}"? Whoever holds it is refused from now on.`)) return;
  await remove(`keys/${part(key.id)}`);
  say('The key is revoked.');
  again();
}

async function keys(element, made) {
  const { data } = await get('keys?limit=200');
  const again = () => fill(element, () => keys(element));
  return html`
    ${made ? html`<article role="status"><p>The key <strong>${made.name}</strong>, shown this once:</p><pre><code id="made">${made.key}</code></pre></article>` : nothing}
    <form @submit=${event => submit(event, async fields => { const key = await post('keys', { name: fields.name, scope: fields.scope }); event.target.reset(); await fill(element, () => keys(element, key)); })}>
      <label>Name <input name="name" required maxlength="200"></label>
      <label>Scope <select name="scope">${Object.entries(SCOPES).map(([scope, words]) => html`<option value=${scope}>${words}</option>`)}</select></label>
      <p class="fault" role="alert"></p>
      <button>Make a key</button>
    </form>
    ${data.length === 0 ? empty('There is no key yet.') : html`<div class="scroll" tabindex="0"><table>
      <thead><tr><th scope="col">Key</th><th scope="col">Scope</th><th scope="col">Made</th><th scope="col">Expires</th><th scope="col">Ended</th></tr></thead>
      <tbody>${data.map(key => keyRow(key, again))}</tbody></table></div>`}`;
}

async function audit() {
  const { data } = await get('audit?limit=50');
  return data.length === 0 ? empty('Nobody has changed anything yet.') : html`<div class="scroll" tabindex="0"><table>
    <thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Answer</th></tr></thead>
    <tbody>${data.map(one => html`<tr><td>${moment(one.at)}</td><td>${name(one.name)}</td><td class="whole">${one.method} <bdi class="given">${one.path}</bdi></td><td>${one.status}</td></tr>`)}</tbody></table></div>`;
}

export async function show(main) {
  document.title = 'Access · Palimpsest';
  const session = await get('session').catch(refused => { if (refused.status === 401) return { key_wanted: true }; throw refused; });
  const again = () => show(main);
  const out = async () => { await remove('session'); again(); };
  render(html`<h1>Access</h1>
    ${!session.key_wanted ? html`<p>No key is asked for on this machine: everybody who reaches it may do everything.</p>`
      : session.caller ? html`<p>You are <strong>${name(session.name)}</strong> and may ${SCOPES[session.scope]}.</p>
        <p class="bar-of-actions"><button type="button" @click=${out}>Sign out</button>${view.get('to') ? html`<a role="button" href=${back()}>Go on</a>` : nothing}</p>`
        : html`<p>This service wants a key. Whoever administers it makes one for you.</p>${signIn(again)}`}
    ${session.scope === 'administer' ? html`<h2>Keys</h2><div id="keys"></div><h2>Who did what</h2><div id="audit"></div>` : nothing}`, main);
  if (session.scope !== 'administer') return;
  fill(main.querySelector('#keys'), () => keys(main.querySelector('#keys')));
  fill(main.querySelector('#audit'), audit);
}
