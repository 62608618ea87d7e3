// One experiment: the trade-off first, then each figure of the paper, its jobs, and what they advise.
import { address, get, part, post } from '../api.js';
import { colour, draw, heat, lines, readLibrary, shade, shape } from '../charts.js';
import {
  bar, choice, command, empty, estimate, fill, html, moment, name, nothing, number, onceNear, render, say, score, status, value, view, whenNear, whole,
} from '../html.js';

/** Of each point, what the trade-off's chart shows; the ids of many checkpoints would be most of the answer. */
const SHOWN = ['job', 'method', 'rank', 'step', 'tokens', 'learning', 'learning_stderr', 'learning_kind', 'source_score', 'source_stderr', 'source_kind', 'forgetting', 'on_front'];

const X = { tokens: 'tokens', steps: 'optimizer steps', epochs: 'epochs' };

/** "LoRA r=16, mlp" out of the fields by which runs are grouped. */
export function called(group) {
  const words = [];
  const method = group['method.type'];
  if (method) words.push(method === 'full' ? 'full' : 'LoRA');
  if (group['method.rank'] !== undefined) words.push(`r=${group['method.rank']}`);
  for (const [field, its] of Object.entries(group)) {
    if (['method.type', 'method.rank', 'method.alpha'].includes(field) || field.startsWith('method.') && method === 'full') continue;
    words.push(`${field.split('.').at(-1).replaceAll('_', ' ')} ${typeof its === 'number' ? number(its) : its}`);
  }
  return words.join(' ') || 'all runs';
}

const unit = kind => (kind === 'bits_per_byte' ? 'minus bits per byte' : 'mean accuracy');

function tradeoffChart(answer) {
  const points = answer.points.filter(point => point.learning !== null && point.source_score !== null);
  const ranks = [...new Set(points.map(point => point.rank).filter(rank => rank !== null))].sort((a, b) => a - b);
  const most = Math.max(...points.map(point => point.tokens), 1);
  const size = point => 6 + 12 * Math.sqrt(point.tokens / most);
  const groups = [
    ...(points.some(point => point.method === 'full') ? [{ name: 'full', of: point => point.method === 'full', colour: colour(1), symbol: 'rect' }] : []),
    ...ranks.map((rank, i) => ({ name: `LoRA r=${rank}`, of: point => point.rank === rank, colour: shade(i, ranks.length), symbol: 'circle' })),
  ];
  const front = points.filter(point => point.on_front);
  const option = () => ({
    xAxis: { type: 'value', name: `Learning (${unit(points[0]?.learning_kind)})` },
    yAxis: { type: 'value', name: `Source score (${unit(points[0]?.source_kind)})` },
    tooltip: {
      trigger: 'item',
      formatter: ({ data }) => data.point && [
        `${data.point.method === 'full' ? 'full' : `LoRA r=${data.point.rank}`}, step ${data.point.step}, ${whole(data.point.tokens)} tokens`,
        `learning ${score(data.point.learning)}${plusMinus(data.point.learning_stderr)}`,
        `source score ${score(data.point.source_score)}${plusMinus(data.point.source_stderr)}`,
        `forgetting ${score(data.point.forgetting)}`,
        data.point.on_front ? 'on the Pareto front' : '',
      ].filter(Boolean).join('\n'),
    },
    legend: { data: [...groups.map(group => group.name), 'Pareto front'] },
    series: [
      ...groups.map((group, i) => ({
        name: group.name, type: 'scatter', symbol: group.symbol,
        data: points.filter(group.of).map(point => ({ value: [point.learning, point.source_score], symbolSize: size(point), point })),
        itemStyle: { color: group.colour, borderColor: '#000', borderWidth: 0.5 },
        markLine: i === 0 && answer.base?.source_score !== null && answer.base
          ? { silent: true, symbol: 'none', lineStyle: { type: 'dashed', color: '#888' }, label: { formatter: 'base model', color: '#888', position: 'insideEndTop' }, data: [{ yAxis: answer.base.source_score }] } : undefined,
      })),
      {
        name: 'Pareto front', type: 'line', symbol: 'none', silent: true, lineStyle: { color: '#888', width: 1.5 }, itemStyle: { color: '#888' },
        data: front.map(point => [point.learning, point.source_score]).sort((a, b) => a[0] - b[0]),
      },
    ],
  });
  return { points, option, front };
}

