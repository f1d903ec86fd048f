/* The audit over the store's journal: events in, heads signed by the key of this data folder.
 *
 * `audit.key` holds the seed of an Ed25519 key; who can read it can sign. Its public half is also kept in the record (a setting named
 * after its id), so that a backup or a folder whose key file is gone can still say whether its heads hold. */
#include "auth/audit.h"

#include "base/os.h"
#include "base/seal.h"
#include "base/sign.h"

_Static_assert(ANS_PUBLIC_KEY_BYTES == ANS_KEY_PUBLIC_BYTES, "Ed25519");

enum { KEY_FILE_MAX_BYTES = 4096 };

static const char KEY_HEAD[] = "ansinh-audit-key 1\n";

struct ans_audit {
    ans_store *store;
    bool has_key;
    ans_key_pair key;
};

/* ---- the key ---- */

void ans_audit_key_id(const uint8_t key[ANS_PUBLIC_KEY_BYTES], uint8_t out[8])
{
    uint8_t hash[32];

    ans_hash256((ans_str){(const char *)key, ANS_PUBLIC_KEY_BYTES}, hash);
    memcpy(out, hash, 8);
}

static ans_str key_path(ans_cx *cx, const char *dir)
{
    return ans_arena_fmt(cx->arena, "%s/audit.key", dir);
}

static ans_err read_seed(ans_cx *cx, ans_str path, uint8_t seed[ANS_KEY_SEED_BYTES])
{
    ans_str text, head = ANS_STR(KEY_HEAD), line;
    ans_err err;

    if (!ans_file_exists(path.p))
        return ANS_E_NOTFOUND;
    err = ans_file_read(cx, path.p, KEY_FILE_MAX_BYTES, &text);
    if (err)
        return err;
    bool is_ours = ans_str_starts(text, head);
    text = ans_str_from(text, head.n);
    (void)ans_str_cut(&text, '\n', &line);
    return is_ours && ans_hex_read(line, seed, ANS_KEY_SEED_BYTES)
               ? ANS_OK
               : ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE, "%s cannot be understood", path.p);
}

static ans_err make_seed(ans_cx *cx, ans_str path, uint8_t seed[ANS_KEY_SEED_BYTES])
{
    char hex[ANS_KEY_SEED_BYTES * 2 + 1];
    ans_str text;

    ans_random(seed, ANS_KEY_SEED_BYTES);
    ans_hex_write(seed, ANS_KEY_SEED_BYTES, hex);
    text = ans_arena_fmt(cx->arena, "%s%s\n", KEY_HEAD, hex);
    return text.p ? ans_file_replace(cx, path.p, text) : ans_cx_nomem(cx); /* mode 0600 */
}

static ans_err load_key(ans_cx *cx, const char *dir, bool may_make, ans_key_pair *out)
{
    uint8_t seed[ANS_KEY_SEED_BYTES];
    ans_str path = key_path(cx, dir);
    ans_err err = path.p ? read_seed(cx, path, seed) : ans_cx_nomem(cx);

    if (err == ANS_E_NOTFOUND && may_make)
        err = make_seed(cx, path, seed);
    if (!err)
        ans_key_make(seed, out);
    ans_seal_wipe(seed, sizeof seed);
    return err;
}

ans_err ans_audit_public_key(ans_cx *cx, const char *dir, uint8_t out[ANS_PUBLIC_KEY_BYTES])
{
    ans_key_pair pair;
    ans_err err = load_key(cx, dir, false, &pair);

    if (!err)
        memcpy(out, pair.public, ANS_PUBLIC_KEY_BYTES);
    ans_key_wipe(&pair);
    return err;
}

static void setting_name(const uint8_t id[8], char out[40])
{
    memcpy(out, "audit-key-", 10);
    ans_hex_write(id, 8, out + 10);
}

