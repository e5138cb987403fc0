import { channelStatuses, doorModes, faultKindNames, faultKinds } from '#libs/simulators';
import { optionOf } from './fault-options.js';

export function usageText(): string {
  const kinds = faultKindNames.map((name) => {
    const { summary, parameters } = faultKinds[name];
    return `  ${name.padEnd(21)}${[summary, ...parameters.map(optionOf)].join('  ')}`;
  });
  return `Break a simulated provider, and mend it again.

  npm run fault -- CHANNEL KIND [options]   break it: npm run fault -- anthropic-primary overloaded
  npm run fault -- CHANNEL off              mend it
  npm run fault -- CHANNEL status STATUS    what the vendor's status page says of it
  npm run fault -- door NAME MODE           another port to the channels, or one at which connections fail
  npm run fault -- list                     what is broken now

CHANNEL is a simulated channel, several with commas between them, or 'all'. Options for every kind:
  --percent 50        the share of calls to strike (default 100)
  --sticky prompt     the share is one of conversations: the same ones every time; 'credential': of keys
  --start-after 10s   begin later (ms, s, m, h; a bare number means seconds)
  --onset 1m          the share grows evenly from nothing
  --period 20s        flap: on for this time, off for this time
  --duration 30s      mend itself after this time
  --recovery 1m       after the duration, the share falls evenly to nothing
  --stagger 20s       of several channels, each next one mends itself this much later
  --seed 7            which calls are struck follows from it
  --model NAME        only calls to this model
  --credential KEY    only calls with this key, or with the key of this digest
  --min-prompt 1000   only prompts of so many tokens or more; --max-prompt 8000: or fewer
  --stream            only streamed calls; --no-stream: only unstreamed ones
  --id NAME           to have several of one kind

Kinds, with the options of their own:
${kinds.join('\n')}

--retry-after 10 is sent in seconds; --retry-after-form date or ms sends another form, --retry-after-text=NaN anything.
STATUS is one of ${channelStatuses.join(', ')}. The page is at /_status/CHANNEL of the simulator.
MODE is one of ${doorModes.join(', ')}. The command shows the door's address.

The simulator is looked for at BREAKWATER_SIMULATOR_URL, by default http://127.0.0.1:8090.`;
}
