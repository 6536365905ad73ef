export function withCountedLoops(folder?: string): Map<string, string>;
