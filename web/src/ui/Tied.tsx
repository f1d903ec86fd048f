/* What stands in a box of Mantine's: its Input lets go of aria-describedby outside its own wrapper, so who does not see the words below the box
 * (what is wrong, the value before) would not hear them. `<Input component={Tied} about={id}>` keeps the two together. */

import type { ComponentProps } from 'react';

export function Tied({ about, ...rest }: ComponentProps<'input'> & { about?: string }) {
  return <input {...rest} aria-describedby={about} />;
}
