import type { FirstKey } from './first-key.js';
import { defaultSimulatorPort } from './options.js';

export interface Announcement {
  readonly url: string;
  readonly consoleUrl: string;
  readonly routes: readonly string[];
  /** The simulated channels, `id:family`. */
  readonly simulated: readonly string[];
  readonly simulatorPort: number;
  readonly key: FirstKey;
  readonly stateDirectory: string;
}

/** What is printed when agents can post: everything in it can be copied and run as it stands. */
export function banner(announcement: Announcement): string {
  const { url, consoleUrl, routes, key } = announcement;
  const route = (vendor: string): string => routes.find((id) => id.startsWith(vendor)) ?? routes[0] ?? 'ROUTE';
  // A key that has just been made is in no variable yet.
  const shell = key.kind === 'made' ? key.key : '$BREAKWATER_API_KEY';
  const script = key.kind === 'made' ? `'${key.key}'` : 'process.env.BREAKWATER_API_KEY';
  return `
Breakwater is ready.
  agents    ${url}  (OpenAI: ${url}/v1, Anthropic: ${url})
  console   ${consoleUrl}
  ${keyLine(announcement)}

# A streamed call
curl -N ${url}/v1/chat/completions -H "authorization: Bearer ${shell}" -H "content-type: application/json" -d '{"model":"${route('claude')}","stream":true,"messages":[{"role":"user","content":"Hello"}]}'

# The OpenAI SDK
import OpenAI from 'openai';
const openai = new OpenAI({ baseURL: '${url}/v1', apiKey: ${script} });
const chat = await openai.chat.completions.create({ model: '${route('gpt')}', messages: [{ role: 'user', content: 'Hello' }] });
console.log(chat.choices[0].message.content);

# The Anthropic SDK
import Anthropic from '@anthropic-ai/sdk';
const anthropic = new Anthropic({ baseURL: '${url}', apiKey: ${script} });
const message = await anthropic.messages.create({ model: '${route('claude')}', max_tokens: 256, messages: [{ role: 'user', content: 'Hello' }] });
console.log(message.content);

# What it cost
curl -H "authorization: Bearer ${shell}" ${consoleUrl}/usage
${simulation(announcement)}
Ctrl-C stops everything.
`;
}

function simulation({ simulated: [first], simulatorPort }: Announcement): string {
  if (first === undefined) return '';
  const channel = first.split(':')[0];
  // The other terminal does not know of a port that only this one was given.
  const place = simulatorPort === defaultSimulatorPort ? '' : `BREAKWATER_SIMULATOR_PORT=${simulatorPort} `;
  return `
# Providers are simulated. Break one, and watch calls go on over the next; then mend it
${place}npm run fault -- ${channel} overloaded
${place}npm run fault -- ${channel} off
`;
}

function keyLine({ key, stateDirectory }: Announcement): string {
  switch (key.kind) {
    case 'made':
      return `key       ${key.key}  (shown only now; export BREAKWATER_API_KEY=${key.key})`;
    case 'given':
      return 'key       the one in BREAKWATER_API_KEY';
    case 'known':
      return `key       shown at the first start. Lost? Set BREAKWATER_API_KEY to a new one, or delete ${stateDirectory}/keys.yaml, and start again`;
  }
}
