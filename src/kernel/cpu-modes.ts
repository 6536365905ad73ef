/** Who runs where a sample is taken, as perf's records say it (linux include/uapi/linux/perf_event.h). */

/** Of a record's `misc`. */
export const cpuModes = { mask: 7, kernel: 1, user: 2, hypervisor: 3, guestKernel: 4, guestUser: 5 } as const;

/** Among the addresses of a call chain these tell whose the following ones are (`enum perf_callchain_context`). */
const contexts: ReadonlyMap<bigint, number> = new Map([
  [-32n, cpuModes.hypervisor],
  [-128n, cpuModes.kernel],
  [-512n, cpuModes.user],
  [-2048n, 0],
  [-2176n, cpuModes.guestKernel],
  [-2560n, cpuModes.guestUser],
]);
/** From here to the end of all addresses there is no code. */
const firstContext = (1n << 64n) - 4095n;

/** Whether an entry of a call chain is no address. @param address from 0 up */
export function isContext(address: bigint): boolean {
  return address >= firstContext;
}

/** Whose the following addresses are; undefined for what is not known. */
export function contextMode(address: bigint): number | undefined {
  return contexts.get(BigInt.asIntN(64, address));
}
