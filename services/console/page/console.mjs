const REFRESH_MS = 5000;
const DAY_MS = 86_400_000;
const STORED_KEY = 'breakwater-operator-key';

const at = (id) => document.getElementById(id);
const rowsOf = (table, part = 'tbody') => at(table).querySelector(part);

let timer;
let round = 0;

class Refused extends Error {}

/** Asks the console with the key of this tab. */
async function ask(path, method) {
  const authorization = `Bearer ${sessionStorage.getItem(STORED_KEY)}`;
  const response = await fetch(path, { method, headers: { authorization } });
  const answer = await response.json();
  if (response.ok) return answer;
  const { code, message } = answer.error;
  if (response.status === 401 || code === 'forbidden') throw new Refused(message);
  throw new Error(message);
}

const read = (path) => ask(path, 'GET');

/** A cell is its text, its text with a class, or an element. Everything shown is set as text, never as markup. */
function row(cells) {
  const line = document.createElement('tr');
  for (const cell of cells) {
    const made = line.insertCell();
    if (cell instanceof Element) {
      made.append(cell);
      continue;
    }
    const { text, look = '' } = typeof cell === 'object' ? cell : { text: cell };
    made.textContent = text;
    made.className = look;
  }
  return line;
}

const number = (value) => ({ text: value.toLocaleString(), look: 'number' });
const money = (micros) => ({ text: (micros / 1e6).toFixed(6), look: 'number' });
const milliseconds = (value) => ({ text: value === null ? '–' : `${value.toLocaleString()} ms`, look: 'number' });
const time = (value) => (value === null ? '–' : new Date(value).toLocaleTimeString());

function healthOf({ phase, until, share, gates }) {
  if (phase === 'drained') return { text: '○ drained', look: 'bad' };
  if (Object.keys(gates).length > 0) return { text: '◐ limit used up', look: 'bad' };
  if (phase === 'closed' && share < 1) return { text: '◐ in use, in part', look: 'good' };
  if (phase === 'closed') return { text: '● in use', look: 'good' };
  return { text: until > Date.now() ? `○ out until ${time(until)}` : '○ out, probe due', look: 'bad' };
}

/** The faults that a state was concluded from, each once. */
function counted(evidence) {
  const counts = new Map();
  for (const { fault } of evidence) counts.set(fault, (counts.get(fault) ?? 0) + 1);
  return [...counts].map(([fault, count]) => (count > 1 ? `${count} × ${fault}` : fault)).join(', ');
}

