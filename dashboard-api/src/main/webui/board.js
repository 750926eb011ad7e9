// The table of the open tab, the tabs and the overview. Rows are kept and changed in place; at most ROWS_MAX are drawn.

import { age, tone } from './format.js';
import { table } from './store.js';
import { VIEWS } from './tables.js';

const ROWS_MAX = 500;
const byId = (id) => document.getElementById(id);

/** @typedef {import('./store.js').Row} Row */

export class Board {
  /** @param {{onOwned: (wanted: boolean) => void}} listener */
  constructor(listener) {
    this.namespace = '';
    this.filter = '';
    /** @type {Map<string, {element: HTMLTableRowElement, row: Row}>} drawn rows by uid */
    this.drawn = new Map();
    /** @type {Map<string, {column: string, descending: boolean}>} by view */
    this.sorting = new Map(VIEWS.map((v) => [v.name, { column: v.sort, descending: Boolean(v.descending) }]));
    this.pending = false;
    this.#buildTabs();
    this.#listen(listener);
    this.select(location.hash.slice(1));
    setInterval(() => this.#tick(), 1000);
  }

  /** Draws what changed, once per frame however often it is asked. */
  refresh() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.#draw();
    });
  }

  /** @param {string} viewName unknown: pods */
  select(viewName) {
    this.view = VIEWS.find((v) => v.name === viewName) || VIEWS.find((v) => v.name === 'pods');
    for (const tab of byId('tabs').children) {
      const selected = tab.dataset.view === this.view.name;
      tab.setAttribute('aria-selected', String(selected));
      tab.tabIndex = selected ? 0 : -1;
    }
    byId('panel').setAttribute('aria-labelledby', 'tab-' + this.view.name);
    byId('owned-label').hidden = this.view.name !== 'workloads';
    byId('namespace').disabled = !this.view.namespaced;
    history.replaceState(null, '', '#' + this.view.name);
    this.drawn.clear();
    byId('rows').replaceChildren();
    this.#drawHead();
    this.refresh();
  }

  #buildTabs() {
    const tabs = VIEWS.map((view) => {
      const tab = element('button', { id: 'tab-' + view.name, type: 'button', role: 'tab' }, view.title + ' ');
      tab.dataset.view = view.name;
      tab.setAttribute('aria-controls', 'panel');
      tab.append(element('span', { className: 'badge' }));
      tab.addEventListener('click', () => this.select(view.name));
      return tab;
    });
    byId('tabs').replaceChildren(...tabs);
  }

  #listen({ onOwned }) {
    byId('tabs').addEventListener('keydown', (event) => this.#onTabKey(event));
    byId('filter').addEventListener('input', (event) => {
      this.filter = event.target.value.trim().toLowerCase();
      this.refresh();
    });
    byId('namespace').addEventListener('change', (event) => {
      this.namespace = event.target.value;
      this.refresh();
    });
    byId('owned').addEventListener('change', (event) => onOwned(event.target.checked));
    byId('copy').addEventListener('click', async () => {
      await navigator.clipboard.writeText(byId('command').textContent);
      byId('copy').textContent = 'Copied';
      setTimeout(() => (byId('copy').textContent = 'Copy'), 1500);
    });
    window.addEventListener('hashchange', () => this.select(location.hash.slice(1)));
  }

  #onTabKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = VIEWS.indexOf(this.view);
    const next = { Home: 0, End: VIEWS.length - 1 }[event.key] ?? (step && (at + step + VIEWS.length) % VIEWS.length);
    if (next === undefined) return;
    event.preventDefault();
    this.select(VIEWS[next].name);
    byId('tab-' + VIEWS[next].name).focus();
  }

  #drawHead() {
    const { column: sorted, descending } = this.sorting.get(this.view.name);
    const heads = this.view.columns.map((column) => {
      const head = element('th', { scope: 'col', className: cellClass(column) });
      const button = element('button', { type: 'button' }, column.title);
      button.addEventListener('click', () => this.#sortBy(column.title));
      if (column.title === sorted) head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      head.append(button);
      return head;
    });
    byId('head').replaceChildren(...heads);
  }

  #sortBy(title) {
    const now = this.sorting.get(this.view.name);
    this.sorting.set(this.view.name, { column: title, descending: now.column === title && !now.descending });
    const focused = [...byId('head').children].findIndex((head) => head.contains(document.activeElement));
    this.#drawHead();
    byId('head').children[focused]?.firstChild.focus();
    this.refresh();
  }

  #draw() {
    this.#drawOverview();
    this.#drawNamespaces();
    const sources = this.view.sources.map(table).filter((t) => t.loaded || t.rows.size);
    const all = sources.flatMap((t) => [...t.rows.values()]);
    const found = this.#sorted(all.filter((row) => this.#matches(row)));
    this.#drawRows(found.slice(0, ROWS_MAX), sources);
    this.#drawAround(all.length, found.length);
    VIEWS.forEach((view) => view.sources.forEach((source) => table(source).changed.clear()));
  }

  #matches(row) {
    if (this.view.namespaced && this.namespace && row.namespace !== this.namespace) return false;
    if (!this.filter) return true;
    return [row.name, row.namespace, ...Object.values(row.cells)].some((v) => String(v).toLowerCase().includes(this.filter));
  }

  #sorted(rows) {
    const { column: title, descending } = this.sorting.get(this.view.name);
    const column = this.view.columns.find((c) => c.title === title);
    const key = (row) => String(column.text(row) ?? '');
    const sign = (descending ? -1 : 1) * (column.kind === 'age' && title === 'Age' ? -1 : 1);
    const order = new Intl.Collator('en', { numeric: column.kind !== 'age' });
    return rows.sort((a, b) => sign * order.compare(key(a), key(b)) || order.compare(a.name, b.name));
  }

  #drawRows(rows, sources) {
    const body = byId('rows');
    const wanted = new Set(rows.map((row) => row.uid));
    for (const [uid, { element }] of this.drawn) {
      if (!wanted.has(uid)) {
        element.remove();
        this.drawn.delete(uid);
      }
    }
    let place = body.firstElementChild;
    for (const row of rows) {
      const line = this.#lineOf(row, sources);
      if (line === place) place = place.nextElementSibling;
      else body.insertBefore(line, place);
    }
  }

  #lineOf(row, sources) {
    let known = this.drawn.get(row.uid);
    if (known && known.row === row) return known.element;
    const line = known ? known.element : element('tr', {});
    line.dataset.uid = row.uid;
    const cells = this.view.columns.map((column, index) => fill(line.cells[index] || line.insertCell(), column, row));
    if (!known) cells.forEach((cell, index) => (cell.className = cellClass(this.view.columns[index])));
    this.drawn.set(row.uid, { element: line, row });
    if (sources.some((source) => source.changed.has(row.uid))) flash(line);
    return line;
  }

  #drawAround(total, found) {
    const tables = this.view.sources.map(table);
    const notices = uniqueNotices(tables.flatMap((t) => t.notices));
    const lines = notices.map((notice) => {
      const line = element('p', { className: 'notice' });
      const title = notice.reason === 'Forbidden' ? 'Not allowed' : notice.reason;
      line.append(element('strong', {}, title + ' '), notice.message);
      return line;
    });
    if (notices.length || byId('notices').childElementCount) byId('notices').replaceChildren(...lines);
    const scope = this.namespace ? '-n ' + this.namespace : '-A';
    setText(byId('command'), this.view.command(scope));
    this.#drawEmpty(total, found, tables[0].loaded, notices.length > 0);
    setText(byId('count'), found > ROWS_MAX ? `The first ${ROWS_MAX} of ${found} rows. Use the filter to see others.` : '');
  }

  #drawEmpty(total, found, loaded, refused) {
    const empty = byId('empty');
    empty.hidden = found > 0 || refused;
    if (empty.hidden) return;
    if (!loaded) empty.replaceChildren('Loading…');
    else if (total > 0) empty.replaceChildren('No row matches the namespace and the filter.');
    else empty.replaceChildren(this.view.empty + ' ', element('code', {}, this.view.tryThis));
  }

  #drawNamespaces() {
    const names = new Set([...table('namespaces').rows.values()].map((row) => row.name));
    ['pods', 'workloads'].forEach((t) => table(t).rows.forEach((row) => names.add(row.namespace)));
    if (this.namespace) names.add(this.namespace);
    const sorted = [...names].sort();
    const key = sorted.join();
    if (key === this.namespacesDrawn) return;
    this.namespacesDrawn = key;
    const options = ['', ...sorted].map((n) => element('option', { value: n, selected: n === this.namespace }, n || 'All'));
    byId('namespace').replaceChildren(...options);
  }

  #drawOverview() {
    const cards = VIEWS.map((view) => summary(view));
    if (byId('overview').childElementCount === 0) {
      byId('overview').append(...VIEWS.map((view) => this.#card(view)));
    }
    cards.forEach((card, index) => {
      const [title, value, note] = byId('overview').children[index].children;
      setText(title, VIEWS[index].title);
      setText(value, card.value);
      setText(note, card.note);
      note.className = 'note ' + card.tone;
      setText(byId('tab-' + VIEWS[index].name).querySelector('.badge'), card.badge);
    });
  }

  #card(view) {
    const card = element('button', { type: 'button', className: 'card stat' });
    card.append(element('span', { className: 'title' }), element('span', { className: 'value' }), element('span', {}));
    card.addEventListener('click', () => this.select(view.name));
    return card;
  }

  #tick() {
    for (const time of byId('rows').querySelectorAll('[data-time]')) setText(time, timeText(time));
  }
}

