import type { SaidCode } from '../findings.ts';
import { errorTexts } from './error-texts.ts';
import { findingTexts } from './finding-texts.ts';

/** All that the server says, in Portuguese. */
export const words: Readonly<Record<SaidCode, string>> = { ...errorTexts, ...findingTexts };
