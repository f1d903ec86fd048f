/* Somebody whom the house looks after without a bed: the page of admission, asking for other things (Served.tsx). */

import { Coming } from './Admit';

export default function Outside() {
  return <Coming living="away" />;
}
