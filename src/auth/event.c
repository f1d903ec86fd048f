/* An entry of the audit as bytes and keys.
 *
 *     bytes:  1, the form | deed | flags | kind of who | numbers: status, type, request, patients, resources |
 *             which texts, a bit each | the texts: length, bytes
 *     keys:   of the account | of the Practitioner | patients | resources
 *
 * Numbers are varints (7 bits a byte, the lowest first). A text of 36 characters that is a UUID stands as 16 bytes with length 0. The
 * texts stand in the order of text_at. Rids stand in the keys only. Numbers of deeds and texts are never used again for
 * something else: entries are read for decades. */
#include "auth/audit.h"
#include "base/buf.h"

enum { FORM = 1, HAS_BREAK_GLASS = 1, HAS_COMPARTMENT = 2, TEXTS = 15, TEXT_MAX_BYTES = 2000, UUID_BYTES = 16, UUID_CHARS = 36 };

/* ---- deeds ---- */

const char *ans_deed_name(uint8_t deed)
{
    switch (deed) {
#define ANS_DEED(name, number, text, action)                                                                                   \
    case number:                                                                                                               \
        return text;
        ANS_DEEDS(ANS_DEED)
#undef ANS_DEED
    default:
        return NULL;
    }
}

char ans_deed_action(uint8_t deed)
{
    switch (deed) {
#define ANS_DEED(name, number, text, action)                                                                                   \
    case number:                                                                                                               \
        return action;
        ANS_DEEDS(ANS_DEED)
#undef ANS_DEED
    default:
        return 0;
    }
}

/* ---- keys ---- */

