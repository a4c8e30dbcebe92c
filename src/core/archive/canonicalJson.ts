// One sequence of bytes for each value: RFC 8785, which is what JSON.stringify writes once the keys are in order.
// Lone surrogates (odd bytes in names of boards), which the RFC leaves out, become `\udcxx` escapes.

/**
 * @param value strings, finite numbers, booleans, null, and arrays and plain objects of these
 * @returns keys in the order of UTF-16 code units, no white space, no newline at the end
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
