import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as k8s from '@kubernetes/client-node';
import { apps, config, configMap, core, deployment, newNamespace, refusal } from './cluster.mjs';

let namespace;
before(async () => {
  namespace = await newNamespace();
});

test('creates, reads, replaces and deletes of the core group', async () => {
  const created = await core.createNamespacedConfigMap({ namespace, body: configMap('crud', '1') });
  assert.match(created.metadata.uid, /^[0-9a-f-]{36}$/);
  assert.ok(created.metadata.creationTimestamp instanceof Date);

  created.data.value = '2';
  const replaced = await core.replaceNamespacedConfigMap({ name: 'crud', namespace, body: created });
  assert.notEqual(replaced.metadata.resourceVersion, created.metadata.resourceVersion);
  assert.deepEqual((await core.readNamespacedConfigMap({ name: 'crud', namespace })).data, { value: '2' });

  await refusal(core.replaceNamespacedConfigMap({ name: 'crud', namespace, body: created }), 409, 'Conflict');

  const deleted = await core.deleteNamespacedConfigMap({ name: 'crud', namespace });
  assert.equal(deleted.status, 'Success');
  assert.equal(deleted.details.uid, created.metadata.uid);
  await refusal(core.readNamespacedConfigMap({ name: 'crud', namespace }), 404, 'NotFound');
});

test('creates, reads, replaces and deletes of a named group', async () => {
  const created = await apps.createNamespacedDeployment({ namespace, body: deployment('crud', 2) });
  assert.equal(created.spec.strategy.rollingUpdate.maxSurge, '25%');
  assert.equal(created.metadata.generation, 1);

  created.spec.strategy.rollingUpdate.maxSurge = 1;
  const replaced = await apps.replaceNamespacedDeployment({ name: 'crud', namespace, body: created });
  assert.equal(replaced.spec.strategy.rollingUpdate.maxSurge, 1);
  assert.equal(replaced.metadata.generation, 2);

  await apps.deleteNamespacedDeployment({ name: 'crud', namespace, propagationPolicy: 'Background' });
  await refusal(apps.readNamespacedDeployment({ name: 'crud', namespace }), 404, 'NotFound');
});

test('what is gone is told by a status, or shown once more, as the client decodes it', async () => {
  const body = { metadata: { name: 'gone' }, spec: { ports: [{ port: 80 }] } };
  const created = await core.createNamespacedService({ namespace, body });
  const gone = await core.deleteNamespacedService({ name: 'gone', namespace });
  assert.equal(gone.kind, 'Service');
  assert.equal(gone.metadata.uid, created.metadata.uid);
  assert.equal(gone.spec.clusterIP, created.spec.clusterIP);
  assert.ok(BigInt(gone.metadata.resourceVersion) > BigInt(created.metadata.resourceVersion));
});

test('a replacement that changes nothing writes nothing', async () => {
  const body = configMap('same', '1');
  await core.createNamespacedConfigMap({ namespace, body });
  const read = await core.readNamespacedConfigMap({ name: 'same', namespace });
  const replaced = await core.replaceNamespacedConfigMap({ name: 'same', namespace, body: read });
  assert.equal(replaced.metadata.resourceVersion, read.metadata.resourceVersion);
});

test('a dry run leaves no trace', async () => {
  const body = configMap('dry', '1');
  const created = await core.createNamespacedConfigMap({ namespace, body, dryRun: 'All' });
  assert.equal(created.data.value, '1');
  await refusal(core.readNamespacedConfigMap({ name: 'dry', namespace }), 404, 'NotFound');
});

test('what a secret holds in plain text is read back in base64', async () => {
  const body = { metadata: { name: 'secret' }, stringData: { key: 'öffentlich' } };
  await core.createNamespacedSecret({ namespace, body });
  const read = await core.readNamespacedSecret({ name: 'secret', namespace });
  assert.equal(Buffer.from(read.data.key, 'base64').toString(), 'öffentlich');
  assert.equal(read.stringData, undefined);
});

