import { anthropic, openAi, root, type VendorError } from './vendor-error.fixture.js';

/** The key, the model or the way to it is wrong: nothing that a caller sent. */
export const unfitTargets: readonly VendorError[] = [
  openAi(
    'OpenAI',
    401,
    { message: 'Incorrect API key provided: sk-***.', type: 'invalid_request_error', code: 'invalid_api_key' },
    { fault: 'bad_credential' },
  ),
  anthropic('Anthropic', 403, { type: 'permission_error', message: 'No permission.' }, { fault: 'bad_credential' }),
  openAi(
    'OpenAI, from a country it does not serve',
    403,
    {
      code: 'unsupported_country_region_territory',
      message: 'Country, region, or territory not supported',
      param: null,
      type: 'request_forbidden',
    },
    { fault: 'provider_error' },
  ),
  openAi(
    'OpenAI, a key without the model',
    403,
    {
      message: 'Project `proj_1` does not have access to model `gpt-5`',
      type: 'invalid_request_error',
      code: 'model_not_found',
    },
    { fault: 'provider_error' },
  ),
  openAi(
    'OpenAI, a model that is gone',
    404,
    { message: 'The model `gpt-3` does not exist', type: 'invalid_request_error', code: 'model_not_found' },
    { fault: 'provider_error' },
  ),
  openAi(
    'Groq, a model that is gone',
    400,
    { message: 'The model has been decommissioned', code: 'model_decommissioned', type: 'invalid_request_error' },
    { fault: 'provider_error' },
  ),
  openAi(
    'Azure, a deployment that is gone',
    404,
    { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' },
    { fault: 'provider_error' },
  ),
  anthropic(
    'Anthropic, a model that is gone',
    404,
    { type: 'not_found_error', message: 'model: claude-2.1' },
    { fault: 'provider_error' },
  ),
  openAi(
    'OpenRouter',
    404,
    { message: 'No endpoints found for deepseek/deepseek-r1.', code: 404 },
    { fault: 'provider_error' },
  ),
  root('a gate in front', 403, '<html><title>Attention Required!</title></html>', { fault: 'provider_error' }),
  root('a wrong path', 404, '', { fault: 'provider_error' }),
  root('Cloudflare', 524, '<html>A timeout occurred</html>', { fault: 'provider_error' }),
  root('Cloudflare', 530, 'error code: 1033', { fault: 'provider_error' }),
];
