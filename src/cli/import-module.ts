/** Imports a module by its URL. The build puts `built-import-module.ts` in the place of this file. */
export function importModule(url: string): Promise<unknown> {
  return import(url);
}
