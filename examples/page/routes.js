// The list of guarded routes: calls one and shows what it answered.

import { call, tokens } from './session.js';

/** Makes the buttons work; `remedies` are the page's ways out of a refusal. */
export function prepareRoutes(remedies) {
  for (const route of document.querySelectorAll('.route')) {
    route.querySelector('.call').addEventListener('click', () => tryRoute(route, remedies));
  }
}

export function callAll() {
  for (const button of document.querySelectorAll('.route .call')) button.click();
}

export function clearOutcomes() {
  for (const output of document.querySelectorAll('.route output')) output.replaceChildren();
}

async function tryRoute(route, remedies) {
  const { method, path, body } = route.dataset;
  const output = route.querySelector('output');
  try {
    const response = await call(method, path, body);
    const text = await response.text();
    output.replaceChildren(...outcome(response, text, remedies));
  } catch {
    output.replaceChildren(make('span', 'status refused', 'no answer'));
  }
}

function outcome(response, text, remedies) {
  const kind = response.ok ? 'allowed' : 'refused';
  const parts = [make('span', `status ${kind}`, `${response.status} ${response.statusText}`)];
  if (response.ok) return [...parts, make('code', 'answer', spaced(text))];

  const challenge = response.headers.get('www-authenticate');
  parts.push(make('span', 'reason', reason(text)));
  const remedy = remedyFor(challenge ?? '', remedies);
  if (remedy) parts.push(button(remedy));
  if (challenge) parts.push(make('code', 'answer', `WWW-Authenticate: ${challenge}`));
  return parts;
}

function reason(text) {
  try {
    return JSON.parse(text).detail ?? text;
  } catch {
    return text;
  }
}

/** JSON with blanks between its parts, so that it breaks there. */
function spaced(json) {
  return JSON.stringify(JSON.parse(json), null, 1).replace(/\n\s*/g, ' ');
}

/** What the challenge (RFC 6750 section 3, RFC 9470 section 3) asks the person to do. */
function remedyFor(challenge, { signIn, refresh }) {
  const pairs = challenge.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
  const { error, scope } = Object.fromEntries([...pairs].map(([, name, value]) => [name, value]));
  const current = tokens();
  if (challenge && !current) return ['Sign in', () => signIn({ prompt: 'login' })];
  switch (error) {
    case 'insufficient_scope':
      return scope && [`Ask for ${scope}`, () => signIn({ scope: union(current.scope, scope) })];
    case 'insufficient_user_authentication':
      return ['Sign in again', () => signIn({ prompt: 'login', scope: current.scope })];
    case 'invalid_token':
      return current.refresh_token ? ['Refresh', refresh] : ['Sign in', () => signIn({ prompt: 'login' })];
    default:
      return undefined;
  }
}

function union(...scopes) {
  return [...new Set(scopes.join(' ').split(' ').filter(Boolean))].join(' ');
}

function button([label, action]) {
  const element = make('button', 'remedy', label);
  element.type = 'button';
  element.addEventListener('click', action);
  return element;
}

/** Text is set as text everywhere on this page, never as markup. */
function make(tag, className, text) {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}
