// A form out of a JSON schema: each field says where it is by a JSON pointer, as faults do.
import { html, nothing } from './html.js';

/** The value at a path of an object. */
export const at = (object, path) => path.reduce((its, key) => its?.[key], object);

/** The same object with another value at a path; undefined takes it out, and what becomes empty with it. */
export function put(object, path, to) {
  const [key, ...rest] = path;
  const copy = { ...object };
  const next = rest.length ? put(copy[key] ?? {}, rest, to) : to;
  if (next === undefined || (rest.length && Object.keys(next).length === 0)) delete copy[key];
  else copy[key] = next;
  return copy;
}

export const pointer = path => '/' + path.join('/');

/**
 * A form of a schema.
 *
 * of: { schemas, spec, standing, faults, lists, changed(path, value) }; standing is what holds where the spec says nothing.
 */
export function form(schema, of) {
  const resolved = one => {
    if (one.$ref) return resolved(of.schemas[one.$ref.split('/').at(-1)]);
    const real = one.oneOf?.filter(each => each.type !== 'null');
    return real?.length === 1 ? resolved(real[0]) : one;
  };

  const fault = path => of.faults.filter(one => one.pointer === pointer(path)).map(one => html`<small class="fault" id="fault-${path.join('-')}">${one.detail}</small>`);

  const labelled = (path, needed, control) => html`<label data-pointer=${pointer(path)}>${path.at(-1).replaceAll('_', ' ')}${needed ? ' *' : ''}${control}${fault(path)}</label>`;

  const described = path => (of.faults.some(one => one.pointer === pointer(path)) ? `fault-${path.join('-')}` : nothing);
  const invalid = path => (of.faults.some(one => one.pointer === pointer(path)) ? 'true' : nothing);

  function field(path, given, needed) {
    const schema = resolved(given);
    const value = at(of.spec, path);
    const standing = at(of.standing, path) ?? schema.default ?? given.default;
    const type = Array.isArray(schema.type) ? schema.type.find(one => one !== 'null') : schema.type;
    if (schema.const !== undefined) return nothing;
    if (schema.discriminator) return variants(path, schema, value ?? standing);
    if (type === 'object' && schema.properties) return part(path, schema);
    if (schema.enum) return labelled(path, needed, html`<select aria-invalid=${invalid(path)} aria-describedby=${described(path)} @change=${event => of.changed(path, event.target.value || undefined)}>
      <option value="">${standing === undefined || standing === null ? '' : `${standing} (default)`}</option>
      ${schema.enum.filter(one => one !== null).map(one => html`<option ?selected=${one === value}>${one}</option>`)}</select>`);
    if (type === 'boolean') return labelled(path, needed, html`<select aria-invalid=${invalid(path)} @change=${event => of.changed(path, event.target.value === '' ? undefined : event.target.value === 'true')}>
      <option value="">${standing ? 'yes' : 'no'} (default)</option><option value="true" ?selected=${value === true}>yes</option><option value="false" ?selected=${value === false}>no</option></select>`);
    if (type === 'number' || type === 'integer') return labelled(path, needed, html`<input type="text" inputmode="decimal" name=${path.join('.')} .value=${value ?? ''} placeholder=${standing ?? ''}
      aria-invalid=${invalid(path)} aria-describedby=${described(path)} @input=${event => of.changed(path, numeric(event.target.value))}>`);
    const list = of.lists[path.join('.')];
    const several = Array.isArray(schema.type) && schema.type.includes('array');
    if (type === 'string') return labelled(path, needed, html`<input type="text" name=${path.join('.')} .value=${text(value)} placeholder=${text(standing)}
      list=${list ? `known-${path.join('-')}` : nothing} autocomplete="off" aria-invalid=${invalid(path)} aria-describedby=${described(path)} @input=${event => of.changed(path, several ? json(event.target.value) : event.target.value || undefined)}>
      ${list ? html`<datalist id="known-${path.join('-')}">${list.map(one => html`<option value=${one}></option>`)}</datalist>` : nothing}`);
    return labelled(path, needed, html`<input type="text" name=${path.join('.')} .value=${text(value)} placeholder=${standing === undefined ? 'JSON' : text(standing)}
      aria-invalid=${invalid(path)} aria-describedby=${described(path)} @change=${event => of.changed(path, json(event.target.value))}>`);
  }

  function variants(path, schema, value) {
    const { propertyName, mapping } = schema.discriminator;
    const chosen = value?.[propertyName];
    return html`<fieldset class="part" data-pointer=${pointer(path)}><legend>${path.at(-1).replaceAll('_', ' ')}</legend>${fault(path)}
      <div class="fields">
        ${labelled([...path, propertyName], true, html`<select @change=${event => of.changed(path, { [propertyName]: event.target.value })}>
          ${chosen ? nothing : html`<option value="" selected></option>`}
          ${Object.keys(mapping).map(one => html`<option ?selected=${one === chosen}>${one}</option>`)}</select>`)}
        ${chosen ? fields(path, resolved({ $ref: mapping[chosen] }), false) : nothing}
      </div>${chosen ? fields(path, resolved({ $ref: mapping[chosen] }), true) : nothing}</fieldset>`;
  }

  const hasParts = one => one.discriminator !== undefined || one.properties !== undefined;

  /** Plain fields stand side by side, those that have parts below them. */
  const fields = (path, schema, parts) => Object.entries(schema.properties)
    .filter(([, one]) => hasParts(resolved(one)) === parts)
    .map(([key, one]) => field([...path, key], one, (schema.required ?? []).includes(key)));

  const part = (path, schema) => html`<fieldset class="part" data-pointer=${pointer(path)}><legend>${path.at(-1).replaceAll('_', ' ')}</legend>${fault(path)}
    <div class="fields">${fields(path, schema, false)}</div>${fields(path, schema, true)}</fieldset>`;

  return { field, resolved };
}

const text = value => (value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value));

/** What is no number stays as it is: the service says so at its field. */
function numeric(given) {
  if (given.trim() === '') return undefined;
  const number = Number(given);
  return Number.isNaN(number) ? given : number;
}

function json(given) {
  if (given.trim() === '') return undefined;
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}
