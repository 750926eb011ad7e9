// Text for people. Pure functions.

/** Difference between the server's clock and this one, in milliseconds. */
let skewMs = 0;

/** @param {string} serverNow RFC 3339 */
export function setServerTime(serverNow) {
  skewMs = Date.parse(serverNow) - Date.now();
}

/**
 * How long ago, in kubectl's steps: 45s, 5m10s, 42m, 5h3m, 30h, 3d4h, 12d, 2y.
 * @param {string} time RFC 3339, may be empty
 */
export function age(time) {
  if (!time) return '';
  const seconds = Math.max(0, Math.floor((Date.now() + skewMs - Date.parse(time)) / 1000));
  const [minutes, hours, days] = [60, 3600, 86400].map((unit) => Math.floor(seconds / unit));
  const two = (big, bigUnit, small, smallUnit) => big + bigUnit + (small ? small + smallUnit : '');
  if (seconds < 120) return seconds + 's';
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return minutes + 'm';
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return hours + 'h';
  if (days < 8) return two(days, 'd', hours % 24, 'h');
  if (days < 730) return days + 'd';
  return Math.floor(days / 365) + 'y';
}

/**
 * Bytes of a Kubernetes quantity as a short text: 16384Mi, 16386036Ki → 16Gi.
 * @param {string} quantity
 */
export function memory(quantity) {
  const parts = /^(\d+)(Ki|Mi|Gi|Ti)?$/.exec(quantity || '');
  if (!parts) return quantity || '';
  const units = ['', 'Ki', 'Mi', 'Gi', 'Ti'];
  let step = units.indexOf(parts[2] || '');
  let amount = Number(parts[1]);
  while (amount >= 1024 && step < units.length - 1) {
    amount /= 1024;
    step++;
  }
  return (amount < 10 && amount % 1 ? amount.toFixed(1) : Math.round(amount)) + units[step];
}

const GOOD = new Set(['Running', 'Ready', 'Active', 'Available', 'Normal']);
const DONE = new Set(['Succeeded', 'Completed']);
const BUSY = new Set(['Pending', 'ContainerCreating', 'PodInitializing', 'Progressing', 'Terminating', 'SchedulingGated']);
const WARN = new Set(['Warning', 'Unknown', 'NotReady', 'Unavailable']);

/**
 * How a status is coloured and marked; its text always stands beside the mark.
 * @param {string} status
 * @returns {{tone: 'good'|'done'|'busy'|'warn'|'bad', mark: string}}
 */
export function tone(status) {
  const first = status.split(',')[0];
  if (status.endsWith(',SchedulingDisabled')) return { tone: 'warn', mark: '◑' };
  if (GOOD.has(first)) return { tone: 'good', mark: '●' };
  if (DONE.has(first)) return { tone: 'done', mark: '✓' };
  if (BUSY.has(first) || /^Init:\d+\/\d+$/.test(first)) return { tone: 'busy', mark: '◌' };
  if (WARN.has(first)) return { tone: 'warn', mark: '▲' };
  return { tone: 'bad', mark: '✕' };
}
