import { isJsonObject, type JsonObject } from '#libs/kernel';

/** What the simulator said, a line for everything that is not as usual. */
export function faultListing(content: JsonObject): string {
  const troubled = listOf(content, 'status').filter(({ status }) => status !== 'operational');
  const statuses = troubled.map(({ channel, status }) => `${String(channel)}  status ${String(status)}`);
  const doors = listOf(content, 'doors').map(
    ({ id, mode, url }) => `door ${String(id)}  ${String(mode)}  ${String(url)}`,
  );
  const lines = [...listOf(content, 'faults').map(faultLine), ...statuses, ...doors];
  return lines.length === 0 ? 'No faults: all simulated channels are well.' : lines.join('\n');
}

function listOf(content: JsonObject, field: string): readonly JsonObject[] {
  const list = content[field];
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function faultLine(fault: JsonObject): string {
  const { id: _id, channel, kind, percent, startedAt: _start, durationMs: _duration, ...others } = fault;
  const { endsAt, matched, struck, ...own } = others;
  const scope = Object.entries(own).map(([name, value]) => `${name} ${String(value)}`);
  const until = typeof endsAt === 'number' ? [`until ${new Date(endsAt).toISOString()}`] : [];
  const counts = `struck ${String(struck)} of ${String(matched)} calls`;
  return [`${String(channel)}  ${String(kind)}  ${String(percent)} %`, ...scope, ...until, counts].join('  ');
}
