/**
 * Runs of samples, which most files are made of: those that ask no question are taken here, word by word, in a loop that does nothing else.
 * It stops at the first record that is anything but usual, of which `DataFile.take` knows what to do.
 */
import { timeMaxNs } from '../../bytes/limits.ts';
import type { RecordClasses } from './record-classes.ts';
import { recordTypes } from './record-layouts.ts';
import type { RecordList } from './record-list.ts';
import type { RecordedEvent } from './recording.ts';
import type { Rounds } from './rounds.ts';
import { headerBytes } from './sample-layout.ts';

/** Ids up to here are looked up in a table; the kernel counts them from 1. */
const idCount = 1 << 16;

/** What samples are judged by. */
export interface SampleScanParts {
  readonly classes: RecordClasses;
  readonly events: readonly RecordedEvent[];
  readonly originCycles: bigint;
  readonly beginNs: number;
  readonly endNs: number;
  /** By class id: 0 not asked yet, 1 selected, 2 not. */
  readonly isSelected: Uint8Array;
}

/** Takes runs of samples. */
export class SampleScan {
  readonly #parts: SampleScanParts;
  /** By id: the event's number and 1. Empty where there is one event, or samples do not say which. */
  readonly #eventOfId: Uint16Array;
  /** By event, in words from the record's beginning; 0 where there is none. */
  readonly #timeWord: Int32Array;
  readonly #cpuWord: Int32Array;
  readonly #baseHigh: number;
  readonly #baseLow: number;
  /** Of those that were counted. */
  latest = Number.NEGATIVE_INFINITY;
  earliest = Number.POSITIVE_INFINITY;

  constructor(parts: SampleScanParts) {
    this.#parts = parts;
    const { classes, events, originCycles } = parts;
    const isOne = events.length === 1 || classes.idAt < 0;
    this.#eventOfId = new Uint16Array(isOne ? 0 : idCount);
    if (!isOne) {
      for (const [event, { ids }] of events.entries()) {
        // Of an id that two have, the first counts.
        for (const id of ids) if (id > 0n && id < idCount) this.#eventOfId[Number(id)] ||= event + 1;
      }
    }
    const word = (at: number) => (at < 0 ? 0 : at >> 2);
    this.#timeWord = classes.timeAt.map(word);
    this.#cpuWord = classes.cpuAt.map(word);
    this.#baseHigh = Number(originCycles >> 32n);
    this.#baseLow = Number(originCycles & 0xffffffffn);
  }

  /**
   * Adds the samples from `at` on to the list.
   * @param words the window, little endian
   * @param length how many of its bytes there are
   * @returns the place of the first record that is not taken
   */
  run(words: Uint32Array, at: number, length: number, list: RecordList, rounds: Rounds): number {
    const { classes, isSelected, beginNs, endNs } = this.#parts;
    const { leastBytes } = classes;
    const [eventOfId, timeWord, cpuWord] = [this.#eventOfId, this.#timeWord, this.#cpuWord];
    const [baseHigh, baseLow] = [this.#baseHigh, this.#baseLow];
    const isOne = eventOfId.length === 0;
    const idWord = classes.idAt >> 2;
    const { limit } = rounds;
    let { key, time: times, at: places, shape, cpu, count } = list;
    let { latest } = rounds;
    let place = at;
    while (place + headerBytes <= length) {
      const word = place >> 2;
      if ((words[word] as number) !== recordTypes.sample) break;
      const sizeBytes = (words[word + 1] as number) >>> 16;
      if (place + sizeBytes > length || (sizeBytes & 7) !== 0) break;
      let event = 0;
      if (!isOne) {
        const id = words[word + idWord] as number;
        if (id >= idCount || (words[word + idWord + 1] as number) !== 0) break;
        event = (eventOfId[id] as number) - 1;
        if (event < 0) break;
      }
      const selected = isSelected[event] as number;
      const time = timeWord[event] as number;
      if (selected === 0 || time === 0 || sizeBytes < (leastBytes[event] as number)) break;
      const low = words[word + time] as number;
      const high = words[word + time + 1] as number;
      const timeNs = (high - baseHigh) * 4294967296 + (low - baseLow);
      if (!(Math.abs(timeNs) < timeMaxNs) || (low === 0 && high === 0) || timeNs <= limit) break;
      if (timeNs > latest) latest = timeNs;
      if (selected === 1 && timeNs >= beginNs && timeNs <= endNs) {
        if (count === key.length) {
          list.count = count;
          list.grow();
          ({ key, time: times, at: places, shape, cpu } = list);
        }
        key[count] = timeNs;
        if (times !== key) times[count] = timeNs;
        places[count] = place;
        shape[count] = (event << 16) | sizeBytes;
        const cpuAt = cpuWord[event] as number;
        cpu[count] = cpuAt === 0 ? -1 : (words[word + cpuAt] as number);
        count++;
      }
      place += sizeBytes;
    }
    list.count = count;
    rounds.latest = latest;
    return place;
  }

  /** The same, but only counts them. Samples whose time is outside of what is selected count too: all of it is to be selected. */
  count(words: Uint32Array, at: number, length: number, byEvent: Float64Array): number {
    const { classes, isSelected } = this.#parts;
    const { leastBytes } = classes;
    const [eventOfId, timeWord] = [this.#eventOfId, this.#timeWord];
    const [baseHigh, baseLow] = [this.#baseHigh, this.#baseLow];
    const isOne = eventOfId.length === 0;
    const idWord = classes.idAt >> 2;
    let { latest, earliest } = this;
    let place = at;
    while (place + headerBytes <= length) {
      const word = place >> 2;
      if ((words[word] as number) !== recordTypes.sample) break;
      const sizeBytes = (words[word + 1] as number) >>> 16;
      if (place + sizeBytes > length || (sizeBytes & 7) !== 0) break;
      let event = 0;
      if (!isOne) {
        const id = words[word + idWord] as number;
        if (id >= idCount || (words[word + idWord + 1] as number) !== 0) break;
        event = (eventOfId[id] as number) - 1;
        if (event < 0) break;
      }
      const time = timeWord[event] as number;
      if ((isSelected[event] as number) !== 1 || time === 0 || sizeBytes < (leastBytes[event] as number))
        break;
      const low = words[word + time] as number;
      const high = words[word + time + 1] as number;
      const timeNs = (high - baseHigh) * 4294967296 + (low - baseLow);
      if (!(Math.abs(timeNs) < timeMaxNs) || (low === 0 && high === 0)) break;
      if (timeNs > latest) latest = timeNs;
      if (timeNs < earliest) earliest = timeNs;
      byEvent[event] = (byEvent[event] as number) + 1;
      place += sizeBytes;
    }
    this.latest = latest;
    this.earliest = earliest;
    return place;
  }
}
