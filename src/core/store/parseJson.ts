// JSON of a store, which somebody else may have changed: limited in size, and checked against a schema (P44).

import * as v from 'valibot';
import { excessOf, type JsonLimits } from '../archive/jsonLimits.js';

/** @returns undefined if it exceeds the limits, is not JSON, or does not match the schema */
export function parseJson<Output>(
  bytes: Uint8Array,
  schema: v.GenericSchema<unknown, Output>,
  limits: JsonLimits,
): Output | undefined {
  if (excessOf(bytes, limits)) return undefined;
  try {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    const parsed = v.safeParse(schema, JSON.parse(text), { abortEarly: true });
    return parsed.success ? parsed.output : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
