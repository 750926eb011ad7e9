import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as k8s from '@kubernetes/client-node';
import { config } from './cluster.mjs';

test('tells its version', async () => {
  const version = await config.makeApiClient(k8s.VersionApi).getCode();
  assert.equal(version.major, '1');
  assert.match(version.minor, /^\d+/);
  assert.match(version.gitVersion, /^v1\.\d+\.\d+/);
});

test('lists its groups, each with its versions and the preferred one', async () => {
  const { groups } = await config.makeApiClient(k8s.ApisApi).getAPIVersions();
  const byName = new Map(groups.map((group) => [group.name, group]));
  assert.equal(byName.get('apps').preferredVersion.groupVersion, 'apps/v1');
  assert.deepEqual(
    byName.get('autoscaling').versions.map((version) => version.version),
    ['v2', 'v1'],
  );
});

test('lists the versions of the core group', async () => {
  const { versions, serverAddressByClientCIDRs } = await config.makeApiClient(k8s.CoreApi).getAPIVersions();
  assert.deepEqual(versions, ['v1']);
  assert.equal(serverAddressByClientCIDRs[0].clientCIDR, '0.0.0.0/0');
});

test('describes one group, and the resources of a version', async () => {
  const group = await config.makeApiClient(k8s.AppsApi).getAPIGroup();
  assert.equal(group.name, 'apps');
  const { resources } = await config.makeApiClient(k8s.AppsV1Api).getAPIResources();
  const scale = resources.find((resource) => resource.name === 'deployments/scale');
  assert.equal(scale.kind, 'Scale');
  assert.equal(scale.group, 'autoscaling');
  assert.deepEqual(scale.verbs, ['get', 'patch', 'update']);
});

test('lists every kind of every group that it serves', async () => {
  const described = [];
  for (const [name, type] of Object.entries(k8s)) {
    const api = /V\d\w*Api$/.test(name) && config.makeApiClient(type);
    const resources = api && (await ifServed(api.getAPIResources()));
    if (!resources) {
      continue;
    }
    described.push(resources.groupVersion);
    const everywhere = Object.getOwnPropertyNames(type.prototype).filter(
      (method) => method.startsWith('list') && !/^listNamespaced|WithHttpInfo$/.test(method),
    );
    for (const method of everywhere) {
      const list = await api[method]({ limit: 1 });
      assert.equal(`${list.apiVersion} ${list.kind.endsWith('List')}`, `${resources.groupVersion} true`, method);
      assert.ok(Array.isArray(list.items), method);
    }
  }
  const { groups } = await config.makeApiClient(k8s.ApisApi).getAPIVersions();
  const served = groups
    .filter((group) => group.name !== 'sea.example.org') // Of custom-resources.test.mjs, if that runs now.
    .flatMap((group) => group.versions.map((version) => version.groupVersion))
    .filter((version) => version !== 'scheduling.k8s.io/v1alpha2') // Younger than this client.
    .filter((version) => version !== 'metrics.k8s.io/v1beta1'); // It has a class of another form for these.
  assert.deepEqual(described.sort(), ['v1', ...served].sort());
});

async function ifServed(request) {
  try {
    return await request;
  } catch (error) {
    assert.equal(error.code, 404);
    return undefined;
  }
}

test('is healthy', async () => {
  const health = new k8s.Health(config);
  assert.equal(await health.livez({}), true);
  assert.equal(await health.readyz({}), true);
});
