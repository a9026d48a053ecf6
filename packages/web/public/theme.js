// Runs before the first paint, so that a chosen theme does not flash the other one.
(() => {
  try {
    const { state } = JSON.parse(localStorage.getItem('dumont.preferences') ?? '{}');
    if (state?.theme === 'light' || state?.theme === 'dark') {
      document.documentElement.dataset.theme = state.theme;
    }
  } catch {
    // Storage is blocked or holds something else: the system's theme stays.
  }
})();
