/** How many targets a route has, and which of them are faulty. The first two are of the pinned model, the third is not. */
export interface Shape {
  readonly name: ShapeName;
  readonly faulty: readonly boolean[];
}

export type ShapeName = '1' | '2' | '3' | '2 down';

export const shapes: readonly Shape[] = [
  { name: '1', faulty: [true] },
  { name: '2', faulty: [true, false] },
  { name: '3', faulty: [true, true, false] },
  { name: '2 down', faulty: [true, true] },
];
