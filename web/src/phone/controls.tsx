/* What the light page has in the place of Mantine: the three controls its screens use, under the same names and with the same classes, so that
 * app.css dresses both; and the choice of light or dark, kept where Mantine keeps it. vite.phone.config.ts puts this file where a screen
 * asks for '@mantine/core'. A control that is not here is found at the build, not by somebody in care. */

import { forwardRef, useSyncExternalStore, type ComponentProps, type ReactNode } from 'react';
import './controls.css';

interface ButtonProps extends Omit<ComponentProps<'button'>, 'ref'> {
  component?: 'a'; href?: string; variant?: 'default' | 'subtle'; color?: 'red'; leftSection?: ReactNode; loading?: boolean; fullWidth?: boolean;
  target?: string; rel?: string; download?: string;
}

export function Button({ component, variant, color, leftSection, loading = false, fullWidth = false, className = '', disabled = false, children, ...rest }: ButtonProps) {
  const dress = {
    className: `mantine-Button-root ${fullWidth ? 'an-wide ' : ''}${className}`, 'data-variant': variant ?? 'filled', 'data-color': color,
    'data-loading': loading || undefined, 'data-disabled': disabled || loading || undefined,
  };
  const inside = (
    <span className="mantine-Button-inner">
      {leftSection !== undefined && <span className="mantine-Button-section">{leftSection}</span>}
      <span className="mantine-Button-label">{children}</span>
    </span>
  );
  if (component === 'a') return <a {...(rest as ComponentProps<'a'>)} {...dress}>{inside}</a>;
  return <button type="button" {...rest} {...dress} disabled={disabled || loading}>{inside}</button>;
}

type InputProps = Omit<ComponentProps<'input'>, 'ref'> & { error?: boolean; component?: unknown; about?: string };

export const Input = forwardRef<HTMLInputElement, InputProps>(function Input({ error = false, className = '', component: _tied, about, ...rest }, ref) {
  return (
    <div className={`mantine-Input-wrapper ${className}`}>
      <input {...rest} ref={ref} aria-describedby={about} className="mantine-Input-input" data-error={error || undefined} aria-invalid={error || undefined} />
    </div>
  );
});

/* The height in steps of a style sheet: no inline styles here. */
export function Skeleton({ height }: { height?: number; width?: string; mb?: number }) {
  return <div className={`an-skeleton ${(height ?? 48) > 60 ? 'an-skeleton-tall' : ''}`} />;
}

/* ---- light or dark ---- */

type Scheme = 'light' | 'dark';
const STORED = 'mantine-color-scheme-value';
const dark = window.matchMedia('(prefers-color-scheme: dark)');
let chosen: Scheme | undefined = stored();
const heard = new Set<() => void>();

function stored(): Scheme | undefined {
  try {
    const kept = localStorage.getItem(STORED);
    return kept === 'light' || kept === 'dark' ? kept : undefined;
  } catch {
    return undefined; /* storage switched off */
  }
}
const now = (): Scheme => chosen ?? (dark.matches ? 'dark' : 'light');
function tell(): void {
  document.documentElement.setAttribute('data-mantine-color-scheme', now());
  for (const one of heard) one();
}
dark.addEventListener('change', tell);
tell();

const subscribe = (one: () => void): (() => void) => {
  heard.add(one);
  return () => { heard.delete(one); };
};
export const useComputedColorScheme = (_otherwise: Scheme): Scheme => useSyncExternalStore(subscribe, now);

function setColorScheme(next: Scheme): void {
  chosen = next;
  try {
    localStorage.setItem(STORED, next);
  } catch {
    /* the choice lasts until the tab closes */
  }
  tell();
}
export const useMantineColorScheme = (_options?: object): { setColorScheme: typeof setColorScheme } => ({ setColorScheme });