test('lists page by page', async () => {
  for (let i = 0; i < 5; i++) {
    await core.createNamespacedConfigMap({ namespace, body: configMap(`page-${i}`, '1', { in: 'pages' }) });
  }
  const first = await core.listNamespacedConfigMap({ namespace, labelSelector: 'in=pages', limit: 2 });
  const second = await core.listNamespacedConfigMap({
    namespace,
    labelSelector: 'in=pages',
    limit: 2,
    _continue: first.metadata._continue,
  });
  const last = await core.listNamespacedConfigMap({
    namespace,
    labelSelector: 'in=pages',
    limit: 2,
    _continue: second.metadata._continue,
  });
  const names = [first, second, last].map((page) => page.items.map((item) => item.metadata.name));
  assert.deepEqual(names, [['page-0', 'page-1'], ['page-2', 'page-3'], ['page-4']]);
  assert.equal(last.metadata._continue, undefined);
  assert.equal(second.metadata.resourceVersion, first.metadata.resourceVersion);
});

test('tells how many are left after a page', async () => {
  const place = await newNamespace();
  for (let i = 0; i < 3; i++) {
    await core.createNamespacedConfigMap({ namespace: place, body: configMap(`map-${i}`, '1') });
  }
  const page = await core.listNamespacedConfigMap({ namespace: place, limit: 1 });
  assert.equal(page.metadata.remainingItemCount, 2);
});

test('selects by label and by field, in one namespace and in all', async () => {
  await core.createNamespacedConfigMap({ namespace, body: configMap('chosen', '1', { pick: 'yes' }) });
  await core.createNamespacedConfigMap({ namespace, body: configMap('left', '1', { pick: 'no' }) });
  const names = (list) => list.items.map((item) => item.metadata.name);
  const select = (selectors) => core.listNamespacedConfigMap({ namespace, ...selectors });
  assert.deepEqual(names(await select({ labelSelector: 'pick in (yes)' })), ['chosen']);
  assert.deepEqual(names(await select({ fieldSelector: 'metadata.name=left' })), ['left']);
  assert.deepEqual(names(await core.listConfigMapForAllNamespaces({ labelSelector: 'pick' })), ['chosen', 'left']);
});

test('deletes a collection, and of it only what is selected', async () => {
  for (const [name, side] of [['a', 'left'], ['b', 'right'], ['c', 'left']]) {
    await core.createNamespacedConfigMap({ namespace, body: configMap(`many-${name}`, '1', { side }) });
  }
  await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'side=left' });
  const left = await core.listNamespacedConfigMap({ namespace, labelSelector: 'side' });
  assert.deepEqual(left.items.map((item) => item.metadata.name), ['many-b']);
});

test('scales a deployment', async () => {
  await apps.createNamespacedDeployment({ namespace, body: deployment('scaled', 1) });
  const scale = await apps.readNamespacedDeploymentScale({ name: 'scaled', namespace });
  assert.equal(scale.kind, 'Scale');
  assert.equal(scale.spec.replicas, 1);
  assert.equal(scale.status.selector, 'app=scaled');

  scale.spec.replicas = 4;
  const replaced = await apps.replaceNamespacedDeploymentScale({ name: 'scaled', namespace, body: scale });
  assert.equal(replaced.spec.replicas, 4);
  assert.equal((await apps.readNamespacedDeployment({ name: 'scaled', namespace })).spec.replicas, 4);
});

test('times of the coordination group keep their microseconds', async () => {
  const coordination = config.makeApiClient(k8s.CoordinationV1Api);
  const renewTime = new k8s.V1MicroTime('2026-02-03T04:05:06.789Z');
  const body = { metadata: { name: 'lease' }, spec: { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime } };
  const created = await coordination.createNamespacedLease({ namespace, body });
  assert.equal(created.spec.renewTime, '2026-02-03T04:05:06.789000Z');

  created.spec.renewTime = new k8s.V1MicroTime('2026-02-03T04:05:07.001Z');
  const renewed = await coordination.replaceNamespacedLease({ name: 'lease', namespace, body: created });
  assert.equal(renewed.spec.renewTime, '2026-02-03T04:05:07.001000Z');
});

test('the status is written apart from the rest, and its times to the second', async () => {
  const created = await apps.createNamespacedDeployment({ namespace, body: deployment('reported', 1) });
  const when = new Date('2026-02-03T04:05:06.789Z');
  created.spec.replicas = 9;
  created.status = {
    observedGeneration: 1,
    conditions: [{ type: 'Available', status: 'True', lastTransitionTime: when, lastUpdateTime: when }],
  };
  const written = await apps.replaceNamespacedDeploymentStatus({ name: 'reported', namespace, body: created });
  assert.equal(written.spec.replicas, 1);
  assert.equal(written.metadata.generation, 1);
  assert.equal(written.status.conditions[0].lastTransitionTime.toISOString(), '2026-02-03T04:05:06.000Z');
});
