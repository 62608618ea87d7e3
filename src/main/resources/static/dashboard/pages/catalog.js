// What jobs are made of: base models, datasets, tasks, presets.
import { all, part } from '../api.js';
import { bytes, empty, html, moment, name, nothing, render, status, view, whole } from '../html.js';

const models = list => (list.length === 0 ? empty('No base model is registered.') : html`
  <div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Model</th><th scope="col">Status</th><th scope="col">Parameters</th><th scope="col">Layers</th><th scope="col">Width</th><th scope="col">Vocabulary</th><th scope="col">Size</th><th scope="col">Since</th></tr></thead>
  <tbody>${list.map(one => html`<tr><th scope="row">${name(one.name)}</th><td>${status(one.status)}${one.error ? html` <small>${one.error.title ?? one.error}</small>` : nothing}</td>
    <td>${whole(one.parameters)}</td><td>${whole(one.architecture?.layers)}</td><td>${whole(one.architecture?.hidden)}</td><td>${whole(one.architecture?.vocabulary)}</td><td>${bytes(one.bytes)}</td><td>${moment(one.created_at)}</td></tr>`)}</tbody></table></div>`);

const datasets = list => (list.length === 0 ? empty('No dataset is registered.') : html`
  <div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Dataset</th><th scope="col">Status</th><th scope="col">Format</th><th scope="col">Documents</th><th scope="col">Size</th><th scope="col">Licence</th><th scope="col">What it is</th></tr></thead>
  <tbody>${list.map(one => html`<tr><th scope="row"><a href="/datasets/${part(one.name)}">${name(one.name)}</a></th><td>${status(one.status)}</td><td>${one.format}</td><td>${whole(one.documents)}</td><td>${bytes(one.bytes)}</td>
    <td>${name(one.licence, 'not told')}</td><td>${name(one.description, '')}</td></tr>`)}</tbody></table></div>`);

const tasks = list => html`
  <div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Task</th><th scope="col">Kind</th><th scope="col">Metric</th><th scope="col">Items</th><th scope="col">Exemplars</th><th scope="col">What it is</th></tr></thead>
  <tbody>${list.map(one => html`<tr><th scope="row">${name(one.name)}</th><td>${one.kind.replaceAll('_', ' ')}</td><td>${one.metric}</td><td>${one.unavailable ? html`<small title=${one.unavailable}>needs a file</small>` : whole(one.items)}</td><td>${one.few_shot}</td>
    <td>${name(one.description, '')}</td></tr>`)}</tbody></table></div>`;

const presets = list => html`
  <div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Preset</th><th scope="col">For</th><th scope="col">What it is</th></tr></thead>
  <tbody>${list.map(one => html`<tr><th scope="row">${one.kind === 'job' ? html`<a href="/submit?preset=${part(one.name)}">${one.name}</a>` : one.name}</th><td>${one.kind}</td><td>${one.description}</td></tr>`)}</tbody></table></div>`;

const PARTS = { models, datasets, tasks, presets };

export async function show(main) {
  const chosen = view.get('part', 'models');
  document.title = 'Catalog · Palimpsest';
  const list = await all(chosen);
  render(html`<h1>Catalog</h1>
    <nav aria-label="Parts of the catalog"><ul>${Object.keys(PARTS).map(one => html`<li><a href="/catalog?part=${one}" aria-current=${one === chosen ? 'page' : nothing}>${one}</a></li>`)}</ul></nav>
    ${(PARTS[chosen] ?? models)(list)}`, main);
}
