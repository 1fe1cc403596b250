/** Pure: a shell command that sends a signed sample request to a source. Needs curl, openssl and xxd. */

const greenhouse = JSON.stringify({
  action: 'new_candidate_application',
  payload: {
    application: {
      id: 1,
      candidate: {
        id: 1,
        first_name: 'Ada',
        last_name: 'Sample',
        email_addresses: [{ value: 'ada@sample.example', type: 'personal' }],
      },
      jobs: [{ id: 1, name: 'Engineer' }],
    },
  },
});

const generic = JSON.stringify({
  candidate: { firstName: 'Ada', lastName: 'Sample', email: 'ada@sample.example' },
  application: { id: 'sample-1', job: { id: '1', title: 'Engineer' } },
});

export function sampleCommand(kind: 'greenhouse' | 'generic', url: string, secret: string): string {
  if (kind === 'greenhouse') {
    return [
      `BODY='${greenhouse}'`,
      `SIGNATURE=$(printf %s "$BODY" | openssl dgst -sha256 -hmac '${secret}' -r | cut -d' ' -f1)`,
      `curl -i '${url}' -H 'content-type: application/json' \\`,
      `  -H "Greenhouse-Event-ID: sample-$(date +%s)" -H "Signature: sha256 $SIGNATURE" --data-raw "$BODY"`,
    ].join('\n');
  }
  return [
    `BODY='${generic}'`,
    `ID="sample-$(date +%s)" AT=$(date +%s)`,
    `KEY=$(printf %s '${secret.replace(/^whsec_/, '')}' | base64 -d | xxd -p -c 256)`,
    `SIGNATURE=$(printf %s "$ID.$AT.$BODY" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | base64)`,
    `curl -i '${url}' -H 'content-type: application/json' -H "webhook-id: $ID" \\`,
    `  -H "webhook-timestamp: $AT" -H "webhook-signature: v1,$SIGNATURE" --data-raw "$BODY"`,
  ].join('\n');
}
