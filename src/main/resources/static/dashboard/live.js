// What happens to a job while it happens.
import { address, part } from './api.js';

const TYPES = ['queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled', 'pause_requested', 'yield_requested', 'cancel_requested',
  'diverged', 'went_back', 'guarded', 'checkpoint_saved', 'evaluated'];
const BEFORE_ANOTHER_MILLIS = 2000;

/**
 * Listens until the job ends. The browser connects again by itself and says which event it knows last; where it gives up, as at an
 * answer that is no stream, another connection is made, which tells all again: what is known already is not said twice.
 *
 * hears: { event(event), metrics(newest), lost(), found(), over() }
 */
export function listen(job, hears) {
  let known = 0;
  const open = () => {
    const source = new EventSource(address(`jobs/${part(job)}/events`));
    for (const type of TYPES)
      source.addEventListener(type, ({ data }) => {
        const event = JSON.parse(data);
        if (Number(event.id) <= known) return;
        known = Number(event.id);
        hears.event(event);
      });
    source.addEventListener('metrics', ({ data }) => hears.metrics(JSON.parse(data).data));
    source.addEventListener('end', () => { source.close(); hears.over(); });
    source.addEventListener('open', () => hears.found());
    source.addEventListener('error', () => {
      hears.lost();
      if (source.readyState === EventSource.CLOSED) setTimeout(open, BEFORE_ANOTHER_MILLIS);
    });
  };
  open();
}
