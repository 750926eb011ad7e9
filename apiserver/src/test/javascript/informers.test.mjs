import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as k8s from '@kubernetes/client-node';
import { Cable } from './cable.mjs';
import { config, configMap, core, newNamespace, patchType } from './cluster.mjs';
import { Inbox } from './inbox.mjs';
import { timeout } from './watching.mjs';

let namespace;
const running = [];

before(async () => {
  namespace = await newNamespace();
});
after(() => running.forEach((informer) => informer.stop()));

/** An informer on the config maps with the label, and all that it tells. */
function inform(label, { through = config, query = '' } = {}) {
  const maps = through.makeApiClient(k8s.CoreV1Api);
  const told = new Inbox();
  const informer = k8s.makeInformer(
    through,
    `/api/v1/namespaces/${namespace}/configmaps${query}`,
    () => maps.listNamespacedConfigMap({ namespace, labelSelector: label }),
    label,
  );
  for (const verb of [k8s.ADD, k8s.UPDATE, k8s.DELETE]) {
    informer.on(verb, (map) => told.put([verb, map.metadata.name, map.data.value]));
  }
  running.push(informer);
  return { informer, told };
}

function labelled(name, value, label) {
  return core.createNamespacedConfigMap({ namespace, body: configMap(name, value, { [label]: 'yes' }) });
}

function change(name, value) {
  const body = { data: { value } };
  return core.patchNamespacedConfigMap({ name, namespace, body }, patchType(k8s.PatchStrategy.MergePatch));
}

test('tells what is there, what comes, what changes and what goes', { timeout }, async () => {
  await labelled('old', '1', 'told');
  const { informer, told } = inform('told');
  await informer.start();
  assert.deepEqual(await told.take(), ['add', 'old', '1']);

  await labelled('new', '1', 'told');
  assert.deepEqual(await told.take(), ['add', 'new', '1']);
  await change('old', '2');
  assert.deepEqual(await told.take(), ['update', 'old', '2']);
  assert.equal(informer.get('old', namespace).data.value, '2');
  await core.deleteNamespacedConfigMap({ name: 'new', namespace });
  assert.deepEqual(await told.take(), ['delete', 'new', '1']);
  assert.deepEqual(informer.list(namespace).map((map) => map.metadata.name), ['old']);
});

test('goes on by itself when the server ends the watch', { timeout }, async () => {
  const { informer, told } = inform('ended', { query: '?timeoutSeconds=1' });
  const connections = new Inbox();
  informer.on(k8s.CONNECT, () => connections.put('connected'));
  await informer.start();
  await connections.take();
  await labelled('first', '1', 'ended');
  assert.deepEqual(await told.take(), ['add', 'first', '1']);

  await connections.take();
  await change('first', '2');
  assert.deepEqual(await told.take(), ['update', 'first', '2']);
});

test('misses nothing that happens while its connection is cut', { timeout }, async (t) => {
  const cable = await Cable.to(config.getCurrentCluster().server);
  t.after(() => cable.close());
  const through = new k8s.KubeConfig();
  through.loadFromClusterAndUser({ ...config.getCurrentCluster(), server: cable.url }, config.getCurrentUser());
  const { informer, told } = inform('cut', { through });
  const errors = new Inbox();
  informer.on(k8s.ERROR, (error) => errors.put(error));
  await labelled('kept', '1', 'cut');
  await labelled('lost', '1', 'cut');
  await informer.start();
  assert.deepEqual(await told.take(), ['add', 'kept', '1']);
  assert.deepEqual(await told.take(), ['add', 'lost', '1']);

  cable.cut();
  await errors.take();
  await change('kept', '2');
  await core.deleteNamespacedConfigMap({ name: 'lost', namespace });
  await labelled('late', '1', 'cut');
  await informer.start();
  assert.deepEqual(await told.take(), ['update', 'kept', '2']);
  assert.deepEqual(await told.take(), ['delete', 'lost', '1']);
  assert.deepEqual(await told.take(), ['add', 'late', '1']);
});
