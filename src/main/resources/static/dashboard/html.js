// Templates, and how things are said on every page. What is put into a template is text, never markup.
import { html, render as renderInto, nothing } from '/webjars/lit-html/lit-html.js';

export { html, nothing };

const rendered = new WeakSet();

/** Puts a template into an element, in place of what was there before the first time. */
export function render(template, element) {
  if (!rendered.has(element)) element.replaceChildren();
  rendered.add(element);
  renderInto(template, element);
}

const WORDS = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const none = html`<span class="none" title="not measured">–</span>`;

/** A measured number, or what stands for one that is not there. */
export function number(value) {
  if (value === null || value === undefined) return none;
  if (value === 0) return '0';
  if (Math.abs(value) < 1e-3) return value.toExponential(2);
  return WORDS.format(value);
}

export const score = value => (value === null || value === undefined ? none : value.toFixed(4));
export const whole = value => (value === null || value === undefined ? none : WHOLE.format(value));
export const percent = share => `${(100 * share).toFixed(0)} %`;

/** With its 95 % interval, where there is one. */
export function estimate(one) {
  if (!one) return none;
  return one.low === null || one.low === undefined ? score(one.mean) : `${score(one.mean)} (${score(one.low)} to ${score(one.high)})`;
}

export function bytes(count) {
  if (count === null || count === undefined) return none;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  for (; count >= 1000 && unit < units.length - 1; unit++) count /= 1000;
  return `${count < 10 && unit > 0 ? count.toFixed(1) : count.toFixed(0)} ${units[unit]}`;
}

export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return none;
  if (seconds < 90) return `${seconds.toFixed(0)} s`;
  if (seconds < 5400) return `${(seconds / 60).toFixed(0)} min`;
  return seconds < 172800 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86400).toFixed(1)} days`;
}

/** A moment, exactly when it is pointed at. */
export function moment(time) {
  if (!time) return none;
  const at = new Date(time);
  const ago = (Date.now() - at) / 1000;
  return html`<time datetime=${time} title=${at.toLocaleString('en-GB')}>${ago < 60 ? 'just now' : html`${duration(ago)} ago`}</time>`;
}

export const between = (from, to) => (from ? (new Date(to ?? Date.now()) - new Date(from)) / 1000 : null);

export const status = word => html`<span class="status" data-status=${word}>${word}</span>`;

/** A name that may be anything, cut where it would break the page; all of it is in its title. */
export function name(text, instead) {
  if (!text) return html`<span class="none">${instead ?? 'without a name'}</span>`;
  return html`<bdi class="given" title=${text.length > 60 ? text : nothing}>${text}</bdi>`;
}

/** A value out of a spec. */
export function value(of) {
  if (of === null || of === undefined) return none;
  if (typeof of === 'number') return number(of);
  if (typeof of === 'object') return html`<code>${JSON.stringify(of)}</code>`;
  return html`<bdi class="given">${String(of)}</bdi>`;
}

/** A bar of how far something is, in the words beside it too. */
export const bar = (done, total, words) => html`
  <span class="far"><progress value=${total ? done : 0} max=${total || 1} aria-label=${words}></progress> <small>${words}</small></span>`;

export const empty = (words, next) => html`<article class="empty"><p>${words}</p>${next ? html`<p>${next}</p>` : nothing}</article>`;

export const loading = html`<p aria-busy="true">Loading</p>`;

export const problem = error => html`
  <article class="problem" role="alert"><strong>${error.title ?? 'This part has a fault'}</strong><p>${error.message}</p></article>`;

/** A command to copy. */
export const command = text => html`
  <figure class="command"><pre><code>${text}</code></pre>
    <button class="plain" type="button" @click=${() => copy(text)}>Copy</button></figure>`;

async function copy(text) {
  await navigator.clipboard.writeText(text);
  say('Copied');
}

/** For whoever does not see it, and for whoever does for a moment. */
export function say(words) {
  document.getElementById('said').textContent = words;
}

/** A part of a page that is filled in when it is known, and says so where it cannot be. */
export async function fill(element, work) {
  if (!element.firstChild) render(loading, element);
  try {
    render(await work(), element);
  } catch (error) {
    render(problem(error), element);
    if (error.name !== 'Error') console.error(error);
  }
}

/** Does something once a part comes near the window. */
export function onceNear(element, work) {
  new IntersectionObserver((entries, observer) => {
    if (!entries.some(entry => entry.isIntersecting)) return;
    observer.disconnect();
    work();
  }, { rootMargin: '100px' }).observe(element);
}

/** Fills a part in then. */
export const whenNear = (element, work) => onceNear(element, () => fill(element, work));

/** What the address says of the view, and what changes it: the view is drawn again from it. */
export const view = {
  get: (key, instead) => new URLSearchParams(location.search).get(key) ?? instead,
  list: key => new URLSearchParams(location.search).get(key)?.split(',').filter(Boolean) ?? [],
  set(changes) {
    const query = new URLSearchParams(location.search);
    for (const [key, to] of Object.entries(changes))
      if (to === null || to === undefined || to === '') query.delete(key);
      else query.set(key, to);
    const text = query.toString();
    history.replaceState(null, '', location.pathname + (text ? '?' + text : '') + location.hash);
  },
};

/** Buttons of which one is pressed; the choice is kept in the address. */
export function choice(label, key, options, instead, changed) {
  const now = view.get(key, instead);
  return html`<fieldset class="choice"><legend>${label}</legend>${Object.entries(options).map(([word, shown]) => html`
    <label><input type="radio" name=${key} value=${word} .checked=${word === now}
      @change=${() => { view.set({ [key]: word === instead ? null : word }); changed(); }}> ${shown}</label>`)}</fieldset>`;
}
