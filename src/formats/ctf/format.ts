/** The Common Trace Format: folders of CTF 1.8 and CTF 2 as LTTng, perf, barectf, Babeltrace and others write them. */
import type { TraceInput } from '../../bytes/source.ts';
import type { Format, Sniffed } from '../../events/reader.ts';
import { baseName, findTraces } from './find-traces.ts';
import { inspection } from './inspect.ts';
import { openCtf } from './reader.ts';

export const format: Format = {
  id: 'ctf',
  title: 'CTF 1.8 and CTF 2',
  sniff,
  open: (input, options) => openCtf(input, findTraces(input), options),
  inspection,
};

/**
 * Metadata is packets that begin with a magic number (CTF 1.8 §7.1), or plain text, which begins with this signature, or in
 * CTF 2 with a record separator (CTF2-SPEC-2.0 §5).
 */
const textSignature = '/* CTF';
const recordSeparator = '\x1e';
const packetMagics = ['75d11d57', '571dd175'];

function sniff(input: TraceInput): Sniffed {
  if (input.kind === 'file') {
    const name = baseName(input.name);
    if (name === 'metadata')
      return {
        confidence: 'no',
        reason: 'this is the metadata of a CTF trace: give the folder that it is in',
      };
    return { confidence: 'no', reason: 'a CTF trace is a folder with a file named metadata' };
  }
  const [first] = findTraces(input);
  if (first === undefined)
    return { confidence: 'no', reason: 'no file named metadata in the folder or below it' };
  const source = first.metadata.open();
  try {
    const bytes = new Uint8Array(16);
    const count = source.read(0, bytes);
    const hex = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('');
    const text = String.fromCharCode(...bytes.subarray(0, count));
    if (packetMagics.includes(hex))
      return { confidence: 'magic', reason: `${first.metadata.path} begins with CTF's metadata magic` };
    if (text.startsWith(textSignature))
      return { confidence: 'magic', reason: `${first.metadata.path} begins with ${textSignature}` };
    if (text.startsWith(recordSeparator))
      return { confidence: 'magic', reason: `${first.metadata.path} begins with CTF 2's record separator` };
    return { confidence: 'structure', reason: `a file named ${first.metadata.path}` };
  } finally {
    source.close();
  }
}
