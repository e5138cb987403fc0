import { createHash } from 'node:crypto';
import type { JsonObject } from '#libs/kernel';
import type { ChannelStatus, PublishedStatus } from './status-board.js';

interface Severity {
  readonly indicator: 'none' | 'minor' | 'major' | 'critical' | 'maintenance';
  readonly description: string;
}

/** From harmless to grave: a page says the gravest of its components. */
const severities: ReadonlyMap<ChannelStatus, Severity> = new Map<ChannelStatus, Severity>([
  ['operational', { indicator: 'none', description: 'All Systems Operational' }],
  ['under_maintenance', { indicator: 'maintenance', description: 'Service Under Maintenance' }],
  ['degraded_performance', { indicator: 'minor', description: 'Partially Degraded Service' }],
  ['partial_outage', { indicator: 'major', description: 'Partial System Outage' }],
  ['major_outage', { indicator: 'critical', description: 'Major Service Outage' }],
]);

const pageId = identifier('page');

/** What Statuspage answers to `/api/v2/summary.json`, with a component for each channel. */
export function statusSummary(channels: readonly PublishedStatus[], pageUrl: string): JsonObject {
  const order = [...severities.keys()];
  const gravest = Math.max(0, ...channels.map(({ status }) => order.indexOf(status)));
  const updated_at = isoTime(Math.max(0, ...channels.map(({ since }) => since)));
  const troubled = channels.filter(({ status }) => status !== 'operational' && status !== 'under_maintenance');
  return {
    page: { id: pageId, name: 'Simulated providers', url: pageUrl, time_zone: 'Etc/UTC', updated_at },
    components: channels.map(component),
    incidents: troubled.map((channel) => incident(channel, pageUrl)),
    scheduled_maintenances: [],
    status: severities.get(order[gravest] ?? 'operational'),
  };
}

function component({ channel, status, since }: PublishedStatus, index: number): JsonObject {
  return {
    id: identifier(channel),
    name: channel,
    status,
    created_at: '2025-01-01T00:00:00.000Z',
    updated_at: isoTime(since),
    position: index + 1,
    description: null,
    showcase: false,
    start_date: null,
    group_id: null,
    page_id: pageId,
    group: false,
    only_show_if_degraded: false,
  };
}

function incident(channel: PublishedStatus, pageUrl: string): JsonObject {
  const id = identifier(`incident ${channel.channel} ${channel.since}`);
  const at = isoTime(channel.since);
  return {
    id,
    name: `Elevated errors on ${channel.channel}`,
    status: 'investigating',
    created_at: at,
    updated_at: at,
    monitoring_at: null,
    resolved_at: null,
    impact: severities.get(channel.status)?.indicator,
    shortlink: `${pageUrl}/incidents/${id}`,
    started_at: at,
    page_id: pageId,
    incident_updates: [incidentUpdate(channel, id)],
    components: [component(channel, 0)],
  };
}

function incidentUpdate({ channel, status, since }: PublishedStatus, incident_id: string): JsonObject {
  const at = isoTime(since);
  const affected = { code: identifier(channel), name: channel, old_status: 'operational', new_status: status };
  return {
    id: identifier(`update ${incident_id}`),
    status: 'investigating',
    body: `We are investigating elevated errors on ${channel}.`,
    incident_id,
    created_at: at,
    updated_at: at,
    display_at: at,
    affected_components: [affected],
    deliver_notifications: true,
    custom_tweet: null,
    tweet_id: null,
  };
}

/** Twelve characters, as Statuspage's ids have. */
function identifier(name: string): string {
  return BigInt(`0x${createHash('sha256').update(name).digest('hex')}`)
    .toString(36)
    .slice(0, 12);
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
