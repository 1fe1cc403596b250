/** Pure: writing an email to the candidate. What leaves the house is checked once more when it leaves. */
import { renderMessage } from '../templates/render.ts';
import { TemplateProblem } from '../templates/template-problem.ts';
import type { EffectDefinition } from './effect.ts';

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
};
