import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as k8s from '@kubernetes/client-node';
import { config, configMap, core, newNamespace, refusal } from './cluster.mjs';
import { stopWatches, timeout, watch } from './watching.mjs';

let namespace;
before(async () => {
  namespace = await newNamespace();
  await core.createNamespacedConfigMap({ namespace, body: configMap('read-me', '1') });
});
after(stopWatches);

/** A client's configuration with nothing but a token of the service account. */
async function serviceAccount(name) {
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
  const request = { spec: { audiences: [], expirationSeconds: 3600 } };
  const { status } = await core.createNamespacedServiceAccountToken({ name, namespace, body: request });
  const cluster = config.getCurrentCluster();
  const own = new k8s.KubeConfig();
  own.loadFromClusterAndUser(cluster, { name, token: status.token });
  return { own, status };
}

/** Lets the service account read config maps of the namespace. */
async function letRead(name) {
  const rbac = config.makeApiClient(k8s.RbacAuthorizationV1Api);
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }];
  await rbac.createNamespacedRole({ namespace, body: { metadata: { name }, rules } });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  await rbac.createNamespacedRoleBinding({ namespace, body: { metadata: { name }, roleRef, subjects } });
}

async function mayI(as, verb, resource, group = '') {
  const body = { spec: { resourceAttributes: { namespace, verb, resource, group } } };
  const review = await as.makeApiClient(k8s.AuthorizationV1Api).createSelfSubjectAccessReview({ body });
  return review.status.allowed;
}

test('an administrator may do everything', async () => {
  assert.equal(await mayI(config, 'delete', 'deployments', 'apps'), true);
  const body = { spec: { nonResourceAttributes: { path: '/metrics', verb: 'get' } } };
  const review = await config.makeApiClient(k8s.AuthorizationV1Api).createSelfSubjectAccessReview({ body });
  assert.equal(review.status.allowed, true);
});

test('a service account may do what its roles say, is refused the rest, and is told both before', async () => {
  const { own } = await serviceAccount('reader');
  const maps = own.makeApiClient(k8s.CoreV1Api);
  await refusal(maps.readNamespacedConfigMap({ name: 'read-me', namespace }), 403, 'Forbidden');

  await letRead('reader');
  assert.equal(await mayI(own, 'get', 'configmaps'), true);
  assert.deepEqual((await maps.readNamespacedConfigMap({ name: 'read-me', namespace })).data, { value: '1' });
  assert.deepEqual(
    (await maps.listNamespacedConfigMap({ namespace })).items.map((item) => item.metadata.name),
    ['read-me'],
  );

  assert.equal(await mayI(own, 'delete', 'configmaps'), false);
  const status = await refusal(maps.deleteNamespacedConfigMap({ name: 'read-me', namespace }), 403, 'Forbidden');
  assert.equal(
    status.message,
    `configmaps "read-me" is forbidden: User "system:serviceaccount:${namespace}:reader" cannot delete resource ` +
      `"configmaps" in API group "" in the namespace "${namespace}"`,
  );
  assert.deepEqual(status.details, { name: 'read-me', kind: 'configmaps' });
  await refusal(maps.listNamespacedConfigMap({ namespace: 'default' }), 403, 'Forbidden');
});

test('a watch that is not allowed ends with the code', { timeout }, async () => {
  const { own } = await serviceAccount('watcher');
  const { ends } = await watch(own, `/api/v1/namespaces/${namespace}/secrets`);
  assert.equal((await ends.take()).statusCode, 403);
});

test('a token says for how long and for whom it is', async () => {
  const { own, status } = await serviceAccount('bearer');
  const left = status.expirationTimestamp.getTime() - Date.now();
  assert.ok(left > 3_500_000 && left <= 3_601_000, `${left} ms are left`);

  const review = await own.makeApiClient(k8s.AuthenticationV1Api).createSelfSubjectReview({ body: {} });
  assert.equal(review.status.userInfo.username, `system:serviceaccount:${namespace}:bearer`);
  assert.deepEqual(review.status.userInfo.groups, [
    'system:serviceaccounts',
    `system:serviceaccounts:${namespace}`,
    'system:authenticated',
  ]);
});

test('a token dies with its service account', async () => {
  const { own, status } = await serviceAccount('mortal');
  const authentication = config.makeApiClient(k8s.AuthenticationV1Api);
  const body = { spec: { token: status.token } };
  assert.equal((await authentication.createTokenReview({ body })).status.authenticated, true);

  await core.deleteNamespacedServiceAccount({ name: 'mortal', namespace });
  assert.notEqual((await authentication.createTokenReview({ body })).status.authenticated, true);
  await assert.rejects(
    own.makeApiClient(k8s.AuthenticationV1Api).createSelfSubjectReview({ body: {} }),
    (error) => error.code === 401,
  );
});

test('the rules of a service account can be asked for', async () => {
  const { own } = await serviceAccount('asker');
  await letRead('asker');
  const authorization = own.makeApiClient(k8s.AuthorizationV1Api);
  const review = await authorization.createSelfSubjectRulesReview({ body: { spec: { namespace } } });
  const rule = review.status.resourceRules.find((each) => each.resources.includes('configmaps'));
  assert.deepEqual(rule.verbs, ['get', 'list']);
});
