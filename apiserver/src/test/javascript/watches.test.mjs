import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as k8s from '@kubernetes/client-node';
import { config, configMap, core, newNamespace, patchType } from './cluster.mjs';
import { stopWatches, timeout, watch } from './watching.mjs';

let namespace;
let path;

before(async () => {
  namespace = await newNamespace();
  path = `/api/v1/namespaces/${namespace}/configmaps`;
});
after(stopWatches);

function change(name, value) {
  const body = { data: { value } };
  return core.patchNamespacedConfigMap({ name, namespace, body }, patchType(k8s.PatchStrategy.MergePatch));
}

async function versionNow() {
  return (await core.listNamespacedConfigMap({ namespace })).metadata.resourceVersion;
}

async function take(events, count) {
  const taken = [];
  while (taken.length < count) {
    taken.push(await events.take());
  }
  return taken.map(({ type, object }) => [type, object.metadata.name, object.data.value]);
}

test('goes on after the version that was seen last', { timeout }, async () => {
  const before = await versionNow();
  await core.createNamespacedConfigMap({ namespace, body: configMap('seen', '1') });
  const first = await watch(config, path, { resourceVersion: before });
  const added = await first.events.take();
  assert.deepEqual([added.type, added.object.data.value], ['ADDED', '1']);
  first.stop();
  await first.ends.take();

  await change('seen', '2');
  await core.deleteNamespacedConfigMap({ name: 'seen', namespace });
  const second = await watch(config, path, { resourceVersion: added.object.metadata.resourceVersion });
  assert.deepEqual(await take(second.events, 2), [
    ['MODIFIED', 'seen', '2'],
    ['DELETED', 'seen', '2'],
  ]);
});

test('begins with what is there if no version is said', { timeout }, async () => {
  await core.createNamespacedConfigMap({ namespace, body: configMap('there', '1', { from: 'start' }) });
  const { events } = await watch(config, path, { labelSelector: 'from=start' });
  assert.deepEqual(await take(events, 1), [['ADDED', 'there', '1']]);
  await change('there', '2');
  assert.deepEqual(await take(events, 1), [['MODIFIED', 'there', '2']]);
});

test('what leaves the selection is deleted for the watcher', { timeout }, async () => {
  await core.createNamespacedConfigMap({ namespace, body: configMap('leaver', '1', { member: 'yes' }) });
  const { events } = await watch(config, path, { labelSelector: 'member=yes' });
  assert.deepEqual(await take(events, 1), [['ADDED', 'leaver', '1']]);
  const body = { metadata: { labels: { member: null } } };
  await core.patchNamespacedConfigMap({ name: 'leaver', namespace, body }, patchType(k8s.PatchStrategy.MergePatch));
  assert.deepEqual(await take(events, 1), [['DELETED', 'leaver', '1']]);
});

test('streams the list and marks its end', { timeout }, async () => {
  await core.createNamespacedConfigMap({ namespace, body: configMap('streamed', '1', { in: 'stream' }) });
  const { events } = await watch(config, path, {
    labelSelector: 'in=stream',
    sendInitialEvents: true,
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: true,
  });
  assert.deepEqual(await take(events, 1), [['ADDED', 'streamed', '1']]);
  const mark = await events.take();
  assert.equal(mark.type, 'BOOKMARK');
  assert.equal(mark.object.metadata.annotations['k8s.io/initial-events-end'], 'true');
});

test('ends without an error when its time is up', { timeout }, async () => {
  const { ends } = await watch(config, path, { timeoutSeconds: 1 });
  assert.equal(await ends.take(), null);
});
