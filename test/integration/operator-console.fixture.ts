import { isJsonObject } from '#libs/kernel';
import type { TargetHealth } from '../../services/console/src/fleet/target-health.js';
import type { CallReport } from '../../services/metering/src/queries/call-report.js';
import type { UsageReport } from '../../services/metering/src/queries/usage-report.js';
import type { TestGateway } from '../support/gateway.js';
import { eventually } from './eventually.fixture.js';

/** What operators see of a gateway. */
export class OperatorConsole {
  constructor(private readonly gateway: TestGateway) {}

  /** A call as the ledger has it, once it has all of it: the ledger follows the calls. */
  ended(requestId: string, withinMs?: number): Promise<CallReport> {
    const look = async (): Promise<CallReport | undefined> => {
      const report = await this.call(requestId);
      const attempts = report?.completion?.attempts ?? Infinity;
      return report !== undefined && report.attempts.length >= attempts ? report : undefined;
    };
    return eventually(`call ${requestId} in the ledger`, look, withinMs);
  }

  async call(requestId: string): Promise<CallReport | undefined> {
    const answer = await this.get(`/calls/${requestId}`);
    return isCallReport(answer) ? answer : undefined;
  }

  /** `undefined` while metering does not answer. */
  async usage(query = ''): Promise<UsageReport | undefined> {
    const answer = await this.get(`/usage${query}`);
    return isUsageReport(answer) ? answer : undefined;
  }

  async target(id: string): Promise<TargetHealth> {
    const answer = await this.get('/targets');
    const found = isTargets(answer) ? answer.targets.find((target) => target.id === id) : undefined;
    if (!found) throw new Error(`no target ${id} in ${JSON.stringify(answer).slice(0, 500)}`);
    return found;
  }

  private async get(path: string): Promise<unknown> {
    const response = await fetch(this.gateway.consoleUrl + path, { headers: { 'x-api-key': this.gateway.key } });
    return response.json();
  }
}

// What the services themselves answer is checked in their own specs.
const isCallReport = (answer: unknown): answer is CallReport =>
  isJsonObject(answer) && Array.isArray(answer['attempts']);
const isUsageReport = (answer: unknown): answer is UsageReport => isJsonObject(answer) && Array.isArray(answer['rows']);
const isTargets = (answer: unknown): answer is { readonly targets: readonly TargetHealth[] } =>
  isJsonObject(answer) && Array.isArray(answer['targets']);
