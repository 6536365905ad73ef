/** What a file may ask of us. Each limit is far above what real traces need and far below what hurts. */

/** A metadata file larger than this is refused (LTTng's largest known is below 2 MB). */
export const metadataSizeMaxBytes = 256 * 1024 * 1024;

/** Nesting of types, of TSDL scopes, of expressions. */
export const nestingDepthMax = 64;

/** Alignment in bits; windows begin at multiples of it. */
export const alignmentMaxBits = 4096 * 8;

/** One event record that needs a larger window than this is not read. */
export const eventSizeMaxBytes = 64 * 1024 * 1024;

/**
 * Elements that take no space, in one packet, beside one for each of its bits: the work for a packet stays in proportion to its size.
 * A packet may be a byte, so these take no longer than its head does.
 */
export const emptyElementCountMax = 1 << 10;

/** Members of one structure, options of one variant, labels of one enumeration. */
export const memberCountMax = 1 << 16;

/**
 * Types that the metadata of one trace describes in all, each use of a named type counted: named types can multiply. Beside these,
 * one for each so many characters of text: of all traces seen, the densest has one for 33.
 */
export const fieldTypeCountMax = 1 << 17;
export const fieldTypeCharacters = 16;

/** Event record classes of one trace. */
export const eventClassCountMax = 1 << 20;

/** Files below one folder that is given as a trace, and how deep they are looked for. */
export const inputFileCountMax = 100_000;
export const inputFolderDepthMax = 16;

/** |timeNs| stays below this, so that times are exact integers: 104 days on either side of the origin. */
export const timeMaxNs = 2 ** 53;

/** Periods of one definition that are open at the same time: some 50 MB. Those that began first are given up beyond it. */
export const openPeriodCountMax = 1 << 18;
