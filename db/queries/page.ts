/** Keyset pages: what a list is asked for, and where it goes on. */

/** `limit` rows and one more, so that the caller sees whether the list goes on. */
export interface Page<After> {
  limit: number;
  after: After | null;
}
export interface AfterTime {
  at: Date;
  id: string;
}
export interface AfterName {
  key: string;
  id: string;
}
