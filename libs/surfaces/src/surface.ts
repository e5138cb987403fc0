import type { ErrorDescription } from '#libs/kernel';

/** `integer` is a number without a fraction. */
export type JsonKind = 'string' | 'boolean' | 'number' | 'integer' | 'array' | 'object' | 'null' | 'any';

/** What the value of a root request parameter must look like; what it means is the provider's business. */
export interface ParameterRule {
  /** Any one of them. */
  readonly kinds: readonly JsonKind[];
  readonly required?: true;
  /** Of a number, inclusive. */
  readonly min?: number;
  readonly max?: number;
  /** Of a string or an array. */
  readonly nonEmpty?: true;
  /** Why it is not taken, and what to do instead; an operator may allow it all the same. */
  readonly refused?: string;
}

/** A route as agents see it in the list of models. */
export interface ListedRoute {
  /** What agents name in `model`. */
  readonly id: string;
  /** The pinned model behind it. */
  readonly model: string;
}

/** One API shape that agents may speak: how its requests are guarded and its errors look. */
export interface SurfaceDefinition {
  /** Of the POST that carries a call. */
  readonly path: string;
  /** The response header in which the vendor's SDK looks for the request id. */
  readonly requestIdHeader: string;
  /** Request headers that a provider of the same family may see, in lower case. */
  readonly forwardedHeaders: readonly string[];
  /** Every root parameter that the surface knows, deprecated ones included. */
  readonly parameters: { readonly [name: string]: ParameterRule };
  /** The JSON body of an error answer. */
  readonly renderError: (error: ErrorDescription, requestId: string) => Uint8Array;
  /** The event that ends a stream which cannot go on: the vendor's SDK throws on it. */
  readonly renderStreamError: (error: ErrorDescription, requestId: string) => Uint8Array;
  /** The same event, of an error body that is already rendered. */
  readonly errorEvent: (body: Uint8Array) => Uint8Array;
  /** What may stand between the events of a stream, before the first one too: the vendor's SDK passes over it. */
  readonly keepAlive: Uint8Array;
  /** The JSON body of `GET /v1/models`. */
  readonly renderModels: (routes: readonly ListedRoute[]) => Uint8Array;
  /** The JSON body of `GET /v1/models/ID`. */
  readonly renderModel: (route: ListedRoute) => Uint8Array;
}
