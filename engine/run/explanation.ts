/** What became of a step, for people: a sentence and its reasons. */
export interface Reason {
  mark: 'yes' | 'no' | 'note';
  text: string;
}

export interface Explanation {
  title: string;
  reasons: Reason[];
}
