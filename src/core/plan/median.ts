/** What half of the numbers do not reach: of an even count, the greater one in the middle. @returns undefined if there is none */
export function medianOf(numbers: readonly number[]): number | undefined {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}