const plusMinus = stderr => (stderr === null || stderr === undefined ? '' : ` ± ${score(1.96 * stderr)}`);

/** The 95 % interval of what is pointed at, as a cross. */
function crosses(chart, again) {
  chart.on('mouseover', ({ data }) => {
    const point = data?.point;
    if (!point) return;
    const across = 1.96 * (point.learning_stderr ?? 0);
    const up = 1.96 * (point.source_stderr ?? 0);
    chart.setOption({ series: [{
      id: 'interval', type: 'line', symbol: 'none', silent: true, z: 9, lineStyle: { width: 2, color: '#888' },
      data: [[point.learning - across, point.source_score], [point.learning + across, point.source_score], [null, null],
        [point.learning, point.source_score - up], [point.learning, point.source_score + up]],
    }] });
  });
  chart.on('mouseout', again);
}

async function tradeoff(element, asked) {
  const answer = await asked;
  const { points, option, front } = tradeoffChart(answer);
  if (points.length === 0) return render(empty('No checkpoint is scored on both sides yet. Points appear as jobs reach their evaluations.'), element);
  const { chart, again } = await draw(element, {
    label: `Source score against learning of ${points.length} checkpoints, ${front.length} of them on the Pareto front`,
    caption: html`Each point is a checkpoint; the larger, the more tokens. Below the dashed line it has forgotten something that the base model knew. A click opens the job.`,
    option,
    click: ({ data }) => data.point && location.assign(`/jobs/${part(data.point.job)}`),
    table: {
      columns: ['job', 'method', 'rank', 'step', 'learning', 'source score', 'forgetting', 'on the front'],
      rows: points.map(point => [html`<a href="/jobs/${part(point.job)}">${point.job}</a>`, point.method, point.rank ?? '', point.step,
        score(point.learning), score(point.source_score), score(point.forgetting), point.on_front ? 'yes' : '']),
    },
  });
  crosses(chart, again);
  element.dataset.points = points.length;
}

async function curves(element, id, by, x) {
  const answer = await get(`experiments/${part(id)}/curves?x=${x}&by=${by}`);
  render(html`<div class="learning"></div><div class="forgetting"></div>`, element);
  if (answer.curves.length === 0) return render(empty('No run is scored yet.'), element);
  const longest = answer.curves.filter(curve => curve.points.length > 1);
  const shown = (longest.length ? longest : answer.curves).slice(0, 24);
  for (const side of ['learning', 'forgetting']) {
    const series = shown.map((curve, i) => ({
      name: `${called(curve.group)}${curve.kind === 'final' ? '' : ` (${curve.kind})`}`, dashed: curve.kind !== 'final', symbol: shape(i), colour: colour(i),
      points: curve.points.filter(point => point[side]).map(point => ({ x: point.x, y: point[side].mean, low: point[side].low, high: point[side].high })),
    }));
    await draw(element.querySelector('.' + side), {
      label: `${side} against ${X[x]} of ${series.length} curves`,
      caption: html`${shown.length < answer.curves.length ? `${shown.length} of ${answer.curves.length} curves. ` : ''}Bars: 95 % intervals.`,
      option: () => ({ ...lines(series, { x: X[x], y: side, base: side === 'learning' ? answer.base?.learning : 0 }), tooltip: { trigger: 'item' } }),
      table: {
        columns: ['curve', X[x], side, 'runs'],
        rows: shown.flatMap((curve, i) => curve.points.map(point => [series[i].name, number(point.x), estimate(point[side]), point.runs])),
      },
    });
  }
}

async function sensitivity(element, id, by) {
  const answer = await get(`experiments/${part(id)}/sensitivity?by=${by}`);
  const swept = answer.curves.filter(curve => curve.points.filter(point => point.learning !== null).length > 1);
  if (swept.length === 0) return render(empty('No learning rate was varied.'), element);
  const series = swept.map(curve => ({
    name: called({ 'method.type': curve.method, ...(curve.rank === null ? {} : { 'method.rank': curve.rank }), ...curve.values }),
    points: curve.points.filter(point => point.learning !== null).map(point => ({ x: point.learning_rate, y: point.learning })),
  }));
  await draw(element, {
    label: `Learning against learning rate of ${series.length} recipes`,
    caption: html`${swept.map(curve => curve.ratio_to_full && html`LoRA r=${curve.rank}: best rate ${number(curve.ratio_to_full)} times full's. `)}`,
    option: () => ({ ...lines(series, { x: 'learning rate', y: `Learning (${unit(answer.learning_kind)})`, log: true }), tooltip: { trigger: 'item' } }),
    table: {
      columns: ['recipe', 'learning rate', 'learning', 'diverged'],
      rows: swept.flatMap((curve, i) => curve.points.map(point => [series[i].name, number(point.learning_rate), score(point.learning), point.diverged])),
    },
  });
}

