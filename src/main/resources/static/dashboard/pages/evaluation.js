// One task scored on one checkpoint: every item, what was asked, what each option got, what was written and whether it passed.
import { address, get, part } from '../api.js';
import { choice, empty, html, name, nothing, number, render, score, view } from '../html.js';

/** Text that was only scored is neither right nor wrong. */
const verdict = one => (one.gold === null && one.generations.length === 0 ? '' : one.correct ? ': right' : ': wrong');

const item = (one, whose) => html`
  <article class=${verdict(one) === ': wrong' ? 'not-passed' : 'passed'}>
    <h3>${whose ?? `Item ${one.index}`}${verdict(one)}</h3>
    <pre class="tokens">${one.document}</pre>
    ${one.options.length ? html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Option</th><th scope="col">Log-likelihood</th><th scope="col">a token</th><th scope="col"></th></tr></thead>
      <tbody>${one.options.map((option, i) => html`<tr><td class="whole"><bdi class="given">${option.text}</bdi></td><td>${number(option.log_likelihood)}</td>
        <td>${number(option.log_likelihood / Math.max(1, option.tokens))}</td><td>${[i === one.gold ? 'the right one' : '', i === one.choice ? 'chosen' : ''].filter(Boolean).join(', ')}</td></tr>`)}</tbody></table></div>` : nothing}
    ${one.generations.map((sample, i) => html`<div class=${sample.passed ? 'passed' : 'not-passed'}>
      <p><small>Sample ${i + 1}: ${sample.verdict ?? (sample.passed ? 'passed' : 'did not pass')}</small></p><pre class="tokens">${sample.text}</pre></div>`)}
  </article>`;

const difference = one => html`<article><p><strong>${one.words}</strong></p>
  <p>Paired over ${one.items} items: ${one.better} went better than in <a href="/evaluations/${part(one.from)}">the other evaluation</a>, ${one.worse} worse.</p></article>`;

/** An item that went better or worse: what the other one answered, and this one. */
const differing = (one, i) => html`
  <section aria-labelledby="differs-${i}"><h2 id="differs-${i}">Item ${one.index}: ${one.gain > 0 ? 'better' : 'worse'}${Math.abs(one.gain) === 1 ? '' : html` by ${number(Math.abs(one.gain))}`}</h2>
    <div class="pair">${item(one.from, 'the other one')}${item(one.to, 'this one')}</div></section>`;

const SHOWN = { all: 'all items', true: 'right', false: 'wrong', differing: 'those that differ', better: 'better', worse: 'worse' };

/** Where the items that the view asks for are read. */
function items(path, against, only, after) {
  const page = `limit=20${after ? `&after=${part(after)}` : ''}`;
  if (!against || ['all', 'true', 'false'].includes(only)) return `${path}/items?${page}${only === 'all' ? '' : `&correct=${only}`}`;
  return `${path}/difference/items?from=${part(against)}&${page}${only === 'differing' ? '' : `&change=${only}`}`;
}

export async function show(main, id) {
  const after = view.get('after');
  const against = view.get('against');
  const only = view.get('show', against ? 'differing' : 'all');
  const path = `evaluations/${part(id)}`;
  const job = view.get('job');
  const step = view.get('step', '0');
  const [evaluation, page, paired, its] = await Promise.all([
    get(path),
    get(items(path, against, only, after)),
    against ? get(`${path}/difference?from=${part(against)}`) : null,
    job && step !== '0' ? get(`jobs/${part(job)}`) : null,
  ]);
  document.title = `${evaluation.task} · Palimpsest`;
  const again = () => show(main, id);
  render(html`
    <h1>${name(evaluation.task)} of ${its ? html`<a href="/jobs/${part(its.id)}">${name(its.name, its.id)}</a> at step ${step}` : name(evaluation.model)}</h1>
    <dl class="facts"><div><dt>Base model</dt><dd>${name(evaluation.model)}</dd></div>${Object.entries(evaluation.metrics).map(([metric, measured]) => html`<div><dt>${metric}</dt><dd>${score(measured.value)}${measured.stderr ? ` ± ${score(1.96 * measured.stderr)}` : ''}</dd></div>`)}
      <div><dt>Items</dt><dd>${evaluation.items}</dd></div><div><dt>Convention</dt><dd>${evaluation.convention}</dd></div></dl>
    <p><a href=${address(`${path}/items.jsonl`)}>All items as JSON Lines</a></p>
    ${paired ? difference(paired) : nothing}
    ${choice('Show', 'show', against ? SHOWN : { all: SHOWN.all, true: SHOWN.true, false: SHOWN.false }, against ? 'differing' : 'all', () => { view.set({ after: null }); again(); })}
    ${page.data.length ? page.data.map((one, i) => (one.gain === undefined ? item(one) : differing(one, i))) : empty('No item is like that.')}
    <p class="bar-of-actions">${after ? html`<button type="button" @click=${() => { view.set({ after: null }); again(); }}>From the first</button>` : nothing}
      ${page.has_more ? html`<button type="button" @click=${() => { view.set({ after: page.last_id }); again().then(() => main.focus()); }}>Next</button>` : nothing}</p>`, main);
}
