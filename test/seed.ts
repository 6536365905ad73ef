/**
 * Properties are tried on the same random values in every run: a run that fails, fails again. `DIATRACE_SEED=N` takes others;
 * new ones are what `npm run fuzz` is for.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['DIATRACE_SEED'] ?? 1) });
