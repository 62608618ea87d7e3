// Up to eight jobs side by side: their curves in one chart, what their specs differ in, and how their answers differ item by item.
import { all, get, part } from '../api.js';
import { draw, lines } from '../charts.js';
import { empty, fill, html, name, nothing, number, render, score, status, value, view } from '../html.js';
import { differences, itemsOf, mainMetric } from './job.js';

const KEYS = { 'train/loss': 'training loss', 'validation/loss': 'validation loss', learning: 'learning', forgetting: 'forgetting', 'train/gradient_norm': 'gradient norm', 'train/tokens_per_second': 'tokens per second' };
const MOST = 8;

const title = job => job.name ?? job.id;

async function curves(element, jobs, key) {
  const answers = await Promise.all(jobs.map(job => get(`jobs/${part(job.id)}/metrics?keys=${part(key)}&max_points=1000`)));
  const series = jobs.map((job, i) => ({
    name: `${i + 1}: ${title(job).slice(0, 40)}`,
    points: (answers[i].data[0]?.points ?? []).filter(point => point.value !== null).map(point => ({ x: point.step, y: point.value })),
  })).filter(one => one.points.length);
  if (series.length === 0) return render(empty(`None of them has ${KEYS[key] ?? key}.`), element);
  await draw(element, {
    label: `${KEYS[key] ?? key} of ${series.length} jobs by optimizer step`,
    option: () => ({ ...lines(series, { x: 'optimizer steps', y: KEYS[key] ?? key }), tooltip: { trigger: 'axis' } }),
    table: { columns: ['job', 'points', 'last'], rows: series.map(one => [one.name, one.points.length, number(one.points.at(-1).y)]) },
  });
}

function specs(jobs) {
  const paths = [...new Set(jobs.slice(1).flatMap(job => differences(jobs[0].spec, job.spec).map(one => one.path)))].filter(path => !['name', 'experiment'].includes(path));
  if (paths.length === 0) return html`<p>Their specs say the same.</p>`;
  const at = (spec, path) => path.split('.').reduce((its, key) => its?.[key], spec);
  return html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Field</th>${jobs.map((job, i) => html`<th scope="col">${i + 1}</th>`)}</tr></thead>
    <tbody>${paths.map(path => html`<tr><th scope="row">${path}</th>${jobs.map(job => html`<td>${value(at(job.spec, path))}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** Of each task the last score of each job, and the paired difference to the first one's. */
async function scores(jobs) {
  const lists = await Promise.all(jobs.map(job => all(`jobs/${part(job.id)}/evaluations`)));
  const last = lists.map(list => {
    const by = new Map();
    for (const one of list.toSorted((a, b) => a.step - b.step)) if (one.step > 0) by.set(one.task, one);
    return by;
  });
  const tasks = [...new Set(last.flatMap(by => [...by.keys()]))].sort();
  if (tasks.length === 0) return empty('None of them is scored.');
  const rows = await Promise.all(tasks.map(async task => ({
    task,
    cells: await Promise.all(last.map(async (by, i) => {
      const one = by.get(task);
      if (!one) return html`<td class="none">–</td>`;
      const first = last[0].get(task);
      const paired = i === 0 || !first || !one.items ? null : await get(`evaluations/${part(one.id)}/difference?from=${part(first.id)}`).catch(() => null);
      const [metric, measured] = mainMetric(one);
      return html`<td><a href=${itemsOf(one)}>${score(measured.value)}</a> <small>${metric}</small>
        ${paired ? html`<br><small>${paired.words}</small>
          ${paired.better + paired.worse ? html`<br><a href="${itemsOf(one)}&against=${part(first.id)}">${paired.better} better, ${paired.worse} worse</a>` : nothing}` : nothing}</td>`;
    })),
  })));
  return html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Task</th>${jobs.map((_, i) => html`<th scope="col">${i + 1}</th>`)}</tr></thead>
    <tbody>${rows.map(row => html`<tr><th scope="row">${name(row.task)}</th>${row.cells}</tr>`)}</tbody></table></div>
    <p><small>Differences are to job 1, item by item.</small></p>`;
}

export async function show(main) {
  const ids = view.list('jobs').slice(0, MOST);
  document.title = 'Compare · Palimpsest';
  if (ids.length === 0)
    return render(html`<h1>Compare</h1>${empty('Choose up to eight jobs in an experiment\'s table.', html`<a href="/">Experiments</a>`)}`, main);
  const jobs = await Promise.all(ids.map(id => get(`jobs/${part(id)}`)));
  const key = view.get('key', 'train/loss');
  render(html`<h1>Compare ${jobs.length} jobs</h1>
    <ol>${jobs.map(job => html`<li><a href="/jobs/${part(job.id)}">${name(job.name, job.id)}</a> ${status(job.status)}
      <a href="/compare?jobs=${ids.filter(one => one !== job.id).map(part).join(',')}">leave out</a></li>`)}</ol>
    <label>Curve <select @change=${event => { view.set({ key: event.target.value }); show(main); }}>${Object.entries(KEYS).map(([one, shown]) => html`<option value=${one} ?selected=${one === key}>${shown}</option>`)}</select></label>
    <div id="curves"></div>
    <h2>What their specs differ in</h2>${specs(jobs)}
    <h2>Last scores</h2><div id="scores"></div>`, main);
  curves(main.querySelector('#curves'), jobs, key).catch(error => fill(main.querySelector('#curves'), () => Promise.reject(error)));
  fill(main.querySelector('#scores'), () => scores(jobs));
}
