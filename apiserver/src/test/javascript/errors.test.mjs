import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as k8s from '@kubernetes/client-node';
import { apps, config, configMap, core, deployment, newNamespace, refusal } from './cluster.mjs';

let namespace;
before(async () => {
  namespace = await newNamespace();
});

test('what is not there is 404, and the answer names it', async () => {
  const status = await refusal(apps.readNamespacedDeployment({ name: 'none', namespace }), 404, 'NotFound');
  assert.equal(status.message, 'deployments.apps "none" not found');
  assert.deepEqual(status.details, { name: 'none', group: 'apps', kind: 'deployments' });
});

test('what is there already is 409', async () => {
  await core.createNamespacedConfigMap({ namespace, body: configMap('twice', '1') });
  const again = core.createNamespacedConfigMap({ namespace, body: configMap('twice', '1') });
  const status = await refusal(again, 409, 'AlreadyExists');
  assert.deepEqual(status.details, { name: 'twice', kind: 'configmaps' });
});

test('a precondition that does not hold is 409', async () => {
  await core.createNamespacedConfigMap({ namespace, body: configMap('guarded', '1') });
  const body = { preconditions: { uid: '00000000-0000-0000-0000-000000000000' } };
  await refusal(core.deleteNamespacedConfigMap({ name: 'guarded', namespace, body }), 409, 'Conflict');
});

test('what is invalid is 422, with a cause for each field', async () => {
  const body = deployment('Bad_Name', -1);
  body.spec.template.spec.containers[0].name = '';
  const status = await refusal(apps.createNamespacedDeployment({ namespace, body }), 422, 'Invalid');
  assert.equal(status.details.kind, 'Deployment');
  assert.equal(status.details.group, 'apps');
  assert.equal(status.details.name, 'Bad_Name');
  const causes = new Map(status.details.causes.map((cause) => [cause.field, cause.reason]));
  assert.equal(causes.get('metadata.name'), 'FieldValueInvalid');
  assert.equal(causes.get('spec.replicas'), 'FieldValueInvalid');
  assert.equal(causes.get('spec.template.spec.containers[0].name'), 'FieldValueRequired');
});

test('a field that nobody knows is 400 for whom wants it strict', async () => {
  const body = { ...deployment('strict', 1), spec: { ...deployment('strict', 1).spec, replica: 2 } };
  // By the interface without types: the other leaves out what it does not know.
  const create = config.makeApiClient(k8s.CustomObjectsApi).createNamespacedCustomObject({
    group: 'apps',
    version: 'v1',
    plural: 'deployments',
    namespace,
    body,
    fieldValidation: 'Strict',
  });
  const status = await refusal(create, 400, 'BadRequest');
  assert.match(status.message, /strict decoding error: unknown field "spec\.replica"/);
});

test('a continue token that the server never gave is 400', async () => {
  const list = core.listNamespacedConfigMap({ namespace, limit: 1, _continue: 'nonsense' });
  assert.match((await refusal(list, 400, 'BadRequest')).message, /continue/);
});

test('somebody without a name is 401', async () => {
  const stranger = new k8s.KubeConfig();
  stranger.loadFromOptions({
    clusters: [config.getCurrentCluster()],
    users: [{ name: 'stranger', token: 'not-a-token' }],
    contexts: [{ name: 'stranger', cluster: config.getCurrentCluster().name, user: 'stranger' }],
    currentContext: 'stranger',
  });
  await assert.rejects(
    stranger.makeApiClient(k8s.CoreV1Api).listNamespacedConfigMap({ namespace }),
    (error) => error instanceof k8s.ApiException && error.code === 401,
  );
});
