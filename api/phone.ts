/** Phone numbers as people type them → E.164. */
import parsePhoneNumber, { type CountryCode, isSupportedCountry } from 'libphonenumber-js';
import { invalid } from './problems.ts';

/** `country`: how a number without a country code is read. @throws {Problem} `invalid` when it is no number. */
export function readPhone(given: string, country: string | null): string {
  const region: CountryCode | undefined = country && isSupportedCountry(country) ? country : undefined;
  const number = parsePhoneNumber(given, region);
  if (!number?.isValid()) {
    throw invalid({
      path: 'phone',
      message:
        given.trim().startsWith('+') || region
          ? 'is not a phone number'
          : 'needs its country code, for example +351 912 345 678',
    });
  }
  return number.number;
}