/** The number of a card, and one word about it. */
function summary(view) {
  const source = table(view.sources[0]);
  const rows = [...source.rows.values()];
  const badge = source.loaded ? String(rows.length) : '';
  if (!source.loaded) return { value: '–', note: 'loading', tone: 'done', badge };
  if (source.notices.length && !rows.length) return { value: '–', note: 'not allowed', tone: 'warn', badge: '' };
  if (view.name === 'events') return eventSummary(rows, badge);
  const isFine = (row) => ['good', 'done'].includes(tone(row.cells.status).tone);
  const fine = rows.filter(isFine).length;
  const word = { nodes: 'ready', workloads: 'available', pods: 'running or done' }[view.name];
  const bad = rows.some((row) => tone(row.cells.status).tone === 'bad');
  const off = rows.length - fine;
  const note = !rows.length ? 'none yet' : off ? `${off} not ${word.split(' ')[0]}` : `all ${word}`;
  return { value: `${fine}/${rows.length}`, note, tone: !rows.length ? 'done' : off ? (bad ? 'bad' : 'busy') : 'good', badge };
}

function eventSummary(rows, badge) {
  const warnings = rows.filter((row) => row.cells.type === 'Warning').length;
  const note = warnings ? `${warnings} warning${warnings > 1 ? 's' : ''}` : 'no warnings';
  return { value: String(rows.length), note, tone: warnings ? 'warn' : 'good', badge };
}

