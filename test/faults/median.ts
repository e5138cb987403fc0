/** 0 of nothing. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** By nearest rank; 0 of nothing. */
export function percentile(values: readonly number[], percent: number): number {
  const ascending = values.toSorted((one, next) => one - next);
  return ascending[Math.max(0, Math.ceil((ascending.length * percent) / 100) - 1)] ?? 0;
}
