/** Types for the tests; the script itself is plain JavaScript. */
export function linkCuda(nvidia: string, sitePackages?: string | null): string[];
