/**
 * A function of the kernel is recorded as its address; in traces that are text it is there by its name. One field of the tracer is two of
 * ours, of which the one is there that its type fits.
 */
export const functionName: Readonly<Record<string, readonly string[]>> = { function_name: ['function'] };
