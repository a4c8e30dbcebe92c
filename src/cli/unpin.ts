import { pinVerbOf } from './pinning.js';

export const unpinVerb = pinVerbOf(false);
