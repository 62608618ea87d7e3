// One job, live: what was asked, how it goes, what it learned and forgot, and what can be done with it.
import { address, all, get, part, post, Problem } from '../api.js';
import { draw, lines } from '../charts.js';
import {
  bar, between, bytes, duration, empty, fill, html, moment, name, nothing, number, render, say, score, status, value, view, whole,
} from '../html.js';
import { listen } from '../live.js';

const MOST_POINTS = 1000;
const CHARTS = {
  loss: { title: 'Loss', keys: ['train/loss', 'validation/loss'] },
  scores: { title: 'Learning and forgetting', keys: ['learning', 'forgetting', 'source_score'] },
  rate: { title: 'Learning rate', keys: ['train/learning_rate'] },
  gradient: { title: 'Gradient norm', keys: ['train/gradient_norm'] },
  pace: { title: 'Tokens per second', keys: ['train/tokens_per_second'] },
  memory: { title: 'Memory, bytes', keys: ['train/memory', 'train/peak_bytes'] },
};
const VERBS = { queued: ['pause', 'cancel'], running: ['pause', 'cancel'], paused: ['resume', 'cancel'], failed: ['retry'], cancelled: ['retry'], succeeded: [] };

/** All series of a job, grown by what is new whenever the service says that there is something. */
class Series {
  constructor(job) {
    this.job = job;
    this.points = new Map();
    this.asking = null;
  }

  async read() {
    const answer = await get(`jobs/${part(this.job)}/metrics?max_points=${MOST_POINTS}`);
    this.points = new Map(answer.data.map(series => [series.key, series.points]));
  }

  /** One request at a time, and at most one waiting behind it. */
  refresh() {
    this.asking ??= this.read().finally(() => { this.asking = null; });
    return this.asking;
  }
}

function charts(element, series) {
  const drawn = new Map();
  return () => {
    for (const [key, chart] of Object.entries(CHARTS)) {
      const its = chart.keys.filter(one => series.points.get(one)?.length);
      if (its.length === 0) continue;
      const option = () => ({ ...lines(its.map(one => ({
        name: one.replace('train/', '').replaceAll('_', ' '), symbol: 'circle',
        points: series.points.get(one).filter(point => point.value !== null).map(point => ({ x: point.step, y: point.value })),
      })), { x: 'optimizer steps', y: chart.title }), tooltip: { trigger: 'axis' }, grid: { top: 34 } });
      if (drawn.has(key)) {
        drawn.get(key).then(one => one.again(option));
        continue;
      }
      let place = element.querySelector(`[data-chart="${key}"]`);
      if (!place) {
        place = document.createElement('div');
        place.className = 'small';
        place.dataset.chart = key;
        element.append(place);
      }
      let newest = option;
      drawn.set(key, draw(place, { label: `${chart.title} by optimizer step`, caption: chart.title, option: () => newest() })
        .then(one => ({ again: changed => { newest = changed; one.again(); } })));
    }
  };
}

const SAID = {
  queued: () => 'waits for a worker', running: data => `attempt ${data.attempt ?? ''} began`, paused: () => 'is paused', succeeded: () => 'has succeeded',
  failed: data => `has failed: ${data.reason ?? ''}`, cancelled: () => 'is cancelled', pause_requested: () => 'is to pause', yield_requested: data => `is to make way: ${data.reason}`, cancel_requested: () => 'is to be cancelled',
  diverged: data => `diverged at step ${data.step}`, went_back: data => `went back from step ${data.from_step} to ${data.step}`,
  guarded: data => data.words, checkpoint_saved: data => `checkpoint saved at step ${data.step}`, evaluated: data => `${data.task} scored at step ${data.step}`,
};

export const said = event => (SAID[event.type] ?? (() => event.type.replaceAll('_', ' ')))(event.data);

const events = list => (list.length === 0 ? empty('Nothing has happened yet.') : html`
  <ol reversed class="log" tabindex="0">${list.toReversed().map(event => html`<li>${moment(event.at)} ${said(event)}</li>`)}</ol>`);

