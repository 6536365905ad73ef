/** The version of the package; a test compares it with the manifest, which a bundle does not have at hand. */
export const version = '0.1.0';

/** The version of LAMI that is spoken; a test compares it with the metadata. */
export const lamiVersionText = '1.0';
