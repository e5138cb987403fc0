import type { Decision, Model, RequestFacts, Reuse, Route } from '#libs/contracts';
import { GatewayError } from '#libs/kernel';
import type { RevisionIndex } from './revision-index.js';

/** Why a target may not serve a request. */
type Objection = 'not_approved' | 'context_too_small' | 'not_capable';

/** What may be used for this request: every candidate is checked, not only the first. */
export function decide(facts: RequestFacts, index: RevisionIndex): Decision {
  const revision = index.number;
  const route = index.routes.get(facts.route);
  const refusal = refuse(facts, route, index);
  if (refusal || !route) return { revision, refusal: (refusal ?? unknownRoute(facts, index)).describe() };

  const objections = new Set<Objection>();
  const tiers = route.tiers.map((tier) =>
    tier.filter((id) => {
      const objection = objectionTo(modelOf(id, index), facts);
      if (objection) objections.add(objection);
      return objection === undefined;
    }),
  );
  const lawful = tiers.filter((tier) => tier.length > 0);
  if (lawful.length === 0) return { revision, refusal: nothingLawful(facts, objections).describe() };
  const { deadlines, conduct } = route;
  const plan = { revision, route: route.id, model: route.model, tiers: lawful, deadlines, conduct };
  const reuse = reuseOf(lawful, objections, index);
  return { plan, ...(reuse ? { reuse } : {}) };
}

/** Asked again this often at the least, whatever else changes. */
const REUSE_MS = 1000;

/** Only size distinguishes further requests; where size took a target away, a smaller one would get another plan. */
function reuseOf(
  tiers: readonly (readonly string[])[],
  objections: ReadonlySet<Objection>,
  index: RevisionIndex,
): Reuse | undefined {
  if (objections.has('context_too_small')) return undefined;
  const windows = tiers.flat().map((id) => modelOf(id, index)?.contextWindow ?? 0);
  return { upToTokens: Math.min(...windows), forMs: REUSE_MS };
}

function refuse(facts: RequestFacts, route: Route | undefined, index: RevisionIndex): GatewayError | undefined {
  if (!route) return unknownRoute(facts, index);
  const key = index.keys.get(facts.principal.key);
  if (key && (key.routes.includes('*') || key.routes.includes(route.id))) return undefined;
  return new GatewayError('route_forbidden', `this key may not use the route ${route.id}; ask an operator for it`, {
    field: 'model',
  });
}

function unknownRoute(facts: RequestFacts, index: RevisionIndex): GatewayError {
  const known = [...index.routes.keys()].slice(0, 20).join(', ');
  const named = JSON.stringify(facts.route.slice(0, 100));
  return new GatewayError('route_not_found', `there is no route ${named}; use one of: ${known}`, { field: 'model' });
}

function modelOf(targetId: string, index: RevisionIndex): Model | undefined {
  return index.models.get(index.targets.get(targetId)?.model ?? '');
}

function objectionTo(model: Model | undefined, facts: RequestFacts): Objection | undefined {
  if (!model?.approved) return 'not_approved';
  if (facts.needs.some((need) => !model.capabilities.includes(need))) return 'not_capable';
  const tokens = facts.estimatedInputTokens + facts.maxOutputTokens;
  return tokens > model.contextWindow ? 'context_too_small' : undefined;
}

function nothingLawful(facts: RequestFacts, objections: ReadonlySet<Objection>): GatewayError {
  if (objections.has('context_too_small') && objections.size === 1) {
    const tokens = facts.estimatedInputTokens + facts.maxOutputTokens;
    const message = `the request needs about ${tokens} tokens, more than any model of the route ${facts.route} takes; shorten it`;
    return new GatewayError('context_length_exceeded', message, { field: 'messages' });
  }
  const why = [...objections].sort().join(', ');
  const message = `no target of the route ${facts.route} may serve this request (${why}); change the request or the route`;
  return new GatewayError('no_lawful_target', message, { field: 'model' });
}