function facts(job) {
  const seconds = job.attempts.reduce((sum, one) => sum + (between(one.started_at, one.ended_at) ?? 0), 0);
  return html`
    <dl class="facts">
      <div><dt>Status</dt><dd>${status(job.status)}${job.cancel_requested ? ' to be cancelled' : job.pause_requested ? ' to be paused' : ''}</dd></div>
      <div><dt>Progress</dt><dd>${bar(job.progress.step, job.progress.total_steps, job.progress.total_steps ? `${job.progress.step} of ${job.progress.total_steps} steps` : `${job.progress.step} steps`)}</dd></div>
      <div><dt>Tokens</dt><dd>${whole(job.progress.tokens)}</dd></div>
      <div><dt>Base model</dt><dd>${name(job.base_model)}</dd></div>
      <div><dt>Method</dt><dd>${job.spec.method.type === 'full' ? 'full' : `LoRA r=${job.spec.method.rank}, alpha ${job.spec.method.alpha}`}</dd></div>
      <div><dt>Trained parameters</dt><dd>${whole(job.trainable_parameters)}</dd></div>
      <div><dt>Peak memory</dt><dd>${bytes(job.peak_bytes)}</dd></div>
      <div><dt>Ran for</dt><dd>${duration(seconds)} in ${job.attempts.length} ${job.attempts.length === 1 ? 'attempt' : 'attempts'}</dd></div>
    </dl>
    ${job.error ? html`<article class="problem" role="alert"><strong>${job.error.title}</strong><pre>${job.error.detail}</pre></article>` : nothing}
    ${job.guard ? html`<p><strong>Guard:</strong> ${job.guard.words}</p>` : nothing}
    ${job.waits_for ? html`<p>It waits for <a href="/jobs/${part(job.waits_for)}">its trunk</a>: ${job.waits_until}.</p>` : nothing}
    ${job.warnings.map(warning => html`<p><small>${warning}</small></p>`)}`;
}

/** The metric of an evaluation that stands for it, and its measure. */
export const mainMetric = one => Object.entries(one.metrics).find(([metric]) => ['acc_norm', 'exact_match', 'pass@1', 'bits_per_byte', 'acc'].includes(metric)) ?? Object.entries(one.metrics)[0];

/** Its items, said of this job: equal scores of several are kept once. */
export const itemsOf = one => `/evaluations/${part(one.id)}?job=${part(one.job)}&step=${one.step}`;

async function evaluations(job) {
  const list = await all(`jobs/${part(job)}/evaluations`);
  if (list.length === 0) return empty('Nothing is scored yet.');
  list.sort((a, b) => a.task.localeCompare(b.task) || a.step - b.step);
  const base = new Map(list.filter(one => one.step === 0).map(one => [one.task, one.id]));
  return html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Task</th><th scope="col">Step</th><th scope="col">Score</th><th scope="col">Items</th><th scope="col">Look</th></tr></thead>
    <tbody>${list.map(one => {
      const [metric, measured] = mainMetric(one) ?? ['', {}];
      return html`<tr><th scope="row">${name(one.task)}</th><td>${one.step === 0 ? 'base model' : one.step}</td>
        <td>${score(measured.value)}${measured.stderr ? html` <small>± ${score(1.96 * measured.stderr)}</small>` : nothing} <small>${metric}</small></td><td>${one.items}</td>
        <td>${one.items ? html`<a href=${itemsOf(one)}>items</a>` : nothing}
          ${one.step > 0 && base.has(one.task) && one.items ? html` <a href="${itemsOf(one)}&against=${part(base.get(one.task))}">against the base model</a>` : nothing}</td></tr>`;
    })}</tbody></table></div>`;
}

async function checkpoints(job, again) {
  const list = (await all(`jobs/${part(job)}/checkpoints`)).toReversed();
  if (list.length === 0) return empty('No checkpoint is saved yet.');
  return html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Step</th><th scope="col">Tokens</th><th scope="col">Kind</th><th scope="col">Size</th><th scope="col">Files</th><th scope="col">Export</th></tr></thead>
    <tbody>${list.map(one => html`<tr><th scope="row">${one.step}</th><td>${whole(one.tokens)}</td><td>${one.kind}</td><td>${bytes(one.bytes)}</td>
      <td>${one.present ? html`<a href=${address(`checkpoints/${part(one.id)}/archive`)} download>Download</a>
        <details><summary>single files</summary>${one.files.map(file => html`<div><a href=${address(`checkpoints/${part(one.id)}/files/${file.path}`)} download>${file.path}</a> <small>${bytes(file.bytes)}</small></div>`)}</details>` : 'no longer here'}</td>
      <td>${one.present ? ['merged', 'gguf_q8_0'].map(form => html`<button class="plain" type="button" @click=${() => exported(one.id, form, again)}>${form}</button> `) : nothing}</td></tr>`)}</tbody></table></div>`;
}

