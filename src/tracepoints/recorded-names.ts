/** Texts that a recording brings with it to say numbers in words: format strings by address, command lines by tid. */

const unescaped: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['"', '"'],
]);

/** tracefs `printk_formats`: `0xffffffff8281972f : "thaw_processes"`, with newline, tab and quote escaped (kernel/trace/trace_printk.c, `t_show`). */
export function parsePrintkFormats(text: string): ReadonlyMap<bigint, string> {
  const formats = new Map<bigint, string>();
  for (const line of text.split('\n')) {
    const parts = /^\s*(?:0x)?([0-9a-fA-F]{1,16}) : (.*)$/.exec(line);
    if (parts === null) continue;
    const written = parts[2]!.replace(/^"/, '').replace(/"\s*$/, '');
    formats.set(
      BigInt(`0x${parts[1]}`),
      written.replace(/\\(.)/g, (escape, letter: string) => unescaped.get(letter) ?? escape),
    );
  }
  return formats;
}

/** tracefs `saved_cmdlines`: `4711 kworker/0:1`. */
export function parseCommandLines(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const parts = /^\s{0,32}([0-9]{1,10}) (.*)$/.exec(line);
    if (parts !== null) names.set(Number(parts[1]), parts[2]!);
  }
  return names;
}
