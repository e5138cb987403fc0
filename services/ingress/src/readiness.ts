import { Injectable } from '@nestjs/common';
import { ask, subjects } from '#libs/bus';
import { BusConnection } from '#libs/platform';
import { KeyTable } from './key-table.js';

const ANSWER_WITHIN_MS = 500;

/** Can a call be carried right now: the broker, a revision, a policy service and a dispatcher are there. */
@Injectable()
export class Readiness {
  constructor(
    private readonly connection: BusConnection,
    private readonly keys: KeyTable,
  ) {}

  /** What is missing; empty when ready. */
  async missing(): Promise<string[]> {
    const { bus } = this.connection;
    const answers = (subject: string): Promise<boolean> =>
      ask(bus, subject, {}, ANSWER_WITHIN_MS).then(
        () => true,
        () => false,
      );
    const [policy, dispatch] = await Promise.all([answers(subjects.policyPresent), answers(subjects.dispatchPresent)]);
    return [
      ...(this.keys.revision ? [] : ['revision']),
      ...(policy ? [] : ['policy']),
      ...(dispatch ? [] : ['dispatch']),
    ];
  }
}
