/** Keys that work on a whole page. */

/** Whether a person types into something. @param {EventTarget | null} target */
export const isField = (target) => target instanceof HTMLElement
  && (target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), select, textarea'));

/**
 * Whether a key is one of a page: alone, not typed into a field, with no dialog open.
 * @param {KeyboardEvent} event
 */
export const isPages = (event) => !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented
  && !isField(event.target) && !document.querySelector('dialog[open], [popover]:popover-open');
