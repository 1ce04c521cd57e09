// The page: who is signed in, for how long, and what they may call.

import { cancelDevice, signInWithDevice } from './device.js';
import { callAll, clearOutcomes, prepareRoutes } from './routes.js';
import * as session from './session.js';

const element = (id) => document.getElementById(id);
const TIMES = ['exp', 'iat', 'nbf', 'auth_time'];

const actions = {
  'sign-in': () => session.signIn({ prompt: 'login' }),
  'sign-out': () => session.signOut(),
  'call-all': callAll,
  'cancel-device': cancelDevice,
  refresh,
  device,
};

for (const button of document.querySelectorAll('[data-action]')) {
  button.addEventListener('click', () => attempt(actions[button.dataset.action]));
}
prepareRoutes({ signIn: session.signIn, refresh: () => attempt(refresh) });
setInterval(showLife, 1000);
await attempt(start);

async function start() {
  await showApplication();
  try {
    if (session.isReturning()) await session.finishSignIn();
  } finally {
    await showPerson();
  }
  if (session.hasSignedOut()) notify('You are signed out.');
}

/** Runs an action and shows why it failed. */
async function attempt(action) {
  notify('');
  try {
    await action();
  } catch (error) {
    showSession();
    console.warn(error);
    notify(error instanceof TypeError ? 'The application does not respond.' : error.message, 'wrong');
  }
}

async function refresh() {
  await session.refresh();
  await showPerson();
  notify('You have a new token.');
}

async function device() {
  if (await signInWithDevice()) {
    await showPerson();
    notify('Signed in with the other device.');
  }
}

async function showApplication() {
  const response = await session.call('GET', '/api/status');
  const { framework, embedded_provider } = await response.json();
  element('framework').textContent = `on ${framework}`;
  element('framework').hidden = false;
  element('people').hidden = !embedded_provider;
}

/** What is known in this tab. */
function showSession() {
  const tokens = session.tokens();
  element('welcome').hidden = Boolean(tokens);
  element('account').hidden = !tokens;
  if (!tokens) return;
  const scopes = tokens.scope.split(' ').filter(Boolean);
  element('scopes').replaceChildren(...scopes.map((scope) => make('li', scope)));
  showLife();
}

/** What the application knows of the person. */
async function showPerson() {
  clearOutcomes();
  showSession();
  if (!session.tokens()) return;
  const claims = await verifiedClaims();
  const person = await session.userinfo();
  const name = [person.first_name, person.last_name].filter(Boolean).join(' ');
  const title = name || person.username || claims.sub;
  element('avatar').textContent = title.slice(0, 1).toUpperCase();
  element('account-title').textContent = title;
  element('account-details').textContent = [person.username, person.email].filter(Boolean).join(' · ');
  element('claim-list').replaceChildren(...Object.entries(claims).flatMap(describeClaim));
}

/** The claims as the application has verified them; the page does not read the token itself. */
async function verifiedClaims() {
  let response = await session.call('GET', '/api/claims');
  if (response.status === 401) {
    await session.refresh();
    showSession();
    response = await session.call('GET', '/api/claims');
  }
  return session.answerOf(response);
}

function describeClaim([name, value]) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const isTime = TIMES.includes(name) && typeof value === 'number';
  return [make('dt', name), make('dd', isTime ? new Date(value * 1000).toLocaleString() : text)];
}

function showLife() {
  const tokens = session.tokens();
  if (!tokens) return;
  const left = Math.max(0, Math.floor(tokens.expires - Date.now() / 1000));
  element('life-label').textContent = left ? 'Token expires in' : 'Token has expired';
  element('countdown').textContent = left ? duration(left) : '';
  element('life').max = tokens.expires - tokens.received;
  element('life').value = left;
  document.querySelector('[data-action=refresh]').disabled = !tokens.refresh_token;
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
