// What every test needs: the client of the API server that KUBECONFIG names, and a namespace of its own.
import assert from 'node:assert/strict';
import * as k8s from '@kubernetes/client-node';

export const config = new k8s.KubeConfig();
config.loadFromDefault();

export const core = config.makeApiClient(k8s.CoreV1Api);
export const apps = config.makeApiClient(k8s.AppsV1Api);

export async function newNamespace() {
  const created = await core.createNamespace({ body: { metadata: { generateName: 'js-' } } });
  return created.metadata.name;
}

export function configMap(name, value, labels) {
  return { metadata: { name, labels }, data: { value } };
}

export function deployment(name, replicas) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'main', image: 'registry.example/main:1', ports: [{ containerPort: 80 }] }] },
      },
    },
  };
}

/** The Status with which the server refuses. */
export async function refusal(request, code, reason) {
  try {
    await request;
  } catch (error) {
    assert.ok(error instanceof k8s.ApiException, String(error));
    assert.equal(error.code, code, error.message);
    const status = typeof error.body === 'string' ? JSON.parse(error.body) : error.body;
    assert.equal(status.kind, 'Status');
    assert.equal(status.status, 'Failure');
    assert.equal(status.code, code);
    assert.equal(status.reason, reason);
    return status;
  }
  return assert.fail(`${code} ${reason} was expected`);
}

/** The option of a patch that says of which type it is. */
export function patchType(strategy) {
  return k8s.setHeaderOptions('Content-Type', strategy);
}
