/** Buffers whose option is missing since the file was cut: the recorder writes that option after the buffer's pages. */
import type { ByteSource } from '../../bytes/source.ts';
import type { FileHead } from './file-head.ts';
import type { Note, TraceBuffer } from './trace-file.ts';

export function recoverBuffers(
  _source: ByteSource,
  _head: FileHead,
  _known: ReadonlySet<number>,
  _clockName: string,
  _note: Note,
): readonly TraceBuffer[] {
  return [];
}
