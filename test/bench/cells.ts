/** One kind of call that is measured. */
export interface Cell {
  readonly id: string;
  readonly bodyBytes: number;
  readonly stream: boolean;
  /** Calls a second where none are asked for: well below what two cores can carry. */
  readonly rate: number;
  /** The most CPU a call may cost Breakwater, as a share of what it costs Portkey. */
  readonly bar: number;
}

const [SMALL, LARGE] = [1024, 400 * 1024];

export const cells: readonly Cell[] = [
  { id: '1kb-json', bodyBytes: SMALL, stream: false, rate: 300, bar: 1 },
  { id: '1kb-stream', bodyBytes: SMALL, stream: true, rate: 100, bar: 1 },
  { id: '400kb-json', bodyBytes: LARGE, stream: false, rate: 30, bar: 0.7 },
  { id: '400kb-stream', bodyBytes: LARGE, stream: true, rate: 30, bar: 0.7 },
];
