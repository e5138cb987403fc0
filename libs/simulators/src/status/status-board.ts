/** What a vendor says of a channel. `unreachable` is a status page that is down itself. */
export const channelStatuses = [
  'operational',
  'degraded_performance',
  'partial_outage',
  'major_outage',
  'under_maintenance',
  'unreachable',
] as const;

export type ChannelStatus = (typeof channelStatuses)[number];

export interface PublishedStatus {
  readonly channel: string;
  readonly status: ChannelStatus;
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
}

/** What the vendors' status pages say now: what they are told to, whatever their channels do. */
export class StatusBoard {
  private readonly published: Map<string, PublishedStatus>;

  constructor(channels: readonly string[], now: number) {
    this.published = new Map(channels.map((channel) => [channel, { channel, status: 'operational', since: now }]));
  }

  set(channel: string, status: ChannelStatus, now: number): void {
    const channels = channel === '*' ? [...this.published.keys()] : [channel];
    for (const one of channels) this.published.set(one, { channel: one, status, since: now });
  }

  list(): readonly PublishedStatus[] {
    return [...this.published.values()];
  }
}