function whyOf({ reason, evidence, gates, outage }) {
  const faults = counted(evidence);
  return [
    reason === 'none' ? '' : faults === '' || faults === reason ? reason : `${reason} (${faults})`,
    ...Object.entries(gates).map(([kind, until]) => `${kind} used up until ${time(until)}`),
    outage === null ? '' : `status page: ${outage.description}`,
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** The button that takes a target out by hand, or brings it back. */
function switchOf({ id, phase }) {
  const command = phase === 'closed' ? 'drain' : 'restore';
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = command === 'drain' ? 'Drain' : 'Restore';
  button.setAttribute('aria-label', `${button.textContent} ${id}`);
  button.addEventListener('click', () => void change(id, command));
  return button;
}

async function change(id, command) {
  const reason = prompt(`Why ${command} ${id}? It is kept in the history.`);
  if (reason === null) return;
  const query = reason.trim() === '' ? '' : `?reason=${encodeURIComponent(reason.trim().slice(0, 500))}`;
  try {
    await ask(`/targets/${encodeURIComponent(id)}/${command}${query}`, 'POST');
    await refresh();
  } catch (error) {
    notify(error.message);
  }
}

function showHistory({ changes }) {
  const rows = changes.map(({ at, target, fromPhase, toPhase, reason, actor, note, evidence = [] }) => {
    const seen = evidence.map(({ fault, dispatcher }) => `${fault} at ${dispatcher}`).join(', ');
    return row([
      new Date(at).toLocaleString(),
      target,
      fromPhase === toPhase ? toPhase : `${fromPhase} → ${toPhase}`,
      reason === 'none' ? '' : reason,
      note === null ? actor : `${actor}: ${note}`,
      seen,
    ]);
  });
  rowsOf('history').replaceChildren(...rows);
}

function showTargets({ targets }) {
  const rows = targets.map((target) => {
    const share = { text: `${Math.round(target.share * 100)} %`, look: 'number' };
    const { id, model, channel, since } = target;
    return row([
      healthOf(target),
      id,
      model,
      channel,
      share,
      time(since),
      { text: whyOf(target), look: 'prose' },
      switchOf(target),
    ]);
  });
  rowsOf('targets').replaceChildren(...rows);
}

function showUsage({ rows, totals, truncated }) {
  const sums = (group) => [
    number(group.calls),
    number(group.attempts),
    number(group.failedAttempts),
    number(group.inputTokens),
    number(group.outputTokens),
    money(group.costMicros),
  ];
  const groups = rows.map((group) => row([group.day, group.key, group.model, group.channel, ...sums(group)]));
  rowsOf('usage').replaceChildren(...groups);
  rowsOf('usage', 'tfoot').replaceChildren(row([truncated ? 'All, also unshown' : 'All', '', '', '', ...sums(totals)]));
}

function showCall({ completion, attempts }) {
  const rows = attempts.map((attempt) => {
    const outcome =
      attempt.outcome === 'ok' ? { text: 'ok', look: 'good' } : { text: attempt.fault ?? attempt.outcome, look: 'bad' };
    return row([
      number(attempt.number),
      outcome,
      attempt.target,
      attempt.servedVersion ?? '–',
      { text: attempt.status ?? '–', look: 'number' },
      milliseconds(attempt.firstTokenMs),
      milliseconds(attempt.durationMs),
      { text: `${attempt.usageEstimated ? '≈ ' : ''}${(attempt.costMicros / 1e6).toFixed(6)}`, look: 'number' },
    ]);
  });
  rowsOf('attempts').replaceChildren(...rows);
  at('attempts').hidden = rows.length === 0;
  if (completion === null) return 'Not completed yet, or its ingress was lost.';
  const { outcome, status, route, durationMs, substitutionReason } = completion;
  const substitution = substitutionReason === null ? '' : `, another model answered: ${substitutionReason}`;
  return `The caller received ${outcome} (${status}) from route ${route} in ${durationMs.toLocaleString()} ms${substitution}.`;
}

async function refresh() {
  clearTimeout(timer);
  // An answer of an earlier round must not be drawn over a later one.
  const mine = ++round;
  const from = new Date(Date.now() - (Number(at('days').value) - 1) * DAY_MS).toISOString().slice(0, 10);
  try {
    const [revision, targets, usage, history] = await Promise.all(
      ['/revision', '/targets', `/usage?limit=200&from=${from}`, '/health/history?limit=20'].map(read),
    );
    if (mine !== round) return;
    at('revision').textContent = `Revision ${revision.number}, ${revision.routes.length} routes`;
    showTargets(targets);
    showUsage(usage);
    showHistory(history);
    notify('');
    show(true);
  } catch (error) {
    if (mine !== round) return;
    if (error instanceof Refused) return leave(error.message);
    notify(`Not up to date: ${error.message}`);
    at('leave').hidden = false;
  }
  timer = setTimeout(refreshIfSeen, REFRESH_MS);
}

async function find(requestId) {
  try {
    at('outcome').textContent = showCall(await read(`/calls/${encodeURIComponent(requestId)}`));
  } catch (error) {
    at('attempts').hidden = true;
    at('outcome').textContent = error.message;
  }
}

function refreshIfSeen() {
  if (!document.hidden && sessionStorage.getItem(STORED_KEY) !== null) void refresh();
}

/** Only a change is written, so that a screen reader does not repeat it every few seconds. */
function notify(text) {
  if (at('notice').textContent !== text) at('notice').textContent = text;
}

function show(entered) {
  at('enter').hidden = entered;
  at('fleet').hidden = !entered;
  at('leave').hidden = !entered;
}

function leave(reason = '') {
  round += 1;
  clearTimeout(timer);
  sessionStorage.removeItem(STORED_KEY);
  at('revision').textContent = '';
  for (const table of ['targets', 'history', 'usage', 'attempts']) rowsOf(table).replaceChildren();
  at('outcome').textContent = '';
  notify(reason);
  show(false);
  at('key').focus();
}

at('enter').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem(STORED_KEY, at('key').value.trim());
  at('key').value = '';
  void refresh();
});

at('find').addEventListener('submit', (event) => {
  event.preventDefault();
  void find(at('request').value.trim());
});

at('leave').addEventListener('click', () => leave());
at('days').addEventListener('change', refreshIfSeen);
document.addEventListener('visibilitychange', refreshIfSeen);

if (sessionStorage.getItem(STORED_KEY) === null) leave();
else void refresh();
