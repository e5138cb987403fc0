import { anthropic, openAi, root, type VendorError } from './vendor-error.fixture.js';

const azureFilter = {
  message:
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
  type: null,
  param: 'prompt',
  code: 'content_filter',
  status: 400,
  innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: { hate: { filtered: true } } },
};

/** The request's content or its form is refused. */
export const refusals: readonly VendorError[] = [
  openAi('Azure', 400, azureFilter, { fault: 'refused' }),
  openAi(
    'OpenAI',
    400,
    {
      message: 'Your request was rejected as a result of our safety system.',
      type: 'image_generation_user_error',
      code: 'content_policy_violation',
    },
    { fault: 'refused' },
  ),
  openAi(
    'OpenAI',
    400,
    {
      message:
        'Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt.',
      type: 'invalid_request_error',
      code: 'invalid_prompt',
    },
    { fault: 'refused' },
  ),
  openAi(
    'OpenRouter',
    403,
    {
      message: 'openai/gpt-4o requires moderation on OpenAI. Your input was flagged for "violence"',
      code: 403,
      metadata: { reasons: ['violence'], flagged_input: '…' },
    },
    { fault: 'refused' },
  ),
  openAi('DeepSeek', 400, { message: 'Content Exists Risk', type: 'invalid_request_error' }, { fault: 'refused' }),
  openAi('DashScope', 400, { code: 'data_inspection_failed', message: 'Input data may …' }, { fault: 'refused' }),
  anthropic(
    'Anthropic',
    400,
    { type: 'invalid_request_error', message: 'Output blocked by content filtering policy' },
    { fault: 'refused' },
  ),
  openAi(
    'OpenAI',
    400,
    {
      message: 'max_tokens is too large: 50000. This model supports at most 16384 completion tokens.',
      type: 'invalid_request_error',
      param: 'max_tokens',
      code: 'invalid_value',
    },
    { fault: 'client_error' },
  ),
  root('vLLM', 422, { detail: [{ type: 'missing', loc: ['body', 'messages'] }] }, { fault: 'client_error' }),
  anthropic('Anthropic', 404, { type: 'not_found_error', message: 'file_01 was not found' }, { fault: 'client_error' }),
];
