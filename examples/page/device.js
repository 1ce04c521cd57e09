// Signing in with another device (RFC 8628).

import { Refusal } from './application.js';
import { requestTokens, startDevice } from './tokens.js';

const SLOWER = 5; // seconds, RFC 8628 §3.5
const element = (id) => document.getElementById(id);
const dialog = element('device');

/** Shows the code and waits. Resolves to true when signed in, to false when cancelled. */
export async function signInWithDevice() {
  const started = await startDevice();
  const cancelled = new AbortController();
  dialog.addEventListener('close', () => cancelled.abort(), { once: true });
  await show(started);
  try {
    return await poll(started, cancelled.signal);
  } finally {
    dialog.close();
  }
}

export function cancelDevice() {
  dialog.close();
}

async function show({ user_code, verification_uri, verification_uri_complete }) {
  const link = webAddress(verification_uri_complete ?? verification_uri);
  element('user-code').textContent = user_code;
  element('device-link').href = link;
  element('device-link').textContent = verification_uri.replace(/^https?:\/\//, '');
  element('local').hidden = !isLocal(link);
  element('device-status').textContent = 'Waiting for you to sign in there';
  element('qr').replaceChildren(...await picture(link));
  dialog.showModal();
}

/** The application draws it, so that no one else learns of the sign-in. */
async function picture(link) {
  const response = await fetch('/api/qr', { method: 'POST', body: link });
  if (!response.ok) return [];
  const svg = new DOMParser().parseFromString(await response.text(), 'image/svg+xml');
  return [document.importNode(svg.documentElement, true)];
}

async function poll({ device_code, interval }, signal) {
  for (let pause = interval; ;) {
    await sleep(pause, signal);
    if (signal.aborted) return false;
    try {
      await requestTokens({ 'device-code': device_code });
      return true;
    } catch (error) {
      if (error instanceof Refusal && error.code === 'authorization_pending') continue;
      const isBusy = error instanceof TypeError || error.code === 'slow_down';
      if (!isBusy) throw error;
      pause += SLOWER;
    }
  }
}

function sleep(seconds, signal) {
  return new Promise((done) => {
    const timer = setTimeout(done, seconds * 1000);
    signal.addEventListener('abort', () => { clearTimeout(timer); done(); }, { once: true });
  });
}

/** Whether only this computer can open the address. */
function isLocal(link) {
  const { hostname } = new URL(link);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

/** The address comes from the provider; a `javascript:` one must not become a link. */
function webAddress(text) {
  const url = new URL(text);
  if (!['https:', 'http:'].includes(url.protocol)) throw new Error('The provider sent no web address.');
  return url.href;
}
