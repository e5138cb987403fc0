import type { SurfaceDefinition } from '../surface.js';
import { renderError, renderStreamError } from './errors.js';
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
  renderModels,
  renderModel,
};
