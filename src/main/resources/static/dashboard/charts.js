// Charts by Apache ECharts, each with a table of what it shows. Colours hold without colour vision (Okabe and Ito 2008).
import { html, render, nothing } from './html.js';

const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8c6d1f', '#7f7f7f'];
const SHAPES = ['circle', 'rect', 'triangle', 'diamond', 'roundRect', 'pin', 'arrow'];
const dark = matchMedia('(prefers-color-scheme: dark)');

let library;

/** ECharts, which is large: read when the first chart is drawn, or as soon as a page knows that it will draw one. */
export async function readLibrary() {
  library ??= import('/webjars/echarts/dist/echarts.common.min.js').then(() => globalThis.echarts);
  return library;
}

export const colour = index => COLOURS[index % COLOURS.length];
export const shape = index => SHAPES[index % SHAPES.length];

/** From light to dark as a rank grows; told apart by lightness alone. */
export function shade(index, count) {
  const share = count < 2 ? 0.5 : index / (count - 1);
  const [from, to] = dark.matches ? [[86, 180, 233], [255, 245, 190]] : [[120, 190, 225], [8, 48, 107]];
  return `rgb(${from.map((channel, i) => Math.round(channel + share * (to[i] - channel))).join(',')})`;
}

function ink() {
  const style = getComputedStyle(document.documentElement);
  return {
    text: style.getPropertyValue('--pico-color').trim() || '#222',
    faint: style.getPropertyValue('--pico-muted-border-color').trim() || '#ccc',
    back: style.getPropertyValue('--pico-background-color').trim() || '#fff',
  };
}

/** What all charts have in common; axes are named with their units. */
function dressed(option) {
  const { text, faint, back } = ink();
  const axis = one => ({
    nameLocation: 'middle', nameGap: one.gap ?? 30, scale: true, ...one,
    nameTextStyle: { color: text, fontSize: 13 },
    axisLabel: { color: text, hideOverlap: true, ...one.axisLabel },
    axisLine: { lineStyle: { color: text } },
    splitLine: { lineStyle: { color: faint } },
  });
  return {
    animation: false,
    textStyle: { fontFamily: 'system-ui, sans-serif', color: text },
    grid: { left: 64, right: 24, top: 44, bottom: 48, ...option.grid },
    tooltip: { renderMode: 'richText', confine: true, backgroundColor: back, borderColor: faint, textStyle: { color: text }, ...option.tooltip },
    legend: { type: 'scroll', top: 0, textStyle: { color: text }, pageTextStyle: { color: text }, inactiveColor: faint, ...option.legend },
    ...option.more,
    xAxis: axis(option.xAxis),
    yAxis: axis({ gap: 46, ...option.yAxis }),
    series: option.series,
  };
}

/**
 * Draws a chart into an element, again whenever its size or the colours change.
 *
 * of: { label, option: () => option, table: { columns, rows }, click: event => … }
 */
export async function draw(element, of) {
  render(html`
    <figure class="chart">
      <div class="drawn" role="img" aria-label=${of.label}></div>
      <figcaption>${of.caption ?? nothing}
        ${of.table ? html`<details><summary>Show as a table</summary><div class="scroll" tabindex="0"></div></details>` : nothing}
      </figcaption>
    </figure>`, element);
  const place = element.querySelector('.drawn');
  const tableOf = element.querySelector('details');
  tableOf?.addEventListener('toggle', () => render(table(of.table), tableOf.querySelector('.scroll')), { once: true });
  const library = await readLibrary();
  library.getInstanceByDom(place)?.dispose();
  const chart = library.init(place, null, { renderer: 'canvas' });
  const again = () => chart.setOption(dressed(of.option()), { notMerge: true });
  again();
  if (of.click) chart.on('click', of.click);
  new ResizeObserver(() => chart.isDisposed() || chart.resize()).observe(place);
  dark.addEventListener('change', () => chart.isDisposed() || again());
  return { chart, again };
}

export const table = ({ columns, rows }) => html`
  <table><thead><tr>${columns.map(column => html`<th scope="col">${column}</th>`)}</tr></thead>
  <tbody>${rows.map(row => html`<tr>${row.map(cell => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>`;

/** Layers and modules as a table of coloured cells. */
export function heat({ label, columns, rows, most, title }) {
  const cell = (value, place) => {
    if (value === null || value === undefined) return html`<td class="none">–</td>`;
    return html`<td data-share=${Math.round(20 * value / (most || 1))} title=${title(value, place)}>${value}</td>`;
  };
  return html`<div class="scroll" tabindex="0"><table class="heat" aria-label=${label}>
    <thead><tr><th scope="col"></th>${columns.map(column => html`<th scope="col">${column}</th>`)}</tr></thead>
    <tbody>${rows.map(row => html`<tr><th scope="row">${row.name}</th>${row.values.map((one, i) => cell(one, [row.name, columns[i]]))}</tr>`)}</tbody>
  </table></div>`;
}

/** Series of (x, y) with intervals as whiskers: one line each. */
export function lines(series, { x, y, log, base }) {
  const drawn = [];
  series.forEach((one, i) => {
    const its = one.colour ?? colour(i);
    drawn.push({
      name: one.name, type: one.joined === false ? 'scatter' : 'line', data: one.points.map(point => [point.x, point.y]),
      symbol: one.symbol ?? shape(i), symbolSize: 7, showSymbol: one.points.length <= 40,
      lineStyle: { color: its, width: 1.6, type: one.dashed ? 'dashed' : 'solid' }, itemStyle: { color: its }, sampling: 'lttb',
      emphasis: { focus: 'series' }, connectNulls: false,
      markLine: base !== undefined && base !== null && i === 0
        ? { silent: true, symbol: 'none', lineStyle: { type: 'dashed', color: '#888' }, label: { formatter: 'base model', color: '#888', position: 'insideEndTop' }, data: [{ yAxis: base }] } : undefined,
    });
    const whiskers = one.points.flatMap(point =>
      point.low === undefined || point.low === null ? [] : [[point.x, point.low], [point.x, point.high], [point.x, null]]);
    if (whiskers.length)
      drawn.push({ name: one.name, type: 'line', data: whiskers, symbol: 'none', lineStyle: { color: its, width: 1, opacity: 0.6 }, silent: true, tooltip: { show: false } });
  });
  return {
    xAxis: { type: log ? 'log' : 'value', name: x, gap: 30 },
    yAxis: { type: 'value', name: y },
    series: drawn,
    legend: { data: series.map(one => one.name) },
  };
}
