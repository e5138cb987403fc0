import { Injectable, type OnModuleInit } from '@nestjs/common';
import { putRevision, storedRevision } from '#libs/bus';
import type { Revision } from '#libs/contracts';
import { BusConnection, loadEnvironment, logger } from '#libs/platform';
import { loadConfiguration } from './configuration/load-configuration.js';
import { PolicyEnvironment } from './policy.environment.js';

/** Owns the configuration: what the files say becomes the numbered revision that every process runs. */
@Injectable()
export class RevisionStore implements OnModuleInit {
  private revision: Revision | undefined;

  constructor(private readonly connection: BusConnection) {}

  get current(): Revision {
    if (this.revision === undefined) throw new Error('no revision before onModuleInit');
    return this.revision;
  }

  async onModuleInit(): Promise<void> {
    const paths = loadEnvironment(PolicyEnvironment).BREAKWATER_CONFIG.split(',');
    const content = await loadConfiguration(paths.map((path) => path.trim()));
    const stored = await storedRevision(this.connection.bus);
    // The same content keeps its number: a restart is no change.
    if (stored?.digest === content.digest) {
      this.revision = stored;
    } else {
      this.revision = { ...content, number: (stored?.number ?? 0) + 1 };
      await putRevision(this.connection.bus, this.revision);
    }
    logger('policy').info({ revision: this.revision.number, digest: this.revision.digest }, 'revision is current');
  }
}