async function exported(checkpoint, form, again) {
  await post(`checkpoints/${part(checkpoint)}/export`, { form });
  say(`The ${form} export is being made; it is listed below the checkpoints.`);
  again();
}

async function exportsOf(job) {
  const [list, its] = await Promise.all([get('exports?limit=200'), all(`jobs/${part(job)}/checkpoints`)]);
  const steps = new Map(its.map(one => [one.id, one.step]));
  const found = list.data.filter(one => steps.has(one.checkpoint));
  if (found.length === 0) return nothing;
  return html`<h3>Exports</h3>${found.map(one => html`<p>${one.form} of step ${steps.get(one.checkpoint)} ${status(one.status)}
    ${one.status === 'succeeded' ? html`<a href=${address(`exports/${part(one.id)}/archive`)} download>Download</a>` : nothing}
    ${one.error ? one.error.title ?? '' : nothing}</p>`)}`;
}

/** Paths at which two specs differ. */
export function differences(one, other, path = '') {
  const isObject = it => it !== null && typeof it === 'object' && !Array.isArray(it);
  if (isObject(one) && isObject(other))
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap(key => differences(one[key], other[key], path ? `${path}.${key}` : key));
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null) ? [] : [{ path, one, other }];
}

async function spec(job) {
  const against = view.get('against');
  const text = JSON.stringify(job.spec, null, 2);
  if (!against) return html`<pre class="log" tabindex="0"><code>${text}</code></pre>`;
  const other = against.startsWith('job_') ? (await get(`jobs/${part(against)}`)).spec : (await get(`presets/${part(against)}`)).spec;
  const found = differences(job.spec, other).filter(one => !['experiment', 'name', 'tags'].includes(one.path));
  return found.length === 0 ? html`<p>They say the same.</p>` : html`
    <div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Field</th><th scope="col">this job</th><th scope="col">${against}</th></tr></thead>
    <tbody>${found.map(one => html`<tr><th scope="row">${one.path}</th><td>${value(one.one)}</td><td>${value(one.other)}</td></tr>`)}</tbody></table></div>`;
}

async function specPart(element, job) {
  const [others, presets] = await Promise.all([get(`experiments/${part(job.experiment)}/jobs`), all('presets')]);
  const again = () => specPart(element, job);
  render(html`
    <label>Differences to <select @change=${event => { view.set({ against: event.target.value }); again(); }}>
      <option value="">nothing: show all of it</option>
      <optgroup label="Jobs">${others.data.filter(one => one.job !== job.id).map(one => html`<option value=${one.job} ?selected=${view.get('against') === one.job}>${(one.name ?? one.job).slice(0, 80)}</option>`)}</optgroup>
      <optgroup label="Presets">${presets.filter(one => one.kind === 'job').map(one => html`<option value=${one.name} ?selected=${view.get('against') === one.name}>${one.name}</option>`)}</optgroup>
    </select></label>
    <div class="spec"></div>`, element);
  fill(element.querySelector('.spec'), () => spec(job));
}

