// What each table shows: columns, the kubectl command that says the same, and what to do when it is empty.

import { memory } from './format.js';

/**
 * @typedef {import('./store.js').Row} Row
 * @typedef {{title: string, text?: (row: Row) => any, kind?: 'status'|'age'|'number'|'name', detail?: (row: Row) => string,
 *            ago?: (row: Row) => string, order?: (row: Row) => any, wide?: boolean}} Column
 *   text: what the cell says; for kind 'age' a time. detail: a second line. ago: a time shown in brackets.
 *   order: what to sort by instead of the text. wide: left out on narrow screens.
 * @typedef {{name: string, title: string, sources: string[], namespaced: boolean, columns: Column[], sort: string,
 *            descending?: boolean, command: (scope: string) => string, empty: string, tryThis: string}} View
 */

const cell = (name) => (row) => row.cells[name];
const namespace = { title: 'Namespace', text: (row) => row.namespace };
const name = { title: 'Name', kind: 'name', text: (row) => row.name };
const created = { title: 'Age', kind: 'age', text: (row) => row.created };

/** "ErrImagePull" alone says little; the sentence beside it says why. */
function why(row) {
  const { reason, message, status } = row.cells;
  return [reason === status ? '' : reason, message].filter(Boolean).join(': ');
}

/** @type {View[]} */
export const VIEWS = [
  {
    name: 'nodes',
    title: 'Nodes',
    sources: ['nodes'],
    namespaced: false,
    sort: 'Name',
    columns: [
      name,
      { title: 'Status', kind: 'status', text: cell('status'), detail: why },
      { title: 'Roles', text: cell('roles') },
      created,
      { title: 'Version', text: cell('version') },
      { title: 'Internal IP', text: cell('ip') },
      { title: 'CPU', kind: 'number', text: cell('cpu') },
      { title: 'Memory', kind: 'number', text: (row) => memory(row.cells.memory) },
      { title: 'OS image', text: cell('os'), wide: true },
      { title: 'Runtime', text: cell('runtime'), wide: true },
    ],
    command: () => 'kubectl get nodes -o wide --watch',
    empty: 'No nodes yet. A node appears when its agent registers it.',
    tryThis: './lembos status',
  },
  {
    name: 'workloads',
    title: 'Workloads',
    sources: ['workloads', 'replicasets'],
    namespaced: true,
    sort: 'Namespace',
    columns: [
      namespace,
      { title: 'Kind', text: cell('kind') },
      name,
      { title: 'Ready', kind: 'number', text: cell('ready') },
      { title: 'Status', kind: 'status', text: cell('status'), detail: why },
      { title: 'Up to date', kind: 'number', text: cell('upToDate') },
      { title: 'Available', kind: 'number', text: cell('available') },
      created,
      { title: 'Images', text: cell('images'), wide: true },
    ],
    command: (scope) => `kubectl get deployments,replicasets ${scope}`,
    empty: 'No workloads yet. A Deployment keeps as many pods running as you ask for.',
    tryThis: 'kubectl create deployment web --image=nginx --replicas=2',
  },
  {
    name: 'pods',
    title: 'Pods',
    sources: ['pods'],
    namespaced: true,
    sort: 'Namespace',
    columns: [
      namespace,
      name,
      { title: 'Ready', kind: 'number', text: cell('ready') },
      { title: 'Status', kind: 'status', text: cell('status'), detail: why },
      { title: 'Restarts', kind: 'number', text: cell('restarts'), ago: cell('lastRestart') },
      created,
      { title: 'IP', text: cell('ip') },
      { title: 'Node', text: cell('node') },
      { title: 'Images', text: cell('images'), wide: true },
    ],
    command: (scope) => `kubectl get pods ${scope} --watch`,
    empty: 'No pods yet. Try:',
    tryThis: 'kubectl apply -f examples/hello/',
  },
  {
    name: 'events',
    title: 'Events',
    sources: ['events'],
    namespaced: true,
    sort: 'Last seen',
    descending: true,
    columns: [
      { title: 'Last seen', kind: 'age', text: cell('lastSeen') },
      { title: 'Type', kind: 'status', text: cell('type') },
      { title: 'Reason', text: cell('reason') },
      namespace,
      { title: 'Object', kind: 'name', text: cell('object') },
      { title: 'Message', text: cell('message') },
      { title: 'Count', kind: 'number', text: cell('count') },
    ],
    command: (scope) => `kubectl get events ${scope} --watch`,
    empty: 'No events. Each step that the cluster takes for an object is told here for an hour.',
    tryThis: 'kubectl create deployment web --image=nginx',
  },
];