static ans_err tell_record(ans_cx *cx, ans_store *store, const uint8_t key[ANS_PUBLIC_KEY_BYTES])
{
    uint8_t id[8];
    char name[40];
    ans_str known;

    ans_audit_key_id(key, id);
    setting_name(id, name);
    ans_err err = ans_store_meta_get(cx, store, ans_str_of(name), &known);
    if (err || known.p)
        return err;
    return ans_store_meta_set(cx, store, ans_str_of(name), (ans_str){(const char *)key, ANS_PUBLIC_KEY_BYTES});
}

/* ---- heads ---- */

static ans_err sign_head(void *arg, ans_cx *cx, ans_head *head)
{
    const ans_audit *audit = arg;
    uint8_t message[ANS_HEAD_MESSAGE_BYTES];

    (void)cx;
    ans_audit_key_id(audit->key.public, head->key_id);
    ans_head_message(head, message);
    ans_key_sign(&audit->key, (ans_str){(const char *)message, sizeof message}, head->signature);
    return ANS_OK;
}

static bool known_key(ans_audit_judge *j, const uint8_t id[8])
{
    char name[40];
    ans_str value;

    if (j->has_last && memcmp(j->last_id, id, 8) == 0)
        return true;
    setting_name(id, name);
    if (ans_store_meta_get(j->cx, j->store, ans_str_of(name), &value) || value.n != ANS_PUBLIC_KEY_BYTES)
        return false;
    uint8_t own[8];
    ans_audit_key_id((const uint8_t *)value.p, own);
    if (memcmp(own, id, 8) != 0)
        return false;
    memcpy(j->last_id, id, 8);
    memcpy(j->last_key, value.p, ANS_PUBLIC_KEY_BYTES);
    j->has_last = true;
    return true;
}

ans_head_state ans_audit_judge_head(void *arg, const ans_head *head)
{
    ans_audit_judge *j = arg;
    uint8_t message[ANS_HEAD_MESSAGE_BYTES], id[8];
    const uint8_t *key = j->key;

    if (key) {
        ans_audit_key_id(key, id);
        if (memcmp(id, head->key_id, sizeof id) != 0)
            return ANS_HEAD_STRANGE;
    } else if (known_key(j, head->key_id)) {
        key = j->last_key;
    } else {
        return ANS_HEAD_STRANGE;
    }
    ans_head_message(head, message);
    return ans_key_verify(key, (ans_str){(const char *)message, sizeof message}, head->signature) ? ANS_HEAD_GOOD : ANS_HEAD_BAD;
}

/* ---- life ---- */

ans_err ans_audit_new(ans_cx *cx, ans_store *store, const char *dir, ans_audit **out)
{
    ans_audit *audit = ans_alloc(sizeof *audit);
    ans_err err = ANS_OK;

    if (!audit)
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for the audit");
    *audit = (ans_audit){.store = store};
    if (dir) {
        err = load_key(cx, dir, true, &audit->key);
        if (!err)
            err = tell_record(cx, store, audit->key.public);
        audit->has_key = !err;
    }
    if (err) {
        ans_audit_free(audit);
        return err;
    }
    if (audit->has_key)
        ans_journal_set_signer(store, sign_head, audit);
    *out = audit;
    return ANS_OK;
}

void ans_audit_free(ans_audit *audit)
{
    if (!audit)
        return;
    ans_key_wipe(&audit->key);
    ans_free(audit);
}

/* ---- events ---- */

ans_err ans_audit_later(ans_audit *audit, ans_cx *cx, const ans_event *event)
{
    ans_note note;
    ans_err err = ans_event_encode(cx, event, &note);

    return err ? err : ans_journal_later(cx, audit->store, &note);
}

static ans_err take_note(ans_txn *txn, ans_reader *rd, ans_note *out)
{
    (void)rd;
    *out = *(const ans_note *)txn->arg;
    return ANS_OK;
}

ans_err ans_audit_now(ans_audit *audit, ans_cx *cx, const ans_event *event)
{
    ans_note note;
    ans_txn txn = {.cx = cx, .journal = take_note, .arg = &note};
    ans_err err = ans_event_encode(cx, event, &note);

    return err ? err : ans_store_commit(audit->store, &txn);
}
