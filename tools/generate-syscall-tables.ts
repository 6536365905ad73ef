/**
 * Writes src/vocabulary/syscall-tables.generated.ts from the kernel's uapi headers, as the C preprocessor sees them:
 *
 *   cpp -dM -include asm/unistd_64.h - </dev/null >x86_64.txt            unistd_32.h for i386, errno.h for errno
 *   cpp -dM -nostdinc -D__aarch64__ -D__LP64__ -I INCLUDE -include asm/unistd.h - </dev/null >arm64.txt
 *   cpp -dM -nostdinc -U__x86_64__ -D__ARM_EABI__ -I INCLUDE -include asm/unistd.h - </dev/null >arm.txt
 *   node tools/generate-syscall-tables.ts x86_64=x86_64.txt i386=i386.txt arm64=arm64.txt arm=arm.txt errno=errno.txt
 *
 * PROVENANCE.md names the packages that the headers are from.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const target = new URL('../src/vocabulary/syscall-tables.generated.ts', import.meta.url);

/** Numbers by name, of all macros with a prefix; a macro may refer to others and add a number. */
function readMacros(path: string, prefix: string): Map<string, number> {
  const bodies = new Map<string, string>();
  for (const match of readFileSync(path, 'utf8').matchAll(/^#define (\w+) (.+)$/gm))
    bodies.set(match[1]!, match[2]!);
  const values = new Map<string, number>();
  for (const name of bodies.keys()) {
    if (!name.startsWith(prefix)) continue;
    const value = macroValue(bodies, name, 0);
    if (value !== undefined) values.set(name.slice(prefix.length), value);
  }
  return values;
}

function macroValue(bodies: ReadonlyMap<string, string>, name: string, depth: number): number | undefined {
  const body = bodies.get(name);
  if (body === undefined || depth > 8) return undefined;
  let sum = 0;
  for (const term of body.replaceAll(/[()\s]/g, '').split('+')) {
    const value = /^(0x)?[0-9a-f]+$/i.test(term) ? Number(term) : macroValue(bodies, term, depth + 1);
    if (value === undefined) return undefined;
    sum += value;
  }
  return sum;
}

/** `read write - open @424 pidfd_send_signal`: one word a number, `-` for none, `@n` to go on at n. */
function encode(numbers: ReadonlyMap<string, number>): string {
  const names = new Map<number, string>();
  for (const [name, number] of numbers) {
    const known = names.get(number);
    // Of several names of one number the first in the alphabet, so that the result does not depend on cpp's order.
    if (known === undefined || name < known) names.set(number, name);
  }
  const words: string[] = [];
  let next = 0;
  for (const number of [...names.keys()].sort((a, b) => a - b)) {
    if (number - next > 3) words.push(`@${number}`);
    else for (; next < number; next += 1) words.push('-');
    words.push(names.get(number)!);
    next = number + 1;
  }
  return words.join(' ');
}

/** Macros that are no calls. */
const noCalls =
  /^(syscalls|arch_specific_syscall|SYSCALL_BASE|SYSCALL_MASK|OABI_SYSCALL_BASE|arm_sync_file_range)$/;

function tableOf(architecture: string, path: string): string {
  const prefix = architecture === 'errno' ? 'E' : '__NR_';
  const numbers = readMacros(path, prefix);
  const kept = new Map<string, number>();
  for (const [name, number] of numbers) {
    if (architecture === 'errno') kept.set(`E${name}`, number);
    else if (!noCalls.test(name)) kept.set(name, number);
  }
  // Two errors have second names that the manual pages do not use.
  for (const alias of ['EWOULDBLOCK', 'EDEADLOCK']) if (architecture === 'errno') kept.delete(alias);
  return encode(kept);
}

const tables = process.argv.slice(2).map((argument) => {
  const [architecture, path] = argument.split('=') as [string, string];
  return `  ${architecture}:\n    '${tableOf(architecture, path)}',`;
});
writeFileSync(
  target,
  `/** Made by tools/generate-syscall-tables.ts from the kernel's uapi headers; do not edit. */\n\nexport const tables = {\n${tables.join('\n')}\n} as const;\n`,
);
