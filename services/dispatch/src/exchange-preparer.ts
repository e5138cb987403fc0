import { Injectable } from '@nestjs/common';
import type { FaultClass } from '#libs/contracts';
import { GatewayError } from '#libs/kernel';
import { concealing, translatorFor, type Exchange } from '#libs/providers';
import type { Call } from './call.js';
import { Catalog } from './catalog.js';
import { bodyFor, mayGoOn } from './continuation.js';
import type { ResolvedTarget } from './domain/resolve-targets.js';

/** A target and the request as it will be sent there. */
export interface Prepared {
  readonly resolved: ResolvedTarget;
  readonly exchange: Exchange;
}

/** Why a target cannot be called at all. */
export interface Unfit {
  readonly fault: FaultClass;
  readonly error?: GatewayError;
}

/** Translates a call for a target, before anything is sent. */
@Injectable()
export class ExchangePreparer {
  constructor(private readonly catalog: Catalog) {}

  /** @throws GatewayError where the request itself is wrong: no other target would make it right. */
  prepare(call: Call, target: string): Prepared | Unfit {
    const resolved = this.catalog.find(target);
    // A target that a newer revision took away.
    if (!resolved) return { fault: 'not_capable' };
    // Without its own credential a channel is not called: nobody else's may stand in.
    if (resolved.credential === 'missing') return { fault: 'bad_credential' };
    // What the caller has of the answer binds: only who goes on with it may answer now.
    if (call.trail?.state.begun && !mayGoOn(call.trail, resolved.target)) return { fault: 'not_capable' };
    try {
      return { resolved, exchange: translate(call, resolved) };
    } catch (error) {
      if (!(error instanceof GatewayError) || isMistake(error, call)) throw error;
      return { fault: 'not_capable', error };
    }
  }
}

/** What is wrong for the pinned family is wrong; after an attempt, only this target cannot take it. */
function isMistake(error: GatewayError, call: Call): boolean {
  return error.code !== 'unsupported_parameter' && call.attempts === 0;
}

/** Whether the caller gave stop sequences: null and an empty list are none. */
function stopsAtSequences({ request: { fields }, body }: Call): boolean {
  const span = fields['stop'] ?? fields['stop_sequences'];
  return span !== undefined && !/^(?:null|\[\s*\])$/.test(Buffer.from(body.subarray(...span)).toString());
}

function translate(call: Call, { channel, credential, family, model, target }: ResolvedTarget): Exchange {
  const wire = {
    provider: channel.provider,
    providerModel: target.providerModel,
    maxOutputTokens: model.maxOutputTokens,
    servedAs: target.servedAs,
    // Who goes on with an answer may find that all has been said.
    mayBeEmpty: call.trail?.state.begun ?? false,
    mayStopAtOnce: stopsAtSequences(call),
    // What a compatible server calls its models is its operator's affair, unless the target says it.
    checkServed: channel.provider !== 'openai-compatible' || target.servedAs.length > 0,
  };
  const exchange = translatorFor(call.request.surface, family)(bodyFor(call), wire);
  return concealing(exchange, typeof credential === 'object' ? [credential.secret] : []);
}
