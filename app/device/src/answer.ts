import { z } from 'zod';

/** What an oracle said of one report. All three are final: it need not be sent again. */
export const answerSchema = z.union([
  z.object({ status: z.enum(['accepted', 'duplicate']) }),
  z.object({ status: z.literal('rejected'), code: z.string().min(1), reason: z.string().default('') }),
]);

/** See {@link answerSchema}. */
export type Answer = z.infer<typeof answerSchema>;

/** The answer to `POST /v1/reports`: one entry a report, in order. */
export const batchAnswerSchema = z.object({ results: z.array(answerSchema) });

/** The body of every refusal. */
export const refusalSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
