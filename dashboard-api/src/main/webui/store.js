// What the server has told us: rows by table and uid. The only owner of this state; everybody else reads.

/**
 * @typedef {{uid: string, namespace: string, name: string, created: string, resourceVersion: string,
 *            cells: Object<string, any>}} Row
 * @typedef {{resource: string, reason: string, message: string}} Notice
 * @typedef {{rows: Map<string, Row>, changed: Set<string>, loaded: boolean, notices: Notice[]}} Table
 */

const NOTHING = Object.freeze({ rows: new Map(), changed: new Set(), loaded: false, notices: [] });

/** @type {Map<string, Table>} */
let tables = new Map();

/** @param {string} name @returns {Table} */
export function table(name) {
  return tables.get(name) || NOTHING;
}

export function clear() {
  tables = new Map();
}

/** Applies one message of the stream. */
export function apply(message) {
  if (message.type === 'snapshot') clear();
  for (const [name, change] of Object.entries(message.tables)) {
    if (!tables.has(name)) tables.set(name, { rows: new Map(), changed: new Set(), loaded: false, notices: [] });
    applyTable(tables.get(name), change);
  }
}

function applyTable(table, change) {
  if (change.state) {
    table.loaded = change.state.loaded;
    table.notices = change.state.notices;
  }
  for (const row of change.rows || []) table.rows.set(row.uid, row);
  for (const row of change.upsert || []) {
    table.rows.set(row.uid, row);
    table.changed.add(row.uid);
  }
  for (const uid of change.remove || []) {
    table.rows.delete(uid);
    table.changed.delete(uid);
  }
}
