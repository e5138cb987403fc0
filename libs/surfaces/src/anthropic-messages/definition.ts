import type { SurfaceDefinition } from '../surface.js';
import { errorEvent, renderError, renderStreamError } from './errors.js';
import { renderModel, renderModels } from './models.js';
import { parameters } from './parameters.js';

/** Anthropic's Messages. */
export const anthropicMessages: SurfaceDefinition = {
  path: '/v1/messages',
  requestIdHeader: 'request-id',
  forwardedHeaders: ['anthropic-version', 'anthropic-beta'],
  parameters,
  renderError,
  renderStreamError,
  errorEvent,
  keepAlive: Buffer.from('event: ping\ndata: {"type":"ping"}\n\n'),
  renderModels,
  renderModel,
};
