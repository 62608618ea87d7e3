// One task scored on one checkpoint: every item, what was asked, what each option got, what was written and whether it passed.
import { address, get, part } from '../api.js';
import { choice, empty, html, name, nothing, number, render, score, view } from '../html.js';

const item = one => html`
  <article class=${one.correct ? 'passed' : 'not-passed'}>
    <h3>Item ${one.index}: ${one.correct === null ? 'scored' : one.correct ? 'right' : 'wrong'}</h3>
    <pre class="tokens">${one.document}</pre>
    ${one.options.length ? html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Option</th><th scope="col">Log-likelihood</th><th scope="col">a token</th><th scope="col"></th></tr></thead>
      <tbody>${one.options.map((option, i) => html`<tr><td class="whole"><bdi class="given">${option.text}</bdi></td><td>${number(option.log_likelihood)}</td>
        <td>${number(option.log_likelihood / Math.max(1, option.tokens))}</td><td>${[i === one.gold ? 'the right one' : '', i === one.choice ? 'chosen' : ''].filter(Boolean).join(', ')}</td></tr>`)}</tbody></table></div>` : nothing}
    ${one.generations.map((sample, i) => html`<div class=${sample.passed ? 'passed' : 'not-passed'}>
      <p><small>Sample ${i + 1}: ${sample.verdict ?? (sample.passed ? 'passed' : 'did not pass')}</small></p><pre class="tokens">${sample.text}</pre></div>`)}
  </article>`;

const difference = one => html`<article><p><strong>${one.words}</strong></p>
  <p>Paired over ${one.items} items: ${one.better} got right that were wrong before, ${one.worse} the other way.</p></article>`;

export async function show(main, id) {
  const only = view.get('correct', 'all');
  const after = view.get('after');
  const against = view.get('against');
  const path = `evaluations/${part(id)}`;
  const [evaluation, page, paired] = await Promise.all([
    get(path),
    get(`${path}/items?limit=20${only === 'all' ? '' : `&correct=${only}`}${after ? `&after=${part(after)}` : ''}`),
    against ? get(`${path}/difference?from=${part(against)}`).catch(error => ({ words: error.message, items: 0, better: 0, worse: 0 })) : null,
  ]);
  document.title = `${evaluation.task} · Palimpsest`;
  const again = () => show(main, id);
  render(html`
    <h1>${name(evaluation.task)} of ${name(evaluation.model)}</h1>
    <dl class="facts">${Object.entries(evaluation.metrics).map(([metric, measured]) => html`<div><dt>${metric}</dt><dd>${score(measured.value)}${measured.stderr ? ` ± ${score(1.96 * measured.stderr)}` : ''}</dd></div>`)}
      <div><dt>Items</dt><dd>${evaluation.items}</dd></div><div><dt>Convention</dt><dd>${evaluation.convention}</dd></div></dl>
    <p><a href=${address(`${path}/items.jsonl`)}>All items as JSON Lines</a></p>
    ${paired ? difference(paired) : nothing}
    ${choice('Show', 'correct', { all: 'all', true: 'right', false: 'wrong' }, 'all', () => { view.set({ after: null }); again(); })}
    ${page.data.length ? page.data.map(item) : empty('No item is like that.')}
    <p class="bar-of-actions">${after ? html`<button type="button" @click=${() => { view.set({ after: null }); again(); }}>From the first</button>` : nothing}
      ${page.has_more ? html`<button type="button" @click=${() => { view.set({ after: page.last_id }); again().then(() => main.focus()); }}>Next</button>` : nothing}</p>`, main);
}
