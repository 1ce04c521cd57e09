// Tokens that nobody signs in for: of a partner's provider, and an opaque one. The development
// providers hand them out.

import { answerOf } from './application.js';

const NOTES = {
  partner: 'The partner’s provider calls its alice an administrator, too. Here she is let in where a rule names the partner, and nowhere else.',
  opaque: 'A random text: the application has asked its provider what it stands for, and remembers the answer for 30 seconds. If you revoke it here, the application is told to forget.',
};

/** The token that was chosen, and whom it stands for. */
let current;

export function isSignedIn() {
  return Boolean(current);
}

export async function obtain(kind) {
  const { access_token, expires_in } = await answerOf(await fetch(`/api/tokens/${kind}`, { method: 'POST' }));
  const received = Date.now() / 1000;
  const token = { kind, access_token, received, expires: received + expires_in };
  current = { ...token, user: await answerOf(await callWith(token, 'GET', '/api/catalogue')) };
}

/** Only a token that the provider is asked about can be taken back before it expires. */
export function isRevocable() {
  return current.kind === 'opaque';
}

export async function revoke() {
  const response = await fetch('/api/revocation', { method: 'POST', body: current.access_token });
  if (!response.ok) await answerOf(response);
}

export function note() {
  return NOTES[current.kind];
}

/** How long the token is valid, in seconds. */
export function life() {
  return { what: 'Token', began: current.received, ends: current.expires };
}

export async function person() {
  const { sub, issuer } = current.user;
  return { name: sub, username: issuer === 'own' ? 'own provider' : issuer };
}

/** Who the application says it is. */
export async function claims() {
  return current.user;
}

/** Calls a route with the token, if one was chosen; never by the session's cookie. */
export function call(method, path, json) {
  return callWith(current, method, path, json);
}

export function remedy() {
  return undefined;
}

function callWith(token, method, path, json) {
  const headers = new Headers({ accept: 'application/json' });
  if (token) headers.set('authorization', `Bearer ${token.access_token}`);
  if (json) headers.set('content-type', 'application/json');
  return fetch(path, { method, headers, body: json, cache: 'no-store', credentials: 'omit' });
}
