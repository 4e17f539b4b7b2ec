/** In which language titles are shown: as it is set, and as this browser knew it before it asked. */
import { get } from '../lib/api.js';
import { keep, kept } from '../lib/kept.js';

/** Asks how it is set. Without an answer it stays as it was. */
export async function askTitles() {
  try {
    keep('titles', (await get('/api/settings')).titleLanguage.value);
  } catch {
    return kept('titles');
  }
  return kept('titles');
}
