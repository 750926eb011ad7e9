import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as k8s from '@kubernetes/client-node';
import { config, configMap, core, deployment, newNamespace, refusal } from './cluster.mjs';

const objects = k8s.KubernetesObjectApi.makeApiClient(config);
let namespace;
before(async () => {
  namespace = await newNamespace();
});

function here(object) {
  return { ...object, metadata: { ...object.metadata, namespace } };
}

test('creates, reads, replaces, lists and deletes whatever it is given', async () => {
  const wanted = here(deployment('any', 1));
  const created = await objects.create(wanted);
  assert.equal(created.kind, 'Deployment');
  assert.ok(created.metadata.creationTimestamp instanceof Date);

  created.spec.replicas = 2;
  assert.equal((await objects.replace(created)).spec.replicas, 2);
  assert.equal((await objects.read(wanted)).spec.replicas, 2);

  const list = await objects.list('apps/v1', 'Deployment', namespace);
  assert.deepEqual(list.items.map((item) => item.metadata.name), ['any']);

  assert.equal((await objects.delete(wanted)).status, 'Success');
  await refusal(objects.read(wanted), 404, 'NotFound');
});

test('patches by each strategy', async () => {
  const wanted = here(deployment('patched', 1));
  await objects.create(wanted);
  const replicas = (count) => ({ ...wanted, spec: { replicas: count } });
  const patch = (body, strategy, manager, force) =>
    objects.patch(body, undefined, undefined, manager, force, strategy);

  assert.equal((await patch(replicas(2), k8s.PatchStrategy.StrategicMergePatch)).spec.replicas, 2);
  assert.equal((await patch(replicas(3), k8s.PatchStrategy.MergePatch)).spec.replicas, 3);
  const applied = here(deployment('patched', 4));
  await refusal(patch(applied, k8s.PatchStrategy.ServerSideApply, 'me'), 409, 'Conflict');
  assert.equal((await patch(applied, k8s.PatchStrategy.ServerSideApply, 'me', true)).spec.replicas, 4);
});

test('applies the documents of a YAML file, the namespace among them', async () => {
  const place = `${namespace}-yaml`;
  const documents = k8s.loadAllYaml(`
apiVersion: v1
kind: Namespace
metadata: {name: ${place}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: ${place}}
data: {colour: blue}
---
apiVersion: v1
kind: Service
metadata: {name: front, namespace: ${place}}
spec:
  selector: {app: front}
  ports: [{port: 80, targetPort: http}]
`);
  for (const document of documents) {
    await objects.patch(document, undefined, undefined, 'yaml', false, k8s.PatchStrategy.ServerSideApply);
  }
  const settings = await core.readNamespacedConfigMap({ name: 'settings', namespace: place });
  assert.deepEqual(settings.data, { colour: 'blue' });
  const service = await core.readNamespacedService({ name: 'front', namespace: place });
  assert.equal(service.spec.ports[0].targetPort, 'http');
  assert.match(service.spec.clusterIP, /^10\./);
});

test('a list knows how to go on', async () => {
  for (const name of ['page-1', 'page-2', 'page-3']) {
    await core.createNamespacedConfigMap({ namespace, body: configMap(name, '1', { in: 'pages' }) });
  }
  const page = (token) =>
    objects.list('v1', 'ConfigMap', namespace, undefined, undefined, undefined, undefined, 'in=pages', 2, token);
  const first = await page();
  const second = await page(first.metadata._continue);
  const names = [...first.items, ...second.items].map((item) => item.metadata.name);
  assert.deepEqual(names, ['page-1', 'page-2', 'page-3']);
});

test('a kind that the server does not know is told so', async () => {
  const unknown = { apiVersion: 'apps/v1', kind: 'Submarine', metadata: { name: 'nautilus', namespace } };
  await assert.rejects(objects.create(unknown), /Unrecognized API version and kind: apps\/v1 Submarine/);
});
