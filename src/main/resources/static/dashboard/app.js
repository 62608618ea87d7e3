// Which page a path is; each page's module is read when it is shown.
import { html, render } from './html.js';
import { Problem } from './api.js';

const PAGES = [
  [/^\/(?:index\.html)?$/, 'experiments'],
  [/^\/experiments\/([^/]+)$/, 'experiment'],
  [/^\/jobs\/([^/]+)$/, 'job'],
  [/^\/evaluations\/([^/]+)$/, 'evaluation'],
  [/^\/submit$/, 'submit'],
  [/^\/catalog$/, 'catalog'],
  [/^\/datasets\/([^/]+)$/, 'dataset'],
  [/^\/workers$/, 'workers'],
  [/^\/compare$/, 'compare'],
  [/^\/access$/, 'access'],
];

const main = document.getElementById('main');

function failed(error) {
  const known = error instanceof Problem;
  render(html`
    <article class="problem" role="alert">
      <h1>${known ? error.title : 'This page has a fault'}</h1>
      <p>${known ? error.message : String(error)}</p>
      <p><a href=${location.href}>Try again</a> or <a href="/">see all experiments</a>.</p>
    </article>`, main);
  if (!known) console.error(error);
}

async function show() {
  for (const link of document.querySelectorAll('header nav a'))
    if (link.pathname === location.pathname) link.setAttribute('aria-current', 'page');
  for (const [path, name] of PAGES) {
    const match = path.exec(location.pathname);
    if (!match) continue;
    const page = await import(`./pages/${name}.js`);
    return page.show(main, ...match.slice(1).map(decodeURIComponent));
  }
  throw new Problem(404, { title: 'Not found', detail: `There is no page ${location.pathname}.` });
}

window.addEventListener('unhandledrejection', event => failed(event.reason));
show().catch(failed);
