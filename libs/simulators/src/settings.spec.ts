import { describe, expect, it } from '@jest/globals';
import { settingsFrom } from './settings.js';

describe('settingsFrom', () => {
  it('has defaults for everything', () => {
    expect(settingsFrom({})).toMatchObject({
      port: 8090,
      channels: [
        { id: 'openai-primary', family: 'openai' },
        { id: 'openai-backup', family: 'openai' },
        { id: 'anthropic-primary', family: 'anthropic' },
        { id: 'anthropic-backup', family: 'anthropic' },
      ],
    });
  });

  it('reads port, channels and pace', () => {
    const settings = settingsFrom({
      BREAKWATER_SIMULATOR_PORT: '0',
      BREAKWATER_SIMULATOR_CHANNELS: 'x:openai, y:anthropic',
      BREAKWATER_SIMULATOR_PACE: '200,20',
    });
    expect(settings).toEqual({
      port: 0,
      channels: [
        { id: 'x', family: 'openai' },
        { id: 'y', family: 'anthropic' },
      ],
      pace: { firstTokenMs: 200, tokenMs: 20 },
    });
  });

  it.each([
    [{ BREAKWATER_SIMULATOR_PORT: '70000' }, /PORT is '70000'/],
    [{ BREAKWATER_SIMULATOR_CHANNELS: 'x:gemini' }, /CHANNELS has 'x:gemini'/],
    [{ BREAKWATER_SIMULATOR_PACE: '5' }, /PACE is '5'/],
  ])('refuses %j with the variable and the fix', (environment, message) => {
    expect(() => settingsFrom(environment)).toThrow(message);
  });
});
