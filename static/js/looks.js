/** How the page looks by this browser's choice. It is no module, so that it runs before the first paint. */
(() => {
  const root = document.documentElement;
  for (const name of ['theme', 'density']) {
    try {
      const chosen = localStorage.getItem(name);
      if (chosen) root.dataset[name] = chosen;
    } catch {
      // A browser that keeps nothing follows the system.
    }
  }
})();
