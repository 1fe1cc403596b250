/** A problem as the editor shows it, found here or by a server that may know more kinds of them. */
import type { Problem } from '../../../engine/flow/problem.ts';

export type FlowProblem = Pick<Problem, 'severity' | 'node' | 'field' | 'message'> & { code: string };
