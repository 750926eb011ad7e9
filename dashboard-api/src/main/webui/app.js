// Start: who am I? Then either the login or the live board.

import { Board } from './board.js';
import { setServerTime } from './format.js';
import * as store from './store.js';
import { Stream } from './stream.js';

const TABLES = ['nodes', 'namespaces', 'workloads', 'pods', 'events'];
const STATES = { connecting: 'Connecting…', live: 'Live', lost: 'Connection lost, trying again…', out: 'Not logged in' };
const byId = (id) => document.getElementById(id);

const board = new Board({ onOwned: (wanted) => stream.open(wanted ? [...TABLES, 'replicasets'] : TABLES) });
const stream = new Stream({
  onMessage(message) {
    setServerTime(message.now);
    store.apply(message);
    board.refresh();
  },
  onState: showState,
  onLoggedOut: () => showLogin('Your session has ended.'),
  isLoggedIn: async () => Boolean(await whoAmI()),
});

/** @returns {Promise<any>} null when nobody; throws when the server does not answer */
async function whoAmI() {
  const answer = await fetch('/api/v1/session');
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error('HTTP ' + answer.status);
  return answer.json();
}

function showState(state) {
  const pill = byId('connection');
  if (pill.dataset.state === state) return;
  pill.dataset.state = state;
  pill.textContent = STATES[state];
}

function showLogin(why) {
  stream.close();
  store.clear();
  board.refresh();
  showState('out');
  byId('board').hidden = true;
  byId('logout').hidden = true;
  byId('user').textContent = '';
  byId('cluster').textContent = '';
  byId('login').hidden = false;
  byId('login-error').textContent = why;
  byId('code').value = '';
  byId('code').focus();
}

function showBoard(me) {
  document.title = `${me.cluster} · Lembos`;
  byId('cluster').textContent = me.cluster;
  byId('user').textContent = me.user;
  byId('user').title = `Groups: ${me.groups.join(', ')}\nBy ${me.via}, until ${new Date(me.expiresAt).toLocaleString()}`;
  byId('logout').hidden = me.via !== 'session';
  byId('login').hidden = true;
  byId('board').hidden = false;
  stream.open(TABLES);
}

async function logIn(event) {
  event.preventDefault();
  byId('login-error').textContent = '';
  try {
    const answer = await fetch('/api/v1/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ code: byId('code').value }),
    });
    const body = await answer.json();
    if (answer.ok) showBoard(body);
    else byId('login-error').textContent = body.message;
  } catch {
    byId('login-error').textContent = 'The dashboard does not answer.';
  }
}

async function logOut() {
  await fetch('/api/v1/session', { method: 'DELETE' }).catch(() => {});
  showLogin('');
}

async function start() {
  showState('connecting');
  try {
    const me = await whoAmI();
    if (me) showBoard(me);
    else showLogin('');
  } catch {
    showState('lost');
    setTimeout(start, 2000);
  }
}

byId('login-form').addEventListener('submit', logIn);
byId('logout').addEventListener('click', logOut);
start();
