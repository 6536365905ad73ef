/** The version of the package; a test compares it with the manifest, which a bundle does not have at hand. */
export const version = '0.1.0';
