import { pinVerbOf } from './pinning.js';

export const pinVerb = pinVerbOf(true);