async function spectra(id) {
  const answer = await get(`experiments/${part(id)}/spectra`);
  const jobs = answer.data.filter(job => job.heat_map);
  if (jobs.length === 0) return empty('No spectra were asked for.', html`A job asks for them by <code>"analysis": {"spectrum": {}}</code>.`);
  return html`${jobs.slice(0, 6).map(job => {
    const map = job.heat_map;
    const most = Math.max(...map.modules.flatMap(module => module.rank_90));
    return html`<h3><a href="/jobs/${part(job.job)}">${name(job.name, job.job)}</a></h3>
      ${heat({
        label: `Rank at 90 % of the change by module and layer of ${job.name ?? job.job}`,
        columns: map.modules[0].rank_90.map((_, layer) => layer), rows: map.modules.map(module => ({ name: module.module, values: module.rank_90 })),
        most, title: (rank, [module, layer]) => `${module}, layer ${layer}: ${rank} singular values hold 90 % of the change`,
      })}`;
  })}`;
}

async function diversity(element, id) {
  const answer = await get(`experiments/${part(id)}/diversity`);
  if (answer.tasks.length === 0) return render(empty('No task draws several samples of a problem.'), element);
  render(html`${answer.tasks.map((_, i) => html`<div class="small" data-task=${i}></div>`)}`, element);
  for (const [i, task] of answer.tasks.entries()) {
    const longest = new Map();
    for (const group of task.groups) {
      const key = JSON.stringify(group.group);
      if (!longest.has(key) || longest.get(key).tokens < group.tokens) longest.set(key, group);
    }
    const shown = [...(task.base ? [{ name: 'base model', samples: task.base }] : []),
      ...[...longest.values()].slice(0, 12).map(group => ({ name: called(group.group), samples: group.samples }))];
    await draw(element.querySelector(`[data-task="${i}"]`), {
      label: `Problems of ${task.task} solved by one of k samples`,
      caption: html`${task.task}: share of problems that one of k samples solves.`,
      option: () => ({ ...lines(shown.map(one => ({
        name: one.name, points: Object.entries(one.samples.pass_at).map(([k, its]) => ({ x: Number(k), y: its.mean, low: its.low, high: its.high })),
      })), { x: 'samples k', y: 'solved', log: true }), tooltip: { trigger: 'item' } }),
      table: {
        columns: ['', 'different samples', 'of those that pass', 'of those that fail', 'pass@1'],
        rows: shown.map(one => [one.name, estimate(one.samples.distinct), estimate(one.samples.distinct_passed), estimate(one.samples.distinct_failed), estimate(one.samples.pass_at['1'])]),
      },
    });
  }
}

async function advice(id, by) {
  const [recommendation, claims] = await Promise.all([
    get(`experiments/${part(id)}/recommendation?by=${by}`), get(`experiments/${part(id)}/claims?by=${by}`)]);
  return html`
    <p>${recommendation.words}</p>
    ${recommendation.parts.map(one => html`<h3>${one.part}: ${value(one.value)}</h3><p>${one.sentence}</p>
      ${one.paper ? html`<p><small>The paper: ${one.paper.says}; this data ${one.paper.agreement.replaceAll('_', ' ')} (${one.paper.words}).</small></p>` : nothing}
      ${one.not_covered.length ? html`<p><small>Not covered: ${one.not_covered.join('; ')}.</small></p>` : nothing}
      ${one.next.map(next => html`<details><summary>${next.words}</summary>
        ${command(`curl -s -X ${next.call.split(' ')[0]} '${location.origin}${next.call.split(' ')[1]}' -H 'Content-Type: application/json' -d '${JSON.stringify(next.body)}'`)}</details>`)}`)}
    <h3>The paper's claims on this data</h3>
    <div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Claim</th><th scope="col">Verdict</th><th scope="col">In words</th></tr></thead>
      <tbody>${claims.claims.map(claim => html`<tr><th scope="row">${claim.claim}</th><td>${claim.verdict.replaceAll('_', ' ')}</td><td>${claim.sentence}</td></tr>`)}</tbody></table></div>`;
}

