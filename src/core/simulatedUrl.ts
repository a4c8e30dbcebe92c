// How a simulated board is named where boards are named by their URLs: `sim:NAME`.

const SCHEME = 'sim:';

export function simulatedUrl(name: string): string {
  return `${SCHEME}${name}`;
}

/** @returns undefined for a URL of anything else */
export function simulatedName(url: string): string | undefined {
  return url.startsWith(SCHEME) ? url.slice(SCHEME.length) : undefined;
}
