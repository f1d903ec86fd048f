/* Vite plugin: `import 'virtual:mantine-variables.css'` gives the CSS variables that MantineProvider would otherwise put
 * into a <style> element at run time. Made from src/theme.ts, so the theme is written once. */

import { convertCssVariables, DEFAULT_THEME, defaultCssVariablesResolver, deepMerge, mergeMantineTheme } from '@mantine/core';
import type { Plugin } from 'vite';
import { cssVariablesResolver, KEPT_COLORS, theme } from '../src/theme';

const NAME = 'virtual:mantine-variables.css';

export function mantineVariables(): Plugin {
  return {
    name: 'mantine-variables',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load: (id) => (id === `\0${NAME}` ? styleSheet() : undefined),
  };
}

function styleSheet(): string {
  const merged = mergeMantineTheme(DEFAULT_THEME, theme);
  const colors = Object.fromEntries(Object.entries(merged.colors).filter(([name]) => KEPT_COLORS.includes(name)));
  const trimmed = { ...merged, colors: colors as typeof merged.colors };
  const variables = deepMerge(defaultCssVariablesResolver(trimmed), cssVariablesResolver(trimmed));
  const scheme = [
    ':root[data-mantine-color-scheme="dark"] { --mantine-color-scheme: dark; }',
    ':root[data-mantine-color-scheme="light"] { --mantine-color-scheme: light; }',
  ];
  return `${convertCssVariables(variables, ':root')}\n${scheme.join('\n')}\n`;
}
