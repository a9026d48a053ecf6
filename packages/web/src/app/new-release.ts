const key = 'dumont.reloaded-for';

/**
 * A new release takes away the files of the page that is open: loading the page again brings the new ones. Once
 * for each file that is missing, so that one that is really gone ends in an error and not in a circle.
 */
export const followReleases = (): void => {
  addEventListener('vite:preloadError', (event) => {
    const missing = String(event.payload);
    if (sessionStorage.getItem(key) === missing) return;
    sessionStorage.setItem(key, missing);
    event.preventDefault();
    location.reload();
  });
};
