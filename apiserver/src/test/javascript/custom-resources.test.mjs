import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as k8s from '@kubernetes/client-node';
import { config, newNamespace, patchType, refusal } from './cluster.mjs';
import { stopWatches, timeout, watch } from './watching.mjs';

const definitions = config.makeApiClient(k8s.ApiextensionsV1Api);
const custom = config.makeApiClient(k8s.CustomObjectsApi);
const objects = k8s.KubernetesObjectApi.makeApiClient(config);
const name = 'ships.sea.example.org';
const definition = {
  metadata: { name },
  spec: {
    group: 'sea.example.org',
    scope: 'Namespaced',
    names: { plural: 'ships', kind: 'Ship' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.oars', statusReplicasPath: '.status.oars' },
        },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  oars: { type: 'integer', minimum: 0 },
                  sail: { type: 'string', _default: 'square', _enum: ['square', 'lateen'] },
                },
              },
              status: {
                type: 'object',
                properties: { afloat: { type: 'boolean' }, oars: { type: 'integer' } },
              },
            },
          },
        },
      },
    ],
  },
};

let namespace;
let where;

before(async () => {
  namespace = await newNamespace();
  where = { group: 'sea.example.org', version: 'v1', namespace, plural: 'ships' };
  const created = await definitions.createCustomResourceDefinition({ body: definition });
  assert.equal(created.spec.names.listKind, 'ShipList');
  await established();
}, { timeout });

after(stopWatches);
after(() => definitions.deleteCustomResourceDefinition({ name }));

/** Waits until the kind is served. */
async function established() {
  const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const { events } = await watch(config, definitionsPath, { fieldSelector: `metadata.name=${name}` });
  const isServed = ({ status }) => status?.conditions?.some((c) => c.type === 'Established' && c.status === 'True');
  let event;
  do {
    event = await events.take();
  } while (!isServed(event.object));
}

function ship(called, oars) {
  return { apiVersion: 'sea.example.org/v1', kind: 'Ship', metadata: { name: called, namespace }, spec: { oars } };
}

test('the definition is read back as it was written', async () => {
  const read = await definitions.readCustomResourceDefinition({ name });
  const sail = (crd) => crd.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.sail;
  assert.deepEqual({ ...sail(read) }, sail(definition));
  assert.equal(read.status.acceptedNames.kind, 'Ship');
});

test('creates, reads, replaces, lists and deletes', async () => {
  const created = await custom.createNamespacedCustomObject({ ...where, body: ship('argo', 50) });
  assert.deepEqual(created.spec, { oars: 50, sail: 'square' });

  created.spec.oars = 52;
  const replaced = await custom.replaceNamespacedCustomObject({ ...where, name: 'argo', body: created });
  assert.equal(replaced.metadata.generation, 2);
  assert.equal((await custom.getNamespacedCustomObject({ ...where, name: 'argo' })).spec.oars, 52);

  const list = await custom.listNamespacedCustomObject(where);
  assert.equal(list.kind, 'ShipList');
  assert.deepEqual(list.items.map((item) => item.metadata.name), ['argo']);
  const everywhere = await custom.listCustomObjectForAllNamespaces({ ...where, resourcePlural: 'ships' });
  assert.equal(everywhere.items.length, 1);

  assert.equal((await custom.deleteNamespacedCustomObject({ ...where, name: 'argo' })).status, 'Success');
  await refusal(custom.getNamespacedCustomObject({ ...where, name: 'argo' }), 404, 'NotFound');
});

test('what the schema forbids is refused, with the field', async () => {
  const create = custom.createNamespacedCustomObject({ ...where, body: ship('raft', -1) });
  const status = await refusal(create, 422, 'Invalid');
  assert.deepEqual(status.details.causes.map((cause) => cause.field), ['spec.oars']);
});

test('is patched by merge, by steps and by server-side apply', async () => {
  await custom.createNamespacedCustomObject({ ...where, body: ship('galley', 10) });
  const patch = (body, strategy, more) =>
    custom.patchNamespacedCustomObject({ ...where, name: 'galley', body, ...more }, patchType(strategy));

  const merged = await patch({ spec: { sail: 'lateen' } }, k8s.PatchStrategy.MergePatch);
  assert.deepEqual(merged.spec, { oars: 10, sail: 'lateen' });
  const stepped = await patch([{ op: 'replace', path: '/spec/oars', value: 11 }], k8s.PatchStrategy.JsonPatch);
  assert.equal(stepped.spec.oars, 11);

  const apply = { fieldManager: 'shipyard' };
  await refusal(patch(ship('galley', 12), k8s.PatchStrategy.ServerSideApply, apply), 409, 'Conflict');
  const forced = await patch(ship('galley', 12), k8s.PatchStrategy.ServerSideApply, { ...apply, force: true });
  assert.equal(forced.spec.oars, 12);
  await refusal(patch({ spec: {} }, k8s.PatchStrategy.StrategicMergePatch), 415, 'UnsupportedMediaType');
});

test('has a status and a scale', async () => {
  const created = await custom.createNamespacedCustomObject({ ...where, body: ship('trireme', 170) });
  const body = { ...created, spec: { oars: 1 }, status: { afloat: true, oars: 169 } };
  const reported = await custom.replaceNamespacedCustomObjectStatus({ ...where, name: 'trireme', body });
  assert.equal(reported.spec.oars, 170);
  assert.deepEqual(reported.status, { afloat: true, oars: 169 });
  const sunk = await custom.patchNamespacedCustomObjectStatus(
    { ...where, name: 'trireme', body: { status: { afloat: false } } },
    patchType(k8s.PatchStrategy.MergePatch),
  );
  assert.equal(sunk.status.afloat, false);

  const scale = await custom.getNamespacedCustomObjectScale({ ...where, name: 'trireme' });
  assert.deepEqual([scale.spec.replicas, scale.status.replicas], [170, 169]);
  const scaled = await custom.patchNamespacedCustomObjectScale(
    { ...where, name: 'trireme', body: { spec: { replicas: 180 } } },
    patchType(k8s.PatchStrategy.MergePatch),
  );
  assert.equal(scaled.spec.replicas, 180);
  assert.equal((await custom.getNamespacedCustomObject({ ...where, name: 'trireme' })).spec.oars, 180);
});

test('deletes a collection', async () => {
  for (const called of ['fleet-1', 'fleet-2']) {
    const body = ship(called, 2);
    body.metadata.labels = { fleet: 'white' };
    await custom.createNamespacedCustomObject({ ...where, body });
  }
  const left = () => custom.listNamespacedCustomObject({ ...where, labelSelector: 'fleet=white' });
  assert.equal((await left()).items.length, 2);
  await custom.deleteCollectionNamespacedCustomObject({ ...where, labelSelector: 'fleet=white' });
  assert.equal((await left()).items.length, 0);
});

test('is found by the interface that takes objects of any kind', async () => {
  const created = await objects.create(ship('dhow', 4));
  assert.ok(created.metadata.creationTimestamp instanceof Date);
  assert.equal(created.spec.oars, 4);
  const list = await objects.list('sea.example.org/v1', 'Ship', namespace);
  assert.ok(list.items.some((item) => item.metadata.name === 'dhow'));
  assert.equal((await objects.delete(ship('dhow', 4))).status, 'Success');
});