/** Fills a cell with one column of a row; text only, never markup. */
function fill(cell, column, row) {
  const text = column.text(row) ?? '';
  if (column.kind === 'age') {
    cell.replaceChildren(timeElement(text, '', ''));
  } else if (column.kind === 'status') {
    const { tone: name, mark } = tone(text);
    const status = element('span', { className: 'status ' + name }, text);
    status.prepend(element('span', { className: 'mark', ariaHidden: 'true' }, mark));
    cell.replaceChildren(...(text ? [status] : []));
  } else {
    cell.textContent = text;
    if (column.ago?.(row)) cell.append(timeElement(column.ago(row), ' (', ' ago)'));
  }
  const detail = column.detail?.(row);
  if (detail) cell.append(element('span', { className: 'detail', title: detail }, detail));
  return cell;
}

function timeElement(time, before, after) {
  const shown = element('time', { title: time ? new Date(time).toLocaleString() : '' });
  Object.assign(shown.dataset, { time, before, after });
  shown.textContent = timeText(shown);
  return shown;
}

function timeText({ dataset }) {
  return dataset.time ? dataset.before + age(dataset.time) + dataset.after : '';
}

function flash(line) {
  line.classList.add('changed');
  line.addEventListener('animationend', () => line.classList.remove('changed'), { once: true });
}

function uniqueNotices(notices) {
  return [...new Map(notices.map((notice) => [notice.resource, notice])).values()];
}

function cellClass(column) {
  return [column.kind || 'text', column.wide ? 'wide' : ''].join(' ').trim();
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function element(tag, properties, text) {
  const made = Object.assign(document.createElement(tag), properties);
  if (properties.role) made.setAttribute('role', properties.role);
  if (text) made.textContent = text;
  return made;
}
