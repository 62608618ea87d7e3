// A job spec by form: the form is the spec's own schema, the plan is the service's dry run, faults stand at their fields.
import { all, get, part, post, Problem } from '../api.js';
import { bytes, command, fill, html, nothing, render, say, whole } from '../html.js';
import { preview } from '../preview.js';
import { form, put } from '../schema.js';

const FIRST = ['name', 'preset', 'dataset', 'regime', 'method', 'training'];
const PARTS = ['weights', 'packed_weights', 'gradients', 'optimizer', 'activations', 'workspace', 'process'];
const LATER_MILLIS = 400;

/** The memory that the run takes, part by part, beside the device's. */
function memory(plan) {
  const most = Math.max(plan.device_bytes ?? 0, plan.memory.peak);
  const words = PARTS.filter(one => plan.memory[one]).map(one => html`<tr><th scope="row">${one.replaceAll('_', ' ')}</th>
    <td><progress value=${plan.memory[one]} max=${most} aria-label=${one}></progress></td><td>${bytes(plan.memory[one])}</td></tr>`);
  return html`<table class="memory"><tbody>${words}<tr><th scope="row">at its peak</th><td><progress value=${plan.memory.peak} max=${most} aria-label="peak"></progress></td>
    <td><strong>${bytes(plan.memory.peak)}</strong> of ${bytes(plan.device_bytes)}</td></tr></tbody></table>`;
}

const planned = plan => html`
  <dl class="facts"><div><dt>Steps</dt><dd>${whole(plan.steps)}</dd></div><div><dt>Tokens</dt><dd>${whole(plan.tokens)}</dd></div><div><dt>Trained parameters</dt><dd>${whole(plan.trainable_parameters)}</dd></div></dl>
  ${memory(plan)}`;

/** What stands in the address behind the #, so that a link holds the whole form. */
const kept = () => {
  try {
    return JSON.parse(decodeURIComponent(location.hash.slice(1)));
  } catch {
    return null;
  }
};

async function beginning() {
  const query = new URLSearchParams(location.search);
  const from = query.get('from');
  if (from) {
    const { spec } = await get(`jobs/${part(from)}`);
    return without(spec);
  }
  const spec = { method: { type: 'lora' } };
  if (query.has('experiment')) spec.experiment = query.get('experiment');
  if (query.has('preset')) {
    spec.preset = query.get('preset');
    delete spec.method;
  }
  return spec;
}

/** A stored spec says everything; what it leaves open is left out. */
function without(value) {
  if (Array.isArray(value) || value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).filter(([, its]) => its !== null).map(([key, its]) => [key, without(its)]));
}

function newExperiment(models, tasks, made) {
  const submit = async event => {
    event.preventDefault();
    const given = new FormData(event.target);
    const list = key => given.getAll(key);
    try {
      const experiment = await post('experiments', { name: given.get('name'), base_model: given.get('base_model'), learning_tasks: list('learning'), forgetting_tasks: list('forgetting') });
      say(`Experiment ${experiment.name} is made.`);
      made(experiment);
    } catch (refused) {
      render(html`${refused.errors?.length ? refused.errors.map(one => html`<small class="fault">${one.pointer}: ${one.detail}</small>`) : html`<small class="fault">${refused.message}</small>`}`, event.target.querySelector('.faults'));
    }
  };
  const choices = key => html`<label>${key} tasks<select name=${key} multiple size="6">${tasks.filter(one => !one.unavailable).map(one => html`<option>${one.name}</option>`)}</select></label>`;
  return html`<details ?open=${false}><summary>A new experiment</summary><form @submit=${submit}>
    <div class="fields"><label>name<input name="name" required></label><label>base model<select name="base_model">${models.map(one => html`<option>${one.name}</option>`)}</select></label>${choices('learning')}${choices('forgetting')}</div>
    <div class="faults"></div><button type="submit">Make it</button></form></details>`;
}

