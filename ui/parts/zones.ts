/** Every IANA zone that the browser knows, for a Select. */
export const zoneOptions = (): { value: string; label: string }[] =>
  Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }));
