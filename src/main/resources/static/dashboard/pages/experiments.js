// All experiments: how far each is, the most that was learned, the least that was forgotten.
import { get, part } from '../api.js';
import { bar, empty, html, moment, name, render, score, status, view } from '../html.js';

const OPEN = ['running', 'queued', 'paused'];

const row = one => {
  const count = Object.values(one.jobs).reduce((sum, jobs) => sum + jobs, 0);
  const over = count - OPEN.reduce((sum, word) => sum + (one.jobs[word] ?? 0), 0);
  return html`<tr>
    <th scope="row"><a href="/experiments/${part(one.id)}">${name(one.name, one.id)}</a></th>
    <td>${name(one.base_model)}</td>
    <td>${count === 0 ? 'no jobs' : html`${bar(over, count, `${over} of ${count} jobs`)}
      ${Object.entries(one.jobs).filter(([word, jobs]) => jobs && word !== 'succeeded').map(([word, jobs]) => html` ${status(word)} ${jobs}`)}`}</td>
    <td>${score(one.best_learning)}</td>
    <td>${score(one.least_forgetting)}</td>
    <td>${moment(one.created_at)}</td>
  </tr>`;
};

export async function show(main) {
  const after = view.get('after');
  const page = await get(`experiments/overview?limit=50${after ? `&after=${part(after)}` : ''}`);
  document.title = 'Experiments · Palimpsest';
  render(html`
    <h1>Experiments</h1>
    <p class="bar-of-actions"><a role="button" href="/submit">Submit a job</a></p>
    ${page.data.length === 0
      ? empty('No experiment is here yet. One names a base model, what is to be learned and what may be forgotten; its jobs are compared.',
          html`<a href="/submit">Make one and submit its first job</a>, or run the demo: <code>mvn spring-boot:run -Dspring-boot.run.profiles=demo</code>`)
      : html`<div class="scroll" tabindex="0"><table>
          <thead><tr><th scope="col">Experiment</th><th scope="col">Base model</th><th scope="col">Progress</th>
            <th scope="col" title="The highest learning score of a checkpoint">Most learned</th>
            <th scope="col" title="The lowest forgetting of a checkpoint: the base model's source score less its own">Least forgotten</th>
            <th scope="col">Made</th></tr></thead>
          <tbody>${page.data.map(row)}</tbody></table></div>
        ${page.has_more ? html`<p><a href="/?after=${part(page.last_id)}">Older ones</a></p>` : ''}`}`, main);
}