async function log(job) {
  const text = await fetch(address(`jobs/${part(job)}/logs`), { headers: { Accept: 'text/plain' } }).then(answer => answer.text());
  const lines = text.trimEnd().split('\n');
  return text.trim() === '' ? empty('The trainer has said nothing.') : html`<pre class="log" tabindex="0">${lines.slice(-200).join('\n')}</pre>
    ${lines.length > 200 ? html`<p><a href=${address(`jobs/${part(job)}/logs`)}>All ${lines.length} lines</a></p>` : nothing}`;
}

export async function show(main, id) {
  let job = await get(`jobs/${part(id)}`);
  const experiment = await get(`experiments/${part(job.experiment)}`);
  document.title = `${(job.name ?? job.id).slice(0, 60)} · Palimpsest`;
  const series = new Series(id);
  let happened = [];
  let connection = '';

  const head = () => render(html`
    <p><a href="/experiments/${part(job.experiment)}">${name(experiment.name, job.experiment)}</a></p>
    <h1>${name(job.name, job.id)}</h1>
    <div class="bar-of-actions">
      ${(job.spec.executor === 'external' || job.origin ? [] : VERBS[job.status]).map(verb => html`<button type="button" @click=${() => move(verb)}>${verb}</button>`)}
      <a role="button" href="/submit?from=${part(id)}">Clone with changes</a>
      <small role="status">${connection}</small>
    </div>
    ${facts(job)}`, main.querySelector('#head'));

  async function move(verb) {
    try {
      job = await post(`jobs/${part(id)}/${verb}`);
      say(`${verb}: done`);
    } catch (refused) {
      say(refused.message);
    }
    head();
  }

  render(html`<div id="head"></div>
    <h2>While it ran</h2><div id="charts" class="pair"></div>
    <h2>Scores</h2><div id="evaluations"></div>
    <h2>Checkpoints</h2><div id="checkpoints"></div><div id="exports"></div>
    <h2>What happened</h2><div id="events"></div>
    <h2>Spec</h2><div id="spec"></div>
    <h2>Log</h2><div id="log"></div>`, main);
  const at = part => main.querySelector('#' + part);
  const redraw = charts(at('charts'), series);
  const scored = () => fill(at('evaluations'), () => evaluations(id));
  const saved = () => { fill(at('checkpoints'), () => checkpoints(id, saved)); fill(at('exports'), () => exportsOf(id)); };
  const logged = () => fill(at('log'), () => log(id));
  head();
  series.refresh().then(redraw).catch(error => fill(at('charts'), () => Promise.reject(error)));
  scored();
  saved();
  logged();
  render(events(happened), at('events'));
  specPart(at('spec'), job).catch(error => fill(at('spec'), () => Promise.reject(error)));

  const reread = throttled(async () => { job = await get(`jobs/${part(id)}`); head(); });
  const rescored = throttled(scored);
  const resaved = throttled(saved);
  const relogged = throttled(logged);
  const remeasured = throttled(() => series.refresh().then(redraw));
  listen(id, {
    event(event) {
      happened = [...happened, event];
      render(events(happened), at('events'));
      if (event.type === 'evaluated') rescored();
      else if (event.type === 'checkpoint_saved') resaved();
      else reread();
    },
    metrics() { remeasured(); reread(); relogged(); },
    lost() { connection = 'The connection is lost; it is being made again.'; head(); },
    found() { connection = 'live'; head(); },
    over() { connection = ''; reread(); remeasured(); relogged(); },
  });
}

/** Runs at once, and then once more after a second if it was wanted meanwhile. */
function throttled(work) {
  let waiting = false;
  let wanted = false;
  const run = async () => {
    if (waiting) { wanted = true; return; }
    waiting = true;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Problem)) throw error; // that the service does not answer is said at the top
    } finally {
      setTimeout(() => { waiting = false; if (wanted) { wanted = false; run(); } }, 1000);
    }
  };
  return run;
}
