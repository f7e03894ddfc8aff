/** Which memproof judges: part of every report's identity. A test holds it to package.json and CITATION.cff. */
export const VERSION = '0.1.0';
