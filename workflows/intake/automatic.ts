/** Pure: tells an out-of-office note from what a person wrote. Source: RFC 3834 and the headers in common use. */

const subjects = [
  /^(auto(matic)?[ -]?(reply|response)|automatische antwort|abwesenheit|out of (the )?office|réponse automatique|respuesta automática|resposta automática|risposta automatica)/i,
];

export function isAutomaticReply(headers: Record<string, string>, subject: string): boolean {
  const header = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.toLowerCase()]),
  );
  const submitted = header.get('auto-submitted');
  if (submitted !== undefined && !submitted.startsWith('no')) return true;
  if (/\b(bulk|auto_reply|junk|list)\b/.test(header.get('precedence') ?? '')) return true;
  if (
    header.has('x-autoreply') ||
    header.has('x-autorespond') ||
    header.has('x-auto-response-suppress-reply')
  )
    return true;
  return subjects.some((pattern) => pattern.test(subject.trim()));
}
