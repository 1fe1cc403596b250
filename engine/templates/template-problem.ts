/** Pure: what can be wrong with a template, or with filling it in for one candidate. */

/** Thrown when a template cannot be read, names a variable that does not exist, or finds one empty without a fallback. */
export class TemplateProblem extends Error {
  /** The path in question, such as `candidate.firstName`; null: the template as a whole. */
  readonly variable: string | null;
  constructor(message: string, variable: string | null = null) {
    super(message);
    this.name = 'TemplateProblem';
    this.variable = variable;
  }
}