const FIXED = {
  status: { label: 'status', of: job => job.status, cell: job => status(job.status) },
  progress: { label: 'progress', of: job => job.step, cell: job => bar(job.step, job.total_steps, job.total_steps ? `${job.step} of ${job.total_steps}` : `${job.step}`) },
  loss: { label: 'loss', of: job => job.loss, cell: job => number(job.loss) },
  learning: { label: 'learning', of: job => job.learning, cell: job => score(job.learning) },
  forgetting: { label: 'forgetting', of: job => job.forgetting, cell: job => score(job.forgetting) },
  ended: { label: 'ended', of: job => job.ended_at, cell: job => moment(job.ended_at) },
};

function jobs(element, answer) {
  const fields = answer.fields.filter(field => field !== 'method.alpha');
  const all = { ...Object.fromEntries(fields.map(field => [field, {
    label: field.split('.').slice(1).join('.') || field, of: job => job.values[field] ?? null, cell: job => value(job.values[field]),
  }])), ...FIXED };
  const draw = () => {
    const columns = view.list('columns').length ? view.list('columns').filter(column => all[column]) : Object.keys(all).filter(column => column !== 'ended');
    const filter = view.get('filter', '').toLowerCase();
    const [by, down] = (view.get('sort') ?? '').split(':');
    const chosen = new Set(view.list('chosen'));
    const rows = answer.data.filter(job => !filter
      || [job.name, job.job, job.status, ...Object.entries(job.values).map(([field, its]) => `${field.split('.').at(-1)}=${its}`)].some(text => String(text ?? '').toLowerCase().includes(filter)));
    if (all[by]) rows.sort((a, b) => order(all[by].of(a), all[by].of(b)) * (down ? -1 : 1));
    render(html`
      <div class="bar-of-actions">
        <label>Filter <input type="search" name="filter" placeholder="running, rank=16, a name" .value=${view.get('filter', '')}
          @input=${event => { view.set({ filter: event.target.value }); draw(); }}></label>
        <details><summary>Columns</summary>${Object.entries(all).map(([key, column]) => html`<label><input type="checkbox" .checked=${columns.includes(key)}
          @change=${event => { view.set({ columns: Object.keys(all).filter(one => one === key ? event.target.checked : columns.includes(one)).join(',') }); draw(); }}> ${column.label}</label>`)}</details>
        <a role="button" href=${chosen.size > 1 ? `/compare?jobs=${[...chosen].map(part).join(',')}` : nothing} aria-disabled=${chosen.size > 1 ? 'false' : 'true'}>Compare ${chosen.size || ''}</a>
        <small>${rows.length} of ${answer.data.length} jobs</small>
      </div>
      <div class="scroll tall" tabindex="0" role="region" aria-label="Jobs"><table>
        <thead><tr><th scope="col"><span class="none">compare</span></th><th scope="col">job</th>${columns.map(key => html`<th scope="col" aria-sort=${by === key ? (down ? 'descending' : 'ascending') : nothing}>
          <button type="button" @click=${() => { view.set({ sort: by === key && !down ? `${key}:down` : key }); draw(); }}>${all[key].label}</button></th>`)}</tr></thead>
        <tbody>${rows.map(job => html`<tr>
          <td><input type="checkbox" aria-label=${`Compare ${job.name ?? job.job}`} .checked=${chosen.has(job.job)} ?disabled=${chosen.size >= 8 && !chosen.has(job.job)}
            @change=${event => { if (event.target.checked) chosen.add(job.job); else chosen.delete(job.job); view.set({ chosen: [...chosen].join(',') }); draw(); }}></td>
          <th scope="row"><a href="/jobs/${part(job.job)}">${name(job.name, job.job)}</a></th>${columns.map(key => html`<td>${all[key].cell(job)}</td>`)}</tr>`)}</tbody>
      </table></div>`, element);
  };
  draw();
}

function order(a, b) {
  if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1;
  if (b === null || b === undefined) return -1;
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
}

