import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { PatchStrategy } from '@kubernetes/client-node';
import { apps, configMap, core, deployment, newNamespace, patchType, refusal } from './cluster.mjs';

let namespace;
before(async () => {
  namespace = await newNamespace();
});

function patchMap(name, body, strategy) {
  return core.patchNamespacedConfigMap({ name, namespace, body }, patchType(strategy));
}

function apply(name, body, fieldManager, force) {
  return apps.patchNamespacedDeployment(
    { name, namespace, body, fieldManager, force },
    patchType(PatchStrategy.ServerSideApply),
  );
}

test('a JSON patch is a list of steps, and none is taken if a test among them fails', async () => {
  await core.createNamespacedConfigMap({ namespace, body: configMap('steps', '1') });
  const patched = await patchMap(
    'steps',
    [
      { op: 'test', path: '/data/value', value: '1' },
      { op: 'add', path: '/data/more', value: 'a' },
      { op: 'remove', path: '/data/value' },
    ],
    PatchStrategy.JsonPatch,
  );
  assert.deepEqual(patched.data, { more: 'a' });

  const impossible = [
    { op: 'add', path: '/data/lost', value: 'b' },
    { op: 'test', path: '/data/more', value: 'other' },
  ];
  await refusal(patchMap('steps', impossible, PatchStrategy.JsonPatch), 422, 'Invalid');
  assert.deepEqual((await core.readNamespacedConfigMap({ name: 'steps', namespace })).data, { more: 'a' });
});

test('a JSON patch is what the client sends if nothing is said', async () => {
  await core.createNamespacedConfigMap({ namespace, body: configMap('unsaid', '1') });
  const body = [{ op: 'replace', path: '/data/value', value: '2' }];
  const patched = await core.patchNamespacedConfigMap({ name: 'unsaid', namespace, body });
  assert.deepEqual(patched.data, { value: '2' });
});

test('a merge patch replaces what it names, null removes, a list is replaced as a whole', async () => {
  await core.createNamespacedConfigMap({ namespace, body: configMap('merged', '1') });
  const patched = await patchMap('merged', { data: { value: null, other: '2' } }, PatchStrategy.MergePatch);
  assert.deepEqual(patched.data, { other: '2' });

  await apps.createNamespacedDeployment({ namespace, body: deployment('merged', 1) });
  const containers = [{ name: 'second', image: 'registry.example/second:1' }];
  const replaced = await apps.patchNamespacedDeployment(
    { name: 'merged', namespace, body: { spec: { template: { spec: { containers } } } } },
    patchType(PatchStrategy.MergePatch),
  );
  assert.deepEqual(replaced.spec.template.spec.containers.map((c) => c.name), ['second']);
});

test('a strategic merge patch merges a list by its key', async () => {
  await apps.createNamespacedDeployment({ namespace, body: deployment('strategic', 1) });
  const patch = (containers) =>
    apps.patchNamespacedDeployment(
      { name: 'strategic', namespace, body: { spec: { template: { spec: { containers } } } } },
      patchType(PatchStrategy.StrategicMergePatch),
    );
  const added = await patch([{ name: 'second', image: 'registry.example/second:1' }]);
  assert.deepEqual(added.spec.template.spec.containers.map((c) => c.name).sort(), ['main', 'second']);

  const removed = await patch([{ name: 'main', $patch: 'delete' }]);
  assert.deepEqual(removed.spec.template.spec.containers.map((c) => c.name), ['second']);
});

test('server-side apply creates, updates, and removes what is no longer said', async () => {
  const wanted = { ...deployment('applied', 2), metadata: { name: 'applied', labels: { tier: 'web' } } };
  const created = await apply('applied', wanted, 'one');
  assert.equal(created.spec.replicas, 2);
  assert.deepEqual(created.metadata.labels, { tier: 'web' });
  const [entry] = created.metadata.managedFields;
  assert.equal(entry.manager, 'one');
  assert.equal(entry.operation, 'Apply');

  const updated = await apply('applied', deployment('applied', 3), 'one');
  assert.equal(updated.spec.replicas, 3);
  assert.equal(updated.metadata.labels, undefined);
});

test('server-side apply tells a conflict, and force takes the field over', async () => {
  await apply('disputed', deployment('disputed', 2), 'one');
  const status = await refusal(apply('disputed', deployment('disputed', 5), 'two'), 409, 'Conflict');
  assert.match(status.message, /conflict with "one": \.spec\.replicas/);
  assert.deepEqual(
    status.details.causes.map((cause) => [cause.reason, cause.field]),
    [['FieldManagerConflict', '.spec.replicas']],
  );

  const forced = await apply('disputed', deployment('disputed', 5), 'two', true);
  assert.equal(forced.spec.replicas, 5);
  const owners = forced.metadata.managedFields
    .filter((entry) => entry.fieldsV1['f:spec']?.['f:replicas'])
    .map((entry) => entry.manager);
  assert.deepEqual(owners, ['two']);
});

test('server-side apply wants to know who applies', async () => {
  const status = await refusal(apply('anonymous', deployment('anonymous', 1)), 422, 'Invalid');
  assert.equal(status.details.causes[0].field, 'fieldManager');
});

test('the status is patched apart from the rest', async () => {
  await apps.createNamespacedDeployment({ namespace, body: deployment('reported', 1) });
  const patched = await apps.patchNamespacedDeploymentStatus(
    { name: 'reported', namespace, body: { spec: { replicas: 9 }, status: { replicas: 1, readyReplicas: 1 } } },
    patchType(PatchStrategy.MergePatch),
  );
  assert.equal(patched.spec.replicas, 1);
  assert.equal(patched.status.readyReplicas, 1);

  const ignored = await apps.patchNamespacedDeployment(
    { name: 'reported', namespace, body: { status: { readyReplicas: 7 } } },
    patchType(PatchStrategy.MergePatch),
  );
  assert.equal(ignored.status.readyReplicas, 1);
});

test('the scale is patched like any other object', async () => {
  await apps.createNamespacedDeployment({ namespace, body: deployment('scaled', 1) });
  const scale = await apps.patchNamespacedDeploymentScale(
    { name: 'scaled', namespace, body: [{ op: 'replace', path: '/spec/replicas', value: 6 }] },
    patchType(PatchStrategy.JsonPatch),
  );
  assert.equal(scale.spec.replicas, 6);
  assert.equal((await apps.readNamespacedDeployment({ name: 'scaled', namespace })).spec.replicas, 6);
});