export async function show(main) {
  document.title = 'Submit · Palimpsest';
  const [document_, experiments, datasets, models, presets, tasks] = await Promise.all([
    fetch('/v3/api-docs').then(answer => answer.json()), all('experiments', 1000), all('datasets'), all('models'), all('presets'), all('tasks')]);
  const schemas = document_.components.schemas;
  const ready = models.filter(one => one.status === 'ready');
  const jobPresets = presets.filter(one => one.kind === 'job');
  let spec = kept() ?? await beginning();
  let faults = [];
  let plan = null;
  let refused = null;
  let waiting = 0;
  let touched = kept() !== null;

  const faultsElsewhere = () => faults.filter(one => !main.querySelector(`[data-pointer="${CSS.escape(one.pointer)}"]`));

  function changed(path, to) {
    spec = put(spec, path, to);
    touched = true;
    history.replaceState(null, '', `${location.pathname}${location.search}#${encodeURIComponent(JSON.stringify(spec))}`);
    draw();
    later();
  }

  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(dryRun, LATER_MILLIS);
  }

  async function dryRun() {
    const asked = spec;
    try {
      const answer = await post('jobs?dry_run=true', asked);
      if (asked !== spec) return;
      plan = answer;
      faults = [];
      refused = null;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (asked !== spec) return;
      plan = null;
      faults = problem.errors;
      refused = problem;
    }
    draw();
  }

  async function submit(event) {
    event.preventDefault();
    touched = true;
    try {
      const job = await post('jobs', spec);
      location.assign(`/jobs/${part(job.id)}`);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      faults = problem.errors;
      refused = problem;
      draw();
      main.querySelector('[aria-invalid=true]')?.focus();
    }
  }

  function showPreview() {
    const model = experiments.find(one => one.id === spec.experiment)?.base_model ?? ready[0]?.name;
    fill(main.querySelector('#preview'), () => preview(spec.dataset.train, model, spec.regime));
  }

  function draw() {
    const standing = jobPresets.find(one => one.name === spec.preset)?.spec ?? {};
    const { field } = form(schemas.JobSpec, {
      schemas, spec, standing, faults: touched ? faults : [], changed,
      lists: { 'dataset.train': datasets.map(one => one.name), 'dataset.validation': datasets.map(one => one.name), preset: jobPresets.map(one => one.name) },
    });
    const properties = schemas.JobSpec.properties;
    const needed = schemas.JobSpec.required;
    const rest = Object.keys(properties).filter(key => !['experiment', ...FIRST].includes(key));
    const elsewhere = touched ? faultsElsewhere() : [];
    render(html`
      <h1>Submit a job</h1>
      <form @submit=${submit} novalidate>
        <label data-pointer="/experiment" class="wide">experiment *<select aria-invalid=${touched && faults.some(one => one.pointer === '/experiment') ? 'true' : nothing} @change=${event => changed(['experiment'], event.target.value || undefined)}>
          <option value=""></option>${experiments.map(one => html`<option value=${one.id} ?selected=${one.id === spec.experiment}>${one.name.slice(0, 80)} (${one.base_model})</option>`)}</select>
          ${(touched ? faults : []).filter(one => one.pointer === '/experiment').map(one => html`<small class="fault">${one.detail}</small>`)}</label>
        <div class="fields">${['name', 'preset', 'regime'].map(key => field([key], properties[key], needed.includes(key)))}</div>
        ${['dataset', 'method', 'training'].map(key => field([key], properties[key], needed.includes(key)))}
        <details><summary>Checkpoints, evaluation, analysis, guards and all else</summary>${rest.map(key => field([key], properties[key], needed.includes(key)))}</details>
        ${elsewhere.length ? html`<ul class="elsewhere">${elsewhere.map(one => html`<li class="fault"><code>${one.pointer}</code> ${one.detail}</li>`)}</ul>` : nothing}
        ${refused && faults.length === 0 ? html`<p class="fault" role="alert">${refused.message}</p>` : nothing}
        <div class="bar-of-actions"><button type="submit">Submit</button>
          <button type="button" ?disabled=${!spec.dataset?.train} @click=${showPreview}>Preview the data</button></div>
      </form>
      ${newExperiment(ready, tasks, experiment => { experiments.unshift(experiment); changed(['experiment'], experiment.id); })}
      <div id="preview"></div>
      <h2>Plan</h2>
      <div id="plan" aria-live="polite">${plan ? planned(plan) : html`<p>${faults.length ? `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} to mend first.` : 'What it would take is told here as you type.'}</p>`}</div>
      <h2>The same by curl</h2>
      ${command(`curl -s -X POST ${location.origin}/api/v1/jobs -H 'Content-Type: application/json' -d '${JSON.stringify(spec).replaceAll('\'', '\'\\\'\'')}'`)}`, main);
  }

  draw();
  later();
}
