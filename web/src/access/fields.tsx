/* The few fields of sign-in: a text, a password that can be looked at, and what went wrong with a wait that counts down. */

import { Button, Input } from '@mantine/core';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { useI18n, type I18n } from '../i18n/context';
import { Icon } from '../ui/Icon';
import { Tied } from '../ui/Tied';
import { AuthError, type AuthProblem } from './api';

interface TextProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  trouble?: string | undefined;
  autoComplete?: string;
  inputMode?: 'text' | 'numeric' | 'none';
  autoFocus?: boolean;
  maxLength?: number;
  required?: boolean;
  disabled?: boolean;
}

export function TextField(props: TextProps) {
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  useFocusOnce(box, props.autoFocus);
  return (
    <div className="an-entry">
      <label htmlFor={id}>{props.label}</label>
      <Input component={Tied}
        id={id} ref={box} type="text" value={props.value} onChange={(e) => props.onChange(e.currentTarget.value)}
        autoComplete={props.autoComplete ?? 'off'} autoCapitalize="none" spellCheck={false} inputMode={props.inputMode ?? 'text'}
        maxLength={props.maxLength ?? 200} required={props.required ?? false} disabled={props.disabled ?? false}
        error={props.trouble !== undefined} about={`${id}-about`}
      />
      <p id={`${id}-about`} className={props.trouble === undefined ? 'an-dim an-entry-about' : 'an-entry-trouble'}>
        {props.trouble ?? props.hint}
      </p>
    </div>
  );
}

/* Marks of Vietnamese in a password mostly mean that the typing aid is on, without being seen. */
const MARKED = /[\u00c0-\u1ef9]/;

interface PasswordProps extends TextProps { fresh?: boolean }

export function PasswordField(props: PasswordProps) {
  const { t } = useI18n();
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  const [shown, setShown] = useState(false);
  const [caps, setCaps] = useState(false);
  useFocusOnce(box, props.autoFocus);
  const hints = [
    caps && t('field.capsLock'),
    MARKED.test(props.value) && t('field.marked'),
  ].filter((h): h is string => h !== false);
  return (
    <div className="an-entry">
      <label htmlFor={id}>{props.label}</label>
      <div className="an-entry-row">
        <Input component={Tied}
          id={id} ref={box} type={shown ? 'text' : 'password'} value={props.value} className="an-entry-wide"
          onChange={(e) => props.onChange(e.currentTarget.value)} disabled={props.disabled ?? false}
          onKeyUp={(e) => setCaps(e.getModifierState('CapsLock'))} onBlur={() => setCaps(false)}
          autoComplete={props.fresh ? 'new-password' : props.autoComplete ?? 'current-password'} autoCapitalize="none" autoCorrect="off"
          spellCheck={false} maxLength={256} required={props.required ?? true} error={props.trouble !== undefined}
          about={`${id}-about`}
        />
        <Button
          variant="default" type="button" aria-pressed={shown} aria-controls={id} onClick={() => setShown((s) => !s)}
          leftSection={<Icon name={shown ? 'eyeOff' : 'eye'} />}
        >
          {t('field.show')}
        </Button>
      </div>
      <div id={`${id}-about`} className={props.trouble === undefined ? 'an-dim an-entry-about' : 'an-entry-trouble'}>
        {props.trouble ?? props.hint}
      </div>
      <div role="status" className="an-entry-hints">
        {hints.map((h) => <p key={h}><Icon name="info" />{h}</p>)}
      </div>
    </div>
  );
}

/* Not the autofocus attribute: the field shall have it also when it appears later, and only once. */
function useFocusOnce(box: { current: HTMLInputElement | null }, wanted: boolean | undefined): void {
  useEffect(() => {
    if (wanted) box.current?.focus();
  }, [box, wanted]);
}

export function problemText(problem: AuthProblem, t: I18n['t']): string {
  return t(`auth.problem.${problem}`);
}

/* Seconds still to wait, counting down by itself. */
export function useCountdown(error: AuthError | undefined): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const until = Date.now() + (error?.waitSeconds ?? 0) * 1000;
    const look = (): number => Math.max(0, Math.ceil((until - Date.now()) / 1000));
    setLeft(look());
    if (look() === 0) return undefined;
    const timer = setInterval(() => {
      setLeft(look());
      if (look() === 0) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [error]);
  return left;
}

/* Said once aloud; the seconds run for the eye only. `wrong` may be told in the words of the place. */
export function Trouble({ error, left, wrong }: { error: AuthError | undefined; left: number; wrong?: string }) {
  const { t } = useI18n();
  const over = error !== undefined && error.waitSeconds > 0 && left === 0;
  return (
    <div className="an-trouble-place">
      <div role="alert">
        {error && !over && (
          <p className="an-auth-trouble">
            <Icon name="bad" />
            <span>{error.problem === 'wrong' && wrong !== undefined ? wrong : problemText(error.problem, t)}</span>
          </p>
        )}
        {over && <p className="an-auth-again"><Icon name="info" /><span>{t('auth.again')}</span></p>}
      </div>
      {left > 0 && <p className="an-auth-wait" aria-hidden="true"><Icon name="clock" />{t('auth.waitLeft', { n: left })}</p>}
    </div>
  );
}

/* The server asks for ten characters and refuses what is easily guessed; nothing else is demanded of anybody. */
export const PASSWORD_MIN = 10;

export function NewPasswordField({ label, value, onChange, trouble, autoFocus }: {
  label: string; value: string; onChange: (v: string) => void; trouble?: string | undefined; autoFocus?: boolean;
}) {
  const { t } = useI18n();
  const missing = PASSWORD_MIN - [...value].length;
  return (
    <PasswordField
      fresh label={label} value={value} onChange={onChange} trouble={trouble} autoFocus={autoFocus ?? false}
      hint={(
        <>
          <p>{t('password.rule', { n: PASSWORD_MIN })}</p>
          <p className="an-entry-count">
            {value === '' ? ' ' : missing > 0 ? t('password.missing', { n: missing }) : t('password.enough')}
          </p>
        </>
      )}
    />
  );
}
