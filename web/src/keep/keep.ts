/* Has the files of this build kept on the device, once the page is at rest. Only where browsers allow it: on the machine of the server itself, and over
 * https with a certificate they trust; elsewhere a page that is open goes on without the line, and one that is closed does not open again. */

const REST_MS = 5_000;

export function keepPage(): void {
  if (!window.isSecureContext || !('serviceWorker' in navigator)) return;
  setTimeout(() => {
    void navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then((at) => at.active?.postMessage('keep')).catch(() => undefined);
  }, REST_MS);
}
