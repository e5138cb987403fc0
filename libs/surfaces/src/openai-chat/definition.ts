import type { SurfaceDefinition } from '../surface.js';
import { errorEvent, renderError, renderStreamError } from './errors.js';
import { renderModel, renderModels } from './models.js';
import { parameters } from './parameters.js';

/** OpenAI's Chat Completions. */
export const openAiChat: SurfaceDefinition = {
  path: '/v1/chat/completions',
  requestIdHeader: 'x-request-id',
  forwardedHeaders: [],
  parameters,
  renderError,
  renderStreamError,
  errorEvent,
  keepAlive: Buffer.from(': keep-alive\n\n'),
  renderModels,
  renderModel,
};
