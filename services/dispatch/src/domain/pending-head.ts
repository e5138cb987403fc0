import type { AnswerHead, Plan } from '#libs/contracts';
import { decisionHeaders } from './decision-headers.js';

const PENDING = ['model', 'version', 'channel', 'substitution', 'substitution-reason'] as const;

/** For a caller that must not wait longer, of an answer that is not there yet: what decides it is still open. */
export function pendingHead(plan: Plan, attempts: number): AnswerHead {
  const open = PENDING.map((name) => [`x-breakwater-${name}`, 'pending'] as const);
  return {
    status: 200,
    held: true,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      ...decisionHeaders({ plan, attempts }),
      ...Object.fromEntries(open),
    },
  };
}
