import { readFileSync } from 'node:fs';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { watchRevision } from '#libs/bus';
import { defaultHealthPolicy, type CredentialRef, type HealthPolicy, type Revision } from '#libs/contracts';
import { BusConnection, logger, rawEnvironment } from '#libs/platform';
import { resolveTargets, type ResolvedTarget } from './domain/resolve-targets.js';

/** The targets of the current revision, with their credentials: the only place in the fleet that holds them. */
@Injectable()
export class Catalog implements OnModuleInit {
  private targets: ReadonlyMap<string, ResolvedTarget> = new Map();
  private policy: HealthPolicy = defaultHealthPolicy;

  constructor(private readonly connection: BusConnection) {}

  get health(): HealthPolicy {
    return this.policy;
  }

  get ids(): Iterable<string> {
    return this.targets.keys();
  }

  find(target: string): ResolvedTarget | undefined {
    return this.targets.get(target);
  }

  async onModuleInit(): Promise<void> {
    await watchRevision(this.connection.bus, (revision) => this.apply(revision));
  }

  private apply(revision: Revision): void {
    this.targets = resolveTargets(revision, readSecret);
    this.policy = revision.health;
    for (const { channel, credential } of this.targets.values()) {
      if (credential === 'missing')
        logger('dispatch').warn({ channel: channel.id }, 'the channel has no credential: no call will use it');
    }
  }
}

function readSecret(reference: CredentialRef): string | undefined {
  if ('env' in reference) return rawEnvironment()[reference.env];
  if (!('file' in reference)) return undefined;
  try {
    return readFileSync(reference.file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
