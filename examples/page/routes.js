// The list of guarded routes: calls one and shows what it answered.

/** Makes the buttons work; `way` gives how the open tab calls routes, `refresh` renews its token. */
export function prepareRoutes(way, refresh) {
  for (const route of document.querySelectorAll('.route')) {
    route.querySelector('.call').addEventListener('click', () => tryRoute(route, way(), refresh));
  }
}

export function callAll() {
  for (const button of document.querySelectorAll('.route:not([hidden]) .call')) button.click();
}

export function clearOutcomes() {
  for (const output of document.querySelectorAll('.route output')) output.replaceChildren();
}

async function tryRoute(route, way, refresh) {
  const { method, path, body } = route.dataset;
  const output = route.querySelector('output');
  try {
    const response = await way.call(method, path, body);
    const text = await response.text();
    output.replaceChildren(...outcome(response, text, way, refresh));
  } catch {
    output.replaceChildren(make('span', 'status refused', 'no answer'));
  }
}

function outcome(response, text, way, refresh) {
  const kind = response.ok ? 'allowed' : 'refused';
  const parts = [make('span', `status ${kind}`, `${response.status} ${response.statusText}`)];
  if (response.ok) return [...parts, make('code', 'answer', spaced(text))];

  const challenge = response.headers.get('www-authenticate');
  const body = bodyOf(text);
  parts.push(make('span', 'reason', body.detail));
  const remedy = way.remedy(challenge ?? '', body, refresh);
  if (remedy) parts.push(button(remedy));
  if (challenge) parts.push(make('code', 'answer', `WWW-Authenticate: ${challenge}`));
  return parts;
}

/** The JSON of a refusal, or its text where it is none. */
function bodyOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { detail: text };
  }
}

/** JSON with blanks between its parts, so that it breaks there. */
function spaced(json) {
  return JSON.stringify(JSON.parse(json), null, 1).replace(/\n\s*/g, ' ');
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
