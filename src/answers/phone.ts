import type { Phone } from '../model/index.ts';
import { Wrong } from './wrong.ts';

// ITU E.164 calling codes. One digit: 1 and 7; three digits where the first two are listed here; two digits otherwise.
const oneDigit = /^[17]/;
const threeDigits = /^(?:2[1-689]|3[578]|42|5[09]|6[789]|8[057]|9[679])/;
const unassigned = /^(?:21[0457-9]|28|83|89|99[79]|0)/;
/** Countries whose national numbers are dialled with a leading 0 at home and without it from abroad. PagerDuty refuses it there. */
const trunkZero = new Set([
  20, 27, 31, 32, 33, 40, 41, 43, 44, 46, 49, 60, 61, 62, 63, 64, 66, 81, 82, 84, 86, 90, 91, 92, 94, 353, 358, 380,
]);
const tollFree = /^8(?:00|33|44|55|66|77|88)/;

const shape = 'Write it with country code and national number: "+1" and ten digits, "+49" and the number without its 0.';

/** @returns calling code and national digits (no trunk zero), or why it is no number PagerDuty could call. */
export function readPhone(typed: string): Phone | Wrong {
  const text = typed.trim();
  if (/[^\d\s()./+-]/.test(text)) return new Wrong(`${shown(text)} is no phone number`, shape);
  if (!text.startsWith('+') && !text.startsWith('00')) return new Wrong(`${shown(text)} has no country code`, shape);
  const international = text.replace(/^(?:\+|00)/, '').replace(/\(0\)/, '');
  if (international.includes('+')) return new Wrong(`${shown(text)} is no phone number`, shape);
  const digits = international.replace(/\D/g, '');
  const length = oneDigit.test(digits) ? 1 : threeDigits.test(digits) ? 3 : 2;
  const countryCode = Number(digits.slice(0, length));
  if (digits.length <= length || unassigned.test(digits)) return new Wrong(`${shown(text)} begins with no country's code`, shape);
  return national(countryCode, digits.slice(length), text);
}

function national(countryCode: number, digits: string, text: string): Phone | Wrong {
  const home = trunkZero.has(countryCode) ? digits.replace(/^0/, '') : digits;
  if (countryCode === 1) return northAmerican(home, text);
  if (home.startsWith('800') && home.length >= 9)
    return new Wrong(`${shown(text)} is a toll-free number, which PagerDuty cannot call`, 'Give a mobile number.');
  if (home.length < 5) return new Wrong(`${shown(text)} is too short`, shape);
  if (String(countryCode).length + home.length > 15) return new Wrong(`${shown(text)} is too long: a number has at most 15 digits`, shape);
  return { countryCode, digits: home };
}

function northAmerican(digits: string, text: string): Phone | Wrong {
  if (digits.startsWith('1')) return new Wrong(`${shown(text)} says the 1 of North America twice`, shape);
  if (digits.length !== 10)
    return new Wrong(`${shown(text)} has ${digits.length} digits after the 1; North American numbers have 10`, shape);
  if (tollFree.test(digits)) return new Wrong(`${shown(text)} is a toll-free number, which PagerDuty cannot call`, 'Give a mobile number.');
  if (!/^[2-9]/.test(digits)) return new Wrong(`${shown(text)} has no area code that exists`, shape);
  return { countryCode: 1, digits };
}

/** "+1 2025550101": what `readPhone` reads back as the same number. */
export function writePhone(phone: Phone): string {
  return `+${phone.countryCode} ${phone.digits}`;
}

/** A number, even a wrong one, is somebody's: its last two digits are enough to find it in the file. */
function shown(text: string): string {
  const digits = text.replace(/\D/g, '');
  return digits.length < 4 ? 'this' : `the number ending in ${digits.slice(-2)}`;
}
