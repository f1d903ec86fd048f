/* backup-key, and the files it makes: lines of a word and 64 hexadecimal digits, so that they can be printed and typed in again. The
 * secret's file holds the public half too: typed from paper, the two tell whether a digit is wrong. */
#include "app/backup.h"

#include <stdio.h>

#include "app/app.h"
#include "base/os.h"

#define SECRET_WORD "ansinh-backup-secret"
#define PUBLIC_WORD "ansinh-backup-public"
enum { MOST_FILE_BYTES = 16384 };

/* The next line that says something. False: there is none. */
static bool next_line(ans_str *text, ans_str *out_word, ans_str *out_hex)
{
    while (text->n) {
        ans_str line;
        (void)ans_str_cut(text, '\n', &line);
        line = ans_str_trim(line);
        if (line.n && line.p[0] != '#') {
            *out_hex = line;
            (void)ans_str_cut(out_hex, ' ', out_word);
            *out_hex = ans_str_trim(*out_hex);
            return true;
        }
    }
    return false;
}

static ans_err not_a_key(ans_cx *cx, const char *path)
{
    return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "%s is no key of ansinh backup-key", path);
}

ans_err backup_key_publics(ans_cx *cx, const char *path, uint8_t out[ANS_SEAL_MOST_KEYS][ANS_SEAL_KEY_BYTES], uint32_t *out_count)
{
    ans_str text, word, hex;
    uint32_t n = 0;
    ans_err err = ans_file_read(cx, path, MOST_FILE_BYTES, &text);
    if (err != ANS_OK) {
        return err;
    }
    while (next_line(&text, &word, &hex)) {
        if (ans_str_is(word, SECRET_WORD)) {
            return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE,
                                 "%s holds the secret half: give %s.pub, and keep the secret away from the machine that makes backups", path, path);
        }
        if (!ans_str_is(word, PUBLIC_WORD) || n == ANS_SEAL_MOST_KEYS || !ans_hex_read(hex, out[n++], ANS_SEAL_KEY_BYTES)) {
            return not_a_key(cx, path);
        }
    }
    *out_count = n;
    return n ? ANS_OK : not_a_key(cx, path);
}

ans_err backup_key_secret(ans_cx *cx, const char *path, ans_seal_pair *out)
{
    uint8_t secret[ANS_SEAL_KEY_BYTES] = {0}, public[ANS_SEAL_KEY_BYTES] = {0};
    ans_str text, word, hex;
    bool has_secret = false, has_public = false, ok = true;
    ans_err err = ans_file_private(cx, path);
    err = err == ANS_OK ? ans_file_read(cx, path, MOST_FILE_BYTES, &text) : err;
    if (err != ANS_OK) {
        return err;
    }
    while (ok && next_line(&text, &word, &hex)) {
        bool *has = ans_str_is(word, SECRET_WORD) ? &has_secret : &has_public;
        ok = !*has && (has == &has_secret || ans_str_is(word, PUBLIC_WORD)) && ans_hex_read(hex, has == &has_secret ? secret : public, sizeof secret);
        *has = true;
    }
    ok = ok && has_secret && has_public && ans_seal_pair_of(secret, out) && memcmp(public, out->public, sizeof public) == 0;
    ans_seal_wipe(secret, sizeof secret);
    if (!ok) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "%s holds no secret half, or its two halves do not belong together", path);
    }
    return ANS_OK;
}

/* ---- the command ---- */

static ans_err write_key(ans_cx *cx, const char *path, const char *head, const ans_seal_pair *pair, bool with_secret)
{
    char secret[ANS_SEAL_KEY_BYTES * 2 + 1] = "", public[ANS_SEAL_KEY_BYTES * 2 + 1];
    ans_hex_write(pair->public, sizeof pair->public, public);
    if (with_secret) {
        ans_hex_write(pair->secret, sizeof pair->secret, secret);
    }
    ans_str text = ans_arena_fmt(cx->arena, "%s%s%s%s%s %s\n", head, with_secret ? SECRET_WORD " " : "", secret, with_secret ? "\n" : "", PUBLIC_WORD, public);
    ans_err err = text.p ? ans_file_replace(cx, path, text) : ans_cx_nomem(cx);
    ans_seal_wipe(secret, sizeof secret);
    return err;
}

int run_backup_key(ans_cx *cx, const options *o)
{
    const char *path = o->args[0];
    ans_str public = ans_arena_fmt(cx->arena, "%s.pub", path);
    ans_seal_pair pair;
    if (!public.p) {
        return fail(cx, ans_cx_nomem(cx));
    }
    if (ans_file_exists(path) || ans_file_exists(public.p)) {
        say("%s or %s is there already: a key that backups were made with is not replaced", path, public.p);
        return EXIT_USAGE;
    }
    ans_seal_pair_make(&pair);
    ans_err err = write_key(cx, path, "# Opens the backups of this facility. Keep it in two places, away from the server: docs/backup.md\n", &pair, true);
    err = err == ANS_OK ? write_key(cx, public.p, "# Seals backups; no secret\n", &pair, false) : err;
    ans_seal_wipe(&pair, sizeof pair);
    if (err != ANS_OK) {
        return fail(cx, err);
    }
    printf("%s opens backups: carry it away from this machine, in two copies, and remove it here\n%s seals them: ansinh backup TO --key %s\n", path, public.p,
           public.p);
    return EXIT_DONE;
}
