/** Ids are UUIDv7: they sort by the time they were made. */
import { v7 } from 'uuid';

/** `at` in milliseconds since 1970: give the injected clock's now, so that ids follow its order. */
export const newId = (at?: number): string => (at === undefined ? v7() : v7({ msecs: at }));