static uint32_t key_of(const char *kind, ans_str id)
{
    char text[128];
    uint8_t hash[32];
    size_t n = strlen(kind);
    size_t m = id.n < sizeof text - n ? id.n : sizeof text - n;

    memcpy(text, kind, n);
    if (m > 0)
        memcpy(text + n, id.p, m);
    ans_hash256((ans_str){text, n + m}, hash);
    return 0x80000000u | (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 | (uint32_t)hash[2] << 8 | hash[3];
}

uint32_t ans_account_key(ans_str account)
{
    return key_of("account ", account);
}

uint32_t ans_practitioner_key(ans_str practitioner)
{
    return key_of("practitioner ", practitioner);
}

/* ---- texts ---- */

static ans_str *text_at(ans_event *e, int i)
{
    ans_str *const at[TEXTS] = {&e->who.account,     &e->who.name,    &e->who.display, &e->who.practitioner, &e->who.direct_role,
                                &e->who.session,     &e->who.device,  &e->role,        &e->address,          &e->operation,
                                &e->parameters,      &e->purpose,     &e->reason,      &e->subject,          &e->who.client};

    return at[i];
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_dash(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

static bool pack_uuid(ans_str s, uint8_t out[UUID_BYTES])
{
    int n = 0;

    if (s.n != UUID_CHARS)
        return false;
    for (size_t i = 0; i < UUID_CHARS; i++) {
        int digit = hex_digit(s.p[i]);
        if (is_dash(i) ? s.p[i] != '-' : digit < 0)
            return false;
        if (is_dash(i))
            continue;
        out[n / 2] = (uint8_t)(n % 2 ? out[n / 2] | digit : digit << 4);
        n++;
    }
    return true;
}

static ans_str unpack_uuid(ans_arena *arena, const uint8_t *packed)
{
    static const char digits[] = "0123456789abcdef";
    char *p = ans_arena_alloc(arena, UUID_CHARS);
    int n = 0;

    for (size_t i = 0; p && i < UUID_CHARS; i++) {
        p[i] = is_dash(i) ? '-' : digits[packed[n / 2] >> (n % 2 ? 0 : 4) & 15];
        n += !is_dash(i);
    }
    return (ans_str){p, p ? UUID_CHARS : 0};
}

/* At most so many bytes, never half a character. */
static ans_str cut(ans_str s)
{
    if (s.n <= TEXT_MAX_BYTES)
        return s;
    s.n = TEXT_MAX_BYTES;
    while (s.n > 0 && ((uint8_t)s.p[s.n] & 0xC0) == 0x80)
        s.n--;
    return s;
}

/* ---- to bytes ---- */

static char *put_number(char *p, uint64_t v)
{
    for (; v > 0x7F; v >>= 7)
        *p++ = (char)(v | 0x80);
    *p++ = (char)v;
    return p;
}

static char *put_text(char *p, ans_str s)
{
    uint8_t packed[UUID_BYTES];

    if (pack_uuid(s, packed)) {
        *p++ = 0;
        memcpy(p, packed, sizeof packed);
        return p + sizeof packed;
    }
    p = put_number(p, s.n);
    memcpy(p, s.p, s.n);
    return p + s.n;
}

static ans_err put_keys(ans_cx *cx, const ans_event *e, ans_note *out)
{
    size_t count = (e->who.account.n > 0) + (e->who.practitioner.n > 0) + (size_t)e->patient_count + e->resource_count;
    uint32_t *keys = ans_arena_alloc(cx->arena, (count + 1) * sizeof *keys), *at = keys;

    if (!keys)
        return ans_cx_nomem(cx);
    if (e->who.account.n > 0)
        *at++ = ans_account_key(e->who.account);
    if (e->who.practitioner.n > 0)
        *at++ = ans_practitioner_key(e->who.practitioner);
    if (e->patient_count > 0)
        memcpy(at, e->patients, e->patient_count * sizeof *at);
    if (e->resource_count > 0)
        memcpy(at + e->patient_count, e->resources, e->resource_count * sizeof *at);
    out->keys = keys;
    out->key_count = (uint32_t)count;
    return ANS_OK;
}

ans_err ans_event_encode(ans_cx *cx, const ans_event *event, ans_note *out)
{
    ans_event e = *event;
    uint32_t present = 0;
    size_t room = 64;
    ans_note note = {0};

    for (int i = 0; i < TEXTS; i++) {
        ans_str *s = text_at(&e, i);
        *s = cut(*s);
        present |= (uint32_t)(s->n > 0) << i;
        room += s->n + 3;
    }
    char *bytes = ans_arena_alloc(cx->arena, room), *p = bytes;
    if (!bytes)
        return ans_cx_nomem(cx);
    *p++ = FORM;
    *p++ = (char)e.deed;
    *p++ = (char)((e.is_break_glass ? HAS_BREAK_GLASS : 0) | (e.is_compartment ? HAS_COMPARTMENT : 0));
    *p++ = (char)e.who.kind;
    const uint64_t numbers[] = {e.status, e.type, e.request, e.patient_count, e.resource_count, present};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        p = put_number(p, numbers[i]);
    for (int i = 0; i < TEXTS; i++) {
        if (present >> i & 1)
            p = put_text(p, *text_at(&e, i));
    }
    note.bytes = (ans_str){bytes, (size_t)(p - bytes)};
    ans_err err = put_keys(cx, &e, &note);
    if (!err)
        *out = note;
    return err;
}

/* ---- back ---- */

static bool get_number(ans_str *s, uint64_t max, uint64_t *out)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < s->n && i < 10; i++) {
        uint8_t c = (uint8_t)s->p[i];
        v |= (uint64_t)(c & 0x7F) << (7 * i);
        if (c & 0x80)
            continue;
        *s = ans_str_from(*s, i + 1);
        *out = v;
        return v <= max;
    }
    return false;
}

static bool get_text(ans_arena *arena, ans_str *s, ans_str *out)
{
    uint64_t n;

    if (!get_number(s, s->n, &n))
        return false;
    if (n == 0) {
        if (s->n < UUID_BYTES)
            return false;
        *out = unpack_uuid(arena, (const uint8_t *)s->p);
        *s = ans_str_from(*s, UUID_BYTES);
        return out->n > 0;
    }
    if (n > s->n)
        return false;
    *out = ans_str_head(*s, (size_t)n);
    *s = ans_str_from(*s, (size_t)n);
    return ans_str_utf8(*out);
}

static bool get_keys(const ans_entry *entry, ans_event *e)
{
    uint64_t own = (uint64_t)(e->who.account.n > 0) + (e->who.practitioner.n > 0);

    if (own + e->patient_count + e->resource_count != entry->key_count)
        return false;
    e->patients = entry->keys + own;
    e->resources = e->patients + e->patient_count;
    return true;
}

ans_err ans_event_decode(ans_cx *cx, const ans_entry *entry, ans_event *out)
{
    static const uint64_t most[] = {UINT16_MAX, UINT16_MAX, UINT64_MAX, UINT32_MAX, UINT32_MAX, (1u << TEXTS) - 1};
    uint64_t n[sizeof most / sizeof *most];
    ans_event e = {.seq = entry->seq, .when_us = entry->when_us};
    ans_str s = entry->bytes;

    if (s.n < 4 || s.p[0] != FORM || (uint8_t)s.p[2] > (HAS_BREAK_GLASS | HAS_COMPARTMENT) || (uint8_t)s.p[3] > ANS_WHO_LOCAL)
        return ANS_E_CORRUPT;
    e.deed = (uint8_t)s.p[1];
    e.is_break_glass = s.p[2] & HAS_BREAK_GLASS;
    e.is_compartment = s.p[2] & HAS_COMPARTMENT;
    e.who.kind = (uint8_t)s.p[3];
    s = ans_str_from(s, 4);
    for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
        if (!get_number(&s, most[i], &n[i]))
            return ANS_E_CORRUPT;
    }
    e.status = (uint16_t)n[0];
    e.type = (uint16_t)n[1];
    e.request = n[2];
    e.patient_count = (uint32_t)n[3];
    e.resource_count = (uint32_t)n[4];
    for (int i = 0; i < TEXTS; i++) {
        if (n[5] >> i & 1 && !get_text(cx->arena, &s, text_at(&e, i)))
            return ANS_E_CORRUPT;
    }
    if (s.n > 0 || !get_keys(entry, &e))
        return ANS_E_CORRUPT;
    *out = e;
    return ANS_OK;
}
