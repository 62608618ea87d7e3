// A dataset's documents as a model gets them: which tokens it learns from.
import { get, part } from './api.js';
import { html } from './html.js';

const document_ = one => html`
  <article><p><small>Line ${one.line}: ${one.tokens} tokens, ${one.learned} of them learned from</small></p>
    <div class="tokens" lang="">${one.pieces.map((piece, i) => html`<span class=${one.loss[i] ? 'loss' : 'no-loss'}>${piece}</span>`)}</div></article>`;

export async function preview(dataset, model, regime, limit = 3) {
  const answer = await get(`datasets/${part(dataset)}/preview?model=${part(model)}&limit=${limit}${regime ? `&regime=${regime}` : ''}`);
  return html`<p><small><span class="loss">Marked</span> tokens carry loss.</small></p>${answer.data.map(document_)}`;
}
