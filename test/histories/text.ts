/** A workflow's history as text and back, in the protocol's own words (enums and numbers as text, bytes as base64). */
import temporalProto from '@temporalio/proto';

const { History } = temporalProto.temporal.api.history.v1;

export type WorkflowHistory = temporalProto.temporal.api.history.v1.IHistory;

export const historyAsText = (history: WorkflowHistory): string =>
  `${JSON.stringify(
    History.toObject(History.fromObject(history), { enums: String, longs: String, bytes: String }),
    null,
    1,
  )}\n`;

export const historyFromText = (text: string): WorkflowHistory => History.fromObject(JSON.parse(text));
