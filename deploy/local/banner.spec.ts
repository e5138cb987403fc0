import { describe, expect, it } from '@jest/globals';
import { banner, type Announcement } from './banner.js';

const announcement: Announcement = {
  url: 'http://127.0.0.1:8080',
  consoleUrl: 'http://127.0.0.1:8081',
  routes: ['gpt-5', 'claude-sonnet-4-5'],
  simulated: ['anthropic-primary:anthropic'],
  simulatorPort: 8090,
  key: { kind: 'given' },
  stateDirectory: '.breakwater',
};

describe('banner', () => {
  it('breaks the first simulated channel with a command that works in another terminal', () => {
    expect(banner(announcement)).toContain('\nnpm run fault -- anthropic-primary overloaded\n');
    expect(banner({ ...announcement, simulatorPort: 9 })).toContain(
      '\nBREAKWATER_SIMULATOR_PORT=9 npm run fault -- anthropic-primary off\n',
    );
  });

  it('says nothing of faults where the providers are real', () => {
    expect(banner({ ...announcement, simulated: [] })).not.toContain('fault');
  });
});
