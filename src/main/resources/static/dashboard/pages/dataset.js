// One dataset: what it is, what was wrong with it, and how a model sees its documents.
import { all, get, part } from '../api.js';
import { bytes, fill, html, moment, name, nothing, render, status, view, whole } from '../html.js';
import { preview } from '../preview.js';

export async function show(main, id) {
  const [dataset, models] = await Promise.all([get(`datasets/${part(id)}`), all('models')]);
  const ready = models.filter(one => one.status === 'ready');
  const model = view.get('model', ready[0]?.name);
  document.title = `${dataset.name.slice(0, 60)} · Palimpsest`;
  render(html`<h1>${name(dataset.name)}</h1>
    ${dataset.description ? html`<p><bdi>${dataset.description}</bdi></p>` : nothing}
    <dl class="facts"><div><dt>Status</dt><dd>${status(dataset.status)}</dd></div><div><dt>Format</dt><dd>${dataset.format}</dd></div><div><dt>Documents</dt><dd>${whole(dataset.documents)}</dd></div>
      <div><dt>Size</dt><dd>${bytes(dataset.bytes)}</dd></div><div><dt>Licence</dt><dd>${name(dataset.licence, 'not told')}</dd></div><div><dt>Source</dt><dd>${name(dataset.source, 'not told')}</dd></div><div><dt>Since</dt><dd>${moment(dataset.created_at)}</dd></div></dl>
    ${dataset.errors.map(fault => html`<p class="fault">${fault.line ? `Line ${fault.line}: ` : ''}${fault.detail}</p>`)}
    <h2>As a model gets it</h2>
    <label>Model <select @change=${event => { view.set({ model: event.target.value }); show(main, id); }}>${ready.map(one => html`<option ?selected=${one.name === model}>${one.name}</option>`)}</select></label>
    <div id="preview"></div>`, main);
  if (model) fill(main.querySelector('#preview'), () => preview(id, model, null, 5));
}
