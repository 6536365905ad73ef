/** Requests to one device that are under way, found by their first sector, and by the sector after their last one. */
export interface Extent {
  nrSector: number;
}

/** More than a device has in its queue: those before were lost. */
const countMax = 1 << 16;

export class PendingRequests<Request extends Extent> {
  readonly #bySector = new Map<number, Request>();
  /** First sectors by ends. What is found there may have gone, or grown, since. */
  readonly #firstByEnd = new Map<number, number>();

  find(sector: number): Request | undefined {
    return this.#bySector.get(sector);
  }

  /** The request to which what begins at a sector can be added. */
  endingAt(sector: number): Request | undefined {
    const first = this.#firstByEnd.get(sector);
    const request = first === undefined ? undefined : this.#bySector.get(first);
    return first !== undefined && request !== undefined && first + request.nrSector === sector
      ? request
      : undefined;
  }

  /** @returns how many were given up to make room */
  set(sector: number, request: Request): number {
    const lost = this.#bySector.size >= countMax ? this.#bySector.size : 0;
    if (lost > 0) {
      this.#bySector.clear();
      this.#firstByEnd.clear();
    }
    this.#bySector.set(sector, request);
    this.#firstByEnd.set(sector + request.nrSector, sector);
    return lost;
  }

  /** A request has another length now. */
  resize(sector: number, request: Request, nrSector: number): void {
    this.#firstByEnd.delete(sector + request.nrSector);
    request.nrSector = nrSector;
    this.#firstByEnd.set(sector + nrSector, sector);
  }

  /** Adds to the end of the request that ends where this begins. @returns it */
  extend(sector: number, nrSector: number, isWanted: (request: Request) => boolean): Request | undefined {
    const request = this.endingAt(sector);
    if (request === undefined || !isWanted(request)) return undefined;
    this.resize(sector - request.nrSector, request, request.nrSector + nrSector);
    return request;
  }

  delete(sector: number): void {
    const request = this.#bySector.get(sector);
    if (request === undefined) return;
    this.#bySector.delete(sector);
    if (this.#firstByEnd.get(sector + request.nrSector) === sector)
      this.#firstByEnd.delete(sector + request.nrSector);
  }

  values(): IterableIterator<Request> {
    return this.#bySector.values();
  }
}