const studies = (list, again) => list.map(study => html`
  <article><strong>Study ${name(study.name, study.id)}</strong> ${status(study.status)} stage: ${study.stage}
    ${study.reason ? html`<p>${study.reason}</p>` : nothing}
    ${study.choices.map(one => html`<p><small>${one.method === 'full' ? 'full' : `LoRA r=${one.rank}`}: ${one.words}</small></p>`)}
    <p class="bar-of-actions">${({ running: ['pause', 'cancel'], paused: ['resume', 'cancel'], failed: ['retry'], cancelled: ['retry'] }[study.status] ?? []).map(verb => html`
      <button type="button" @click=${async () => { await post(`studies/${part(study.id)}/${verb}`); say(`${verb}: done`); again(); }}>${verb}</button>`)}</p></article>`);

export async function show(main, id) {
  const path = `experiments/${part(id)}`;
  const by = view.get('by', 'primary');
  const x = view.get('x', 'tokens');
  const points = get(`${path}/tradeoff?by=${by}&fields=${SHOWN.join(',')}`);
  points.catch(() => {}); // told where it is shown
  readLibrary();
  const [experiment, table, its] = await Promise.all([get(path), get(`${path}/jobs`), get(`${path}/studies`)]);
  document.title = `${experiment.name.slice(0, 60)} · Palimpsest`;
  const again = () => show(main, id);
  render(html`
    <h1>${name(experiment.name)}</h1>
    ${experiment.description ? html`<p><bdi>${experiment.description}</bdi></p>` : nothing}
    <dl class="facts">
      <div><dt>Base model</dt><dd>${name(experiment.base_model)}</dd></div>
      <div><dt>Learning</dt><dd>${experiment.learning_tasks.join(', ')}</dd></div>
      <div><dt>Forgetting</dt><dd>${experiment.forgetting_tasks.join(', ')}</dd></div>
      <div><dt>Made</dt><dd>${moment(experiment.created_at)}</dd></div>
    </dl>
    <p class="bar-of-actions">
      <a role="button" href="/submit?experiment=${part(id)}">Submit a job</a>
      <a href=${address(`${path}/report?by=${by}`)}>Report</a>
      <a href=${address(`${path}/report?by=${by}&format=markdown`)}>as Markdown</a>
      <a href=${address(`${path}/tradeoff?format=csv&by=${by}`)}>Trade-off as CSV</a>
      <a href=${address(`${path}/curves?format=csv&by=${by}`)}>Curves as CSV</a>
      <a href=${address(`${path}/archive`)}>Archive</a>
    </p>
    ${choice('Score by', 'by', { primary: 'primary metrics', bits_per_byte: 'bits per byte' }, 'primary', again)}
    ${studies(its.data, again)}
    <h2>Learned against kept</h2><div id="tradeoff" class="large"></div>
    <h2>Against duration</h2>${choice('Duration in', 'x', X, 'tokens', again)}<div id="curves" class="pair large"></div>
    <h2>Jobs</h2><div id="jobs" class="large"></div>
    <h2>Recommendation</h2><div id="advice"></div>
    <h2>Learning rates</h2><div id="sensitivity" class="large"></div>
    <h2>Rank of the change</h2><div id="spectra" class="large"></div>
    <h2>Diversity of samples</h2><div id="diversity" class="large"></div>`, main);
  const at = name => main.querySelector('#' + name);
  const inside = (name, work) => whenNear(at(name), () => work().then(found => found ?? nothing));
  if (table.data.length === 0) render(empty('No jobs yet.', html`<a href="/submit?experiment=${part(id)}">Submit the first</a>`), at('jobs'));
  else onceNear(at('jobs'), () => jobs(at('jobs'), table));
  tradeoff(at('tradeoff'), points).catch(error => fill(at('tradeoff'), () => Promise.reject(error)));
  drawNear(at('curves'), element => curves(element, id, by, x));
  drawNear(at('sensitivity'), element => sensitivity(element, id, by));
  drawNear(at('diversity'), element => diversity(element, id));
  inside('advice', () => advice(id, by));
  inside('spectra', () => spectra(id));
}

/** The same for parts that draw charts themselves. */
const drawNear = (element, work) =>
  onceNear(element, () => work(element).catch(error => fill(element, () => Promise.reject(error))));
