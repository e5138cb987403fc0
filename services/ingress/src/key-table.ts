import { hash } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { watchRevision } from '#libs/bus';
import type { ApiKey, Principal, Revision } from '#libs/contracts';
import { GatewayError } from '#libs/kernel';
import { BusConnection } from '#libs/platform';

export interface Caller {
  readonly principal: Principal;
  readonly key: ApiKey;
}

const LONGEST_KEY = 512;

/** The keys of the current revision in memory: asking nobody, an outage of everything else opens no door. */
@Injectable()
export class KeyTable implements OnModuleInit {
  private keys: ReadonlyMap<string, ApiKey> = new Map();
  private current: Revision | undefined;

  constructor(private readonly connection: BusConnection) {}

  get revision(): Revision | undefined {
    return this.current;
  }

  async onModuleInit(): Promise<void> {
    await watchRevision(this.connection.bus, (revision) => {
      this.current = revision;
      this.keys = new Map(revision.keys.map((key) => [key.sha256, key]));
    });
  }

  /** @throws GatewayError `missing_key` or `invalid_key`; both say how a key is sent, never what was sent. */
  authenticate(authorization: string | undefined, apiKey: string | undefined): Caller {
    const secret = bearer(authorization) ?? apiKey;
    if (!secret) {
      throw new GatewayError('missing_key', 'no API key; send it as "Authorization: Bearer KEY" or "x-api-key: KEY"');
    }
    const key = secret.length <= LONGEST_KEY ? this.find(secret) : undefined;
    if (!key)
      throw new GatewayError('invalid_key', 'this API key is not known; check it, or ask an operator for a new one');
    const { tenant, team, agent, id } = key;
    return { principal: { tenant, team, agent, key: id }, key };
  }

  /** By its digest: what the time of a look-up tells of a digest brings nobody nearer to a key. */
  private find(secret: string): ApiKey | undefined {
    return this.keys.get(hash('sha256', secret, 'hex'));
  }
}

function bearer(authorization: string | undefined): string | undefined {
  const match = authorization === undefined ? null : /^bearer +(\S+)$/i.exec(authorization);
  return match?.[1];
}
