/** Pure: writing an email to the candidate. What leaves the house is checked once more when it leaves. */
import { renderMessage } from '../templates/render.ts';
import { TemplateProblem } from '../templates/template-problem.ts';
import type { EffectDefinition } from './effect.ts';

export interface EmailSend {
  input: { templateId: string; templateVersionId: string };
  /** Null template: gone. `suppressed`: why this address may not be written to, as a sentence. */
  known: { template: { name: string; subject: string; body: string } | null; suppressed: string | null };
  decision: { to: string; subject: string; html: string; text: string };
}

export const emailSend: EffectDefinition<'email.send'> = {
  type: 'email.send',
  decide({ templateId }, { template, suppressed }, facts) {
    if (!template) return { outcome: 'failed', code: 'template-gone', detail: { templateId } };
    const detail = { templateId, template: template.name };
    const { email, status } = facts.candidate;
    if (!email) return { outcome: 'skipped', code: 'no-address', detail };
    if (status === 'do-not-contact') return { outcome: 'skipped', code: 'do-not-contact', detail };
    if (suppressed !== null)
      return { outcome: 'skipped', code: 'suppressed', detail: { ...detail, reason: suppressed } };
    try {
      const message = renderMessage(template, facts);
      return {
        outcome: 'done',
        detail: { ...detail, subject: message.subject },
        decision: { to: email, ...message },
        events: [],
        facts,
      };
    } catch (error) {
      if (!(error instanceof TemplateProblem)) throw error;
      return {
        outcome: 'failed',
        code: 'template-problem',
        detail: { ...detail, variable: error.variable, message: error.message },
      };
    }
  },
  simulate: ({ templateId }, world) => ({
    template: world.templates.find((each) => each.id === templateId) ?? null,
    suppressed: world.suppressed ?? null,
  }),
  words: {
    done: ({ template }) => `Sent “${template}”`,
    unchanged: ({ template }) => `Email “${template}”`,
    skipped: ({ template }) => `Did not send “${template}”`,
    failed: ({ template }) => `Could not send “${template ?? 'a template that is gone'}”`,
    codes: {
      suppressed: ({ reason }) => String(reason ?? 'Nothing may be sent to this address'),
      'template-problem': ({ message }) => String(message ?? 'The template cannot be filled in'),
    },
    notes: ({ subject }) => (subject ? [{ mark: 'note', text: `“${subject}”` }] : []),
  },
};
