// The pool: each worker's device, what runs there, and when it was heard of last.
import { get, part } from '../api.js';
import { bytes, empty, html, moment, name, render, say, status } from '../html.js';

const EVERY_MILLIS = 5000;

export async function show(main) {
  document.title = 'Workers · Palimpsest';
  const draw = async () => {
    const { data } = await get('workers');
    render(html`<h1>Workers</h1>
      ${data.length === 0 ? empty('No worker has registered. Jobs wait until one does.', html`<code>java -jar palimpsest.jar --palimpsest.role=worker</code>`) : html`
      <div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Worker</th><th scope="col">Device</th><th scope="col">Class</th><th scope="col">Labels</th><th scope="col">Memory</th><th scope="col">Threads</th>
        <th scope="col">Status</th><th scope="col">Runs</th><th scope="col">Heard of</th><th scope="col">Since</th><th scope="col">Engine</th></tr></thead>
      <tbody>${data.map(one => html`<tr><th scope="row">${name(one.id)}</th><td>${one.device}</td><td>${one.device_class}</td>
        <td>${Object.entries(one.labels).map(([label, value]) => `${label}=${value}`).join(', ')}</td><td>${bytes(one.memory_bytes)}</td><td>${one.threads}</td>
        <td>${status(one.status)}${one.drained ? ' drained' : one.cordoned ? ' cordoned' : ''}${one.disk_full ? ', disk full' : ''}</td><td>${one.current_jobs.length === 0 ? 'nothing' : one.current_jobs.map(job => html`<a href="/jobs/${part(job)}">${job}</a> `)}</td>
        <td>${moment(one.last_heartbeat)}</td><td>${moment(one.started_at)}</td><td>${one.engine ?? ''}</td></tr>`)}</tbody></table></div>`}`, main);
  };
  await draw();
  setInterval(() => document.hidden || draw().catch(error => say(error.message)), EVERY_MILLIS);
}
