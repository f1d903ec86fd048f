/* English: signing in, accounts, traces. */

import type { access as vi } from '../vi/access';

export const access: Record<keyof typeof vi, string> = {
  'screen.loading': 'Opening…',
  'screen.failed': 'This part could not be opened.',
  'screen.failedDo': 'The line is down, or the program has just been renewed. What was saved is safe. Check the network, then reload the page.',
  'access.noPermission': 'You may not see this part.',
  'access.noPermissionFor': 'You may not see: {what}.',
  'access.noPermissionDo': 'If your work needs it, ask the head of the facility. The administrator gives rights by role.',
  'access.goHome': 'To the first page',
};
