// What is shown after a sign-in at another service: tells the page from which it began, which may be in
// another window, and closes this one or goes on. A broadcast reaches pages of this origin alone.

import { byId } from '../lib/dom.js';

const PAGE = '/settings';

function start() {
  const { outcome } = byId('main').dataset;
  const channel = new BroadcastChannel('sign-in-elsewhere');
  channel.postMessage({ service: 'anilist', outcome });
  channel.close();
  // A window that a page opened can be closed; one that the person opened stays, and goes on. What went
  // wrong stays to be read.
  if (outcome === 'connected') {
    window.close();
    location.replace(PAGE);
  }
}

start();
