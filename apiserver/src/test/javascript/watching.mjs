import * as k8s from '@kubernetes/client-node';
import { Inbox } from './inbox.mjs';

/** Long enough for everything that comes at all. */
export const timeout = 20_000;

const running = [];

/** A watch whose events, and how it ended, are taken one by one. */
export async function watch(config, path, parameters = {}) {
  const events = new Inbox();
  const ends = new Inbox();
  const request = await new k8s.Watch(config).watch(
    path,
    parameters,
    (type, object) => events.put({ type, object }),
    (error) => ends.put(error),
  );
  const watch = { events, ends, stop: () => request.abort() };
  running.push(watch);
  return watch;
}

/** Stops those that a test has left behind: the process lives as long as they do. */
export function stopWatches() {
  running.forEach((watch) => watch.stop());
}
