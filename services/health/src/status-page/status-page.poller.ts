import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { defaultHealthPolicy, type Channel } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import { logger } from '#libs/platform';
import { judgePage, type PageSummary } from '../domain/status-page.js';
import { HealthKeeper } from '../health.keeper.js';
import { Leadership } from '../leadership.js';
import { StatusPageReader } from './status-page.reader.js';

type PagedChannel = Channel & Required<Pick<Channel, 'statusPage'>>;

/** A page that has not been readable for so many rounds is believed no more. */
const ROUNDS_BELIEVED = 10;

/** Reads the channels' status pages while this process leads, and tells the keeper what they report. */
@Injectable()
export class StatusPagePoller implements OnModuleInit, OnModuleDestroy {
  private readonly log = logger('health');
  private readonly readAt = new Map<string, number>();
  private stopped = new AbortController();

  constructor(
    private readonly leadership: Leadership,
    private readonly keeper: HealthKeeper,
    private readonly reader: StatusPageReader,
  ) {}

  onModuleInit(): void {
    this.leadership.onChange((leads) => {
      this.stopped.abort();
      this.stopped = new AbortController();
      if (leads) void this.poll(this.stopped.signal);
    });
  }

  onModuleDestroy(): void {
    this.stopped.abort();
  }

  private async poll(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      await this.round(stopped);
      const everyMs = this.keeper.revision?.health.statusPageMs ?? defaultHealthPolicy.statusPageMs;
      await delay(everyMs, undefined, { signal: stopped, ref: false }).catch(() => undefined);
    }
  }

  private async round(stopped: AbortSignal): Promise<void> {
    const channels = this.keeper.revision?.channels ?? [];
    const paged = channels.filter((channel): channel is PagedChannel => channel.statusPage !== undefined);
    const byUrl = Map.groupBy(paged, ({ statusPage }) => statusPage.url);
    await Promise.all([...byUrl].map(([url, group]) => this.readPage(url, group, stopped)));
    // A channel whose page was taken out of the configuration is spoken of by none.
    for (const { id } of channels.filter(({ statusPage }) => !statusPage)) this.keeper.noteOutage(id, undefined);
  }

  /** One reading of a page serves all the channels that name it. */
  private async readPage(url: string, channels: readonly PagedChannel[], stopped: AbortSignal): Promise<void> {
    try {
      const summary = await this.reader.read(url, stopped);
      if (stopped.aborted) return;
      this.readAt.set(url, systemClock.now());
      for (const channel of channels) this.judge(channel, summary);
    } catch (error) {
      if (stopped.aborted) return;
      this.log.warn({ url, reason: reasonOf(error) }, 'a status page cannot be read');
      const believed = ROUNDS_BELIEVED * (this.keeper.revision?.health.statusPageMs ?? 0);
      const read = this.readAt.get(url) ?? 0;
      if (systemClock.now() - read > believed) for (const { id } of channels) this.keeper.noteOutage(id, undefined);
    }
  }

  private judge({ id, statusPage: { url, components } }: PagedChannel, summary: PageSummary): void {
    const { outage, unknown } = judgePage(summary, components);
    if (unknown.length > 0) {
      const fix = 'correct statusPage.components';
      this.log.warn({ channel: id, url, components: unknown, fix }, 'the status page has no such components');
    }
    this.keeper.noteOutage(id, outage);
  }
}

/** Fetch hides why it failed one level down. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
