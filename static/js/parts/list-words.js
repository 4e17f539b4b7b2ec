/** What fields of a list are called, and how their values are shown. */
import { statusName } from './naming.js';

/** @type {Record<string, string>} */
export const FIELD_NAMES = {
  status: 'status', repeating: 'rewatch', repeats: 'repeats', progress: 'progress', progress_volumes: 'volumes', score: 'score',
  started: 'started', finished: 'finished', notes: 'notes', private: 'private',
};

/**
 * A value of a field as a person reads it.
 * @param {string} field
 * @param {unknown} value
 */
export function shownValue(field, value) {
  if (value === null || value === undefined || value === '' || (field === 'score' && value === 0)) return 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (field === 'status') return statusName(/** @type {Api.Status} */ (value));
  return value === 'all' ? 'all of it' : String(value);
}
