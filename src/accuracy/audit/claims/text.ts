/** What is no claim at all. */
import type { Claim } from '../claim.ts';

export const TEXT_CLAIMS: readonly Claim[] = [
  {
    id: 'translation-debris',
    section: 'The text',
    quote: 'coloque el lado recubierto hacia arriba durante el templado',
    printed: null,
    derivation: [],
    unnumbered: 'wrong',
    remark:
      'An instruction for tempering glass stands where the heads are defined, and the decoder is called "Descifrador", a decipherer: slips of the translation, without content.',
  },
];
