import { type Catalogue, en } from './en';

/** The texts in the language of the app. */
export const t: Catalogue = en;
export * from './format';
