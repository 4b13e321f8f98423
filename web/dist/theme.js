// Runs before the first paint, so that a stored theme does not flash.
try {
  const theme = localStorage.getItem('errata.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; the system's theme is used then.
}
