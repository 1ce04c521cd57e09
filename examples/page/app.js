// The page: who is signed in, for how long, and what they may call. Its tabs are ways to do that: with
// tokens that the page holds, with a session, or with tokens of a partner and opaque ones.

import { about, hasSignedOut } from './application.js';
import { cancelDevice, signInWithDevice } from './device.js';
import * as providers from './providers.js';
import { callAll, clearOutcomes, prepareRoutes } from './routes.js';
import * as session from './session.js';
import * as tokens from './tokens.js';

const element = (id) => document.getElementById(id);
const TIMES = ['exp', 'iat', 'nbf', 'auth_time'];
const TAB = 'tab';

const ways = { tokens, session, providers };
let way = tokens;

const actions = {
  'sign-in': () => way.signIn({ prompt: 'login' }),
  'sign-out': () => way.signOut(),
  'sign-out-everywhere': () => way.signOut({ everywhere: true }),
  'call-all': callAll,
  'cancel-device': cancelDevice,
  refresh,
  device,
  partner: () => obtain('partner'),
  opaque: () => obtain('opaque'),
  revoke,
};

for (const button of document.querySelectorAll('[data-action]')) {
  button.addEventListener('click', () => attempt(actions[button.dataset.action]));
}
prepareRoutes(() => way, () => attempt(refresh));
addEventListener('hashchange', () => attempt(openTab));
setInterval(showLife, 1000);
await attempt(start);

async function start() {
  await showApplication();
  try {
    if (tokens.isReturning()) await tokens.finishSignIn();
  } finally {
    await openTab();
  }
  if (hasSignedOut() && !way.isSignedIn()) notify('You are signed out.');
}

/** Opens the tab that the address names, or the last one: who returns has no name in the address. */
async function openTab() {
  const name = location.hash.slice(1) || sessionStorage.getItem(TAB);
  const { embedded_provider } = await about;
  const isThere = Object.hasOwn(ways, name) && (embedded_provider || name !== 'providers');
  const tab = isThere ? name : 'tokens';
  sessionStorage.setItem(TAB, tab);
  way = ways[tab];
  document.body.dataset.tab = tab;
  for (const link of document.querySelectorAll('.tabs a')) link.ariaCurrent = String(link.hash === `#${tab}`);
  // A provider that signed the person out adds a state, which means nothing here.
  history.replaceState(null, '', `/${location.hash}`);
  await showPerson();
}

/** Runs an action and shows why it failed. */
async function attempt(action) {
  notify('');
  document.body.ariaBusy = 'true';
  try {
    await action();
  } catch (error) {
    showAccount();
    console.warn(error);
    notify(error instanceof TypeError ? 'The application does not respond.' : error.message, 'wrong');
  } finally {
    document.body.ariaBusy = 'false';
  }
}

async function refresh() {
  await tokens.refresh();
  await showPerson();
  notify('You have a new token.');
}

async function device() {
  if (await signInWithDevice()) {
    await showPerson();
    notify('Signed in with the other device.');
  }
}

async function obtain(kind) {
  await providers.obtain(kind);
  await showPerson();
}

async function revoke() {
  await providers.revoke();
  clearOutcomes();
  notify('The provider has revoked the token. Call a route with it.');
}

async function showApplication() {
  const { framework, embedded_provider } = await about;
  element('framework').textContent = `on ${framework}`;
  element('framework').hidden = false;
  element('people').hidden = !embedded_provider;
  element('providers').hidden = !embedded_provider;
  for (const route of document.querySelectorAll('.of-partner')) route.hidden = !embedded_provider;
}

/** What is known without asking the application. */
function showAccount() {
  element('welcome').hidden = way.isSignedIn();
  element('account').hidden = !way.isSignedIn();
  if (!tokens.isSignedIn()) return;
  const scopes = tokens.tokens().scope.split(' ').filter(Boolean);
  element('scopes').replaceChildren(...scopes.map((scope) => make('li', scope)));
}

/** What the application knows of the person. */
async function showPerson() {
  clearOutcomes();
  if (way === session) await session.load();
  showAccount();
  showLife();
  if (!way.isSignedIn()) return;
  const claims = await way.claims();
  const { name, username, email } = await way.person();
  const title = name || username || claims.sub;
  element('avatar').textContent = title.slice(0, 1).toUpperCase();
  element('account-title').textContent = title;
  element('account-details').textContent = [username, email].filter(Boolean).join(' · ');
  element('claim-list').replaceChildren(...Object.entries(claims).flatMap(describeClaim));
  if (way === session) await showSessions();
  if (way === providers) {
    element('token-note').textContent = providers.note();
    element('revoke').hidden = !providers.isRevocable();
  }
}

async function showSessions() {
  const list = await session.sessions();
  element('sessions').replaceChildren(...list.map(describeSession));
  const { other_origin } = await about;
  element('other-origin').hidden = !other_origin;
  element('other-origin').href = other_origin ?? '';
}

function describeClaim([name, value]) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const isTime = TIMES.includes(name) && typeof value === 'number';
  return [make('dt', name), make('dd', isTime ? new Date(value * 1000).toLocaleString() : text)];
}

function describeSession({ signed_in_at, is_this }) {
  const since = `since ${new Date(signed_in_at * 1000).toLocaleTimeString()}`;
  return make('li', is_this ? `${since}, this browser` : since);
}

function showLife() {
  if (!way.isSignedIn()) return;
  const { what, began, ends } = way.life();
  const left = Math.max(0, Math.floor(ends - Date.now() / 1000));
  element('life-label').textContent = left ? `${what} expires in` : `${what} has expired`;
  element('countdown').textContent = left ? duration(left) : '';
  element('life').max = ends - began;
  element('life').value = left;
  document.querySelector('[data-action=refresh]').disabled = !tokens.tokens()?.refresh_token;
}

function duration(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (number) => String(number).padStart(2, '0');
  return (hours ? `${hours}:${two(minutes)}` : `${minutes}`) + `:${two(seconds % 60)}`;
}

function notify(text, kind = '') {
  element('notice').className = `notice ${kind}`;
  element('notice').textContent = text;
}

function make(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text });
}
