/** The ways of a flow's splits and holdouts, compared. */
import { z } from '@hono/zod-openapi';

const count = z.number().int();
const share = z.number().nullable();

export const comparedWay = z.object({
  port: z.string(),
  label: z.string(),
  /** What the others are compared with: those held out, else the first way. */
  isBase: z.boolean(),
  /** Went this way, on their first visit. */
  entered: count,
  /** Of them, those whose window for the goal is over: the share's denominator. */
  decided: count,
  /** The others, reached or not. */
  maturing: count,
  reached: count,
  share,
  /** 95 % Wilson interval of the share. */
  low: share,
  high: share,
  /** This way's share less the base's, with its 95 % interval (Newcombe 1998, method 10). Null: nothing to compare. */
  against: z.object({ difference: z.number(), low: z.number(), high: z.number() }).nullable(),
  /** The numbers are too small to say anything about a difference. */
  tooFew: z.boolean(),
});
export type ComparedWay = z.infer<typeof comparedWay>;

export const waysSchema = z
  .object({
    version: count.nullable(),
    /** The goal's. Null: the version has no goal, and nothing is compared. */
    window: z.string().nullable(),
    /** A difference is only spoken of where each way has so many decided, and both together so many who reached the goal. */
    fewest: z.object({ decided: count, reached: count }),
    splits: z.array(
      z.object({
        node: z.string(),
        title: z.string(),
        isHoldout: z.boolean(),
        ways: z.array(comparedWay),
      }),
    ),
  })
  .openapi('FlowWays');
export type FlowWays = z.infer<typeof waysSchema>;
