/* More was given than the book has: whoever wrote it, in whatever program, the head of the facility is told (docs/stock.md).
 *
 * The one idea: a balance is not carried along, it is asked. Writes only name cards; what is below nothing when they are looked at, behind the
 * log, becomes a notice whose name is the card and its last count. So it is said once until somebody counts, and a card that is filled again
 * meanwhile is nobody's trouble. Rules wait while cards are looked at, so there is an end to it: one that cannot be reckoned up again and again
 * is let go until something is taken from it anew. */
#include "base/os.h"
#include "rest/notice.h"
#include "rest/stock_int.h"

enum { MOST_CARDS = 1024, ID_BYTES = 64, STEP_MS = 5000, MOST_ABOVE = 16, MOST_DOUBLED = 5, MOST_TRIES = 10 };
#define CARD_BYTES ((size_t)64 << 20)
#define SHORT_SYSTEM "urn:ansinh:id:stock-short"

typedef struct watched {
    char id[ID_BYTES];
    uint8_t length;
    uint8_t tries;  /* in vain */
    int64_t due_us; /* not before; monotonic */
} watched;

struct ans_stock_watch {
    uint32_t count;
    ans_stock_patience patience;
    watched cards[MOST_CARDS];
};

ans_err ans_stock_watch_new(ans_cx *cx, const ans_stock_patience *patience, ans_stock_watch **out)
{
    *out = ANS_NEW(cx->arena, ans_stock_watch);
    if (!*out) {
        return ans_cx_nomem(cx);
    }
    (*out)->patience = *patience;
    return ANS_OK;
}

/* ---- which ---- */

static ans_str card_at(const ans_stock_watch *w, uint32_t i)
{
    return (ans_str){w->cards[i].id, w->cards[i].length};
}

static ans_err note(ans_stock_watch *w, ans_rest *rest, ans_cx *cx, ans_str card)
{
    if (!ans_id_is_valid(card)) {
        return ANS_OK; /* names none */
    }
    for (uint32_t i = 0; i < w->count; i++) {
        if (ans_str_eq(card_at(w, i), card)) {
            return ANS_OK;
        }
    }
    ans_err err = w->count == MOST_CARDS ? ans_stock_watch_tell(w, rest, cx) : ANS_OK;
    if (w->count < MOST_CARDS) { /* those that are kept for later may have left room */
        watched *one = &w->cards[w->count++];
        *one = (watched){.length = (uint8_t)card.n};
        memcpy(one->id, card.p, card.n);
        return ANS_OK;
    }
    return err;
}

/* A count that comes late, and lies behind doses, may say less than these took. */
static ans_err note_count(ans_stock_watch *w, ans_rest *rest, ans_cx *cx, const ans_json *doc)
{
    ans_jnode list = ans_json_get(doc, 0, ANS_STR("entry"));
    if (list == ANS_JNONE || ans_json_kind_of(doc, list) != ANS_JSON_ARRAY) {
        return ANS_OK;
    }
    ans_err err = ANS_OK;
    ANS_JSON_EACH(doc, list, n) {
        ans_reference r;
        ans_reference_parse(ans_json_get_string(cx, doc, ans_json_get(doc, n, ANS_STR("item")), ANS_STR("reference")), &r);
        bool is_card = err == ANS_OK && r.kind == ANS_REF_LOCAL && r.type && ans_str_is(ans_fhir_type_name(r.type), "SupplyRequest");
        err = is_card ? note(w, rest, cx, r.id) : err;
    }
    return err;
}

ans_err ans_stock_watch_see(ans_stock_watch *w, ans_rest *rest, ans_cx *cx, const ans_version *at, uint32_t count)
{
    const ans_type doses = ans_fhir_type_named(ANS_STR("MedicationAdministration")), lists = ans_fhir_type_named(ANS_STR("List"));
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        ans_json doc;
        stock_move move;
        ans_type type = ans_search_type_of(rest->o.search, at[i].ref.type);
        if (at[i].is_delete || (type != doses && type != lists) || ans_json_parse(cx, at[i].body, NULL, &doc) != ANS_OK) {
            continue;
        }
        if (type == doses && stock_move_read(cx, ans_search_zone(rest->o.search), &doc, &move) && move.stands) {
            err = note(w, rest, cx, move.out);
        } else if (type == lists && stock_is_count(cx, &doc)) {
            err = note_count(w, rest, cx, &doc);
        }
    }
    return err;
}

/* ---- how they stand ---- */

typedef struct shortage {
    stock_card card;
    stock_sum sum;
    ans_str facility;
    bool is_one;
} shortage;

static ans_err read_doc(ans_rest *rest, ans_cx *cx, ans_reader *rd, const char *type, ans_str id, ans_json *out)
{
    ans_version v;
    ans_ref ref = {ans_search_type_number(rest->o.search, ans_fhir_type_named(ans_str_of(type))), id};
    *out = (ans_json){0};
    ans_err err = id.n ? ans_store_read(cx, rd, ref, &v) : ANS_E_NOTFOUND;
    if (err == ANS_E_NOTFOUND || err == ANS_E_GONE) {
        return ANS_OK;
    }
    return err == ANS_OK ? ans_json_parse(cx, v.body, NULL, out) : err;
}

static ans_str id_behind(ans_cx *cx, const ans_json *doc, const char *member, const char *type)
{
    ans_reference r;
    ans_reference_parse(ans_json_get_string(cx, doc, ans_json_get(doc, 0, ans_str_of(member)), ANS_STR("reference")), &r);
    return r.kind == ANS_REF_LOCAL && r.type && ans_str_is(ans_fhir_type_name(r.type), type) ? r.id : ANS_STR_NONE;
}

/* Whose the ward is: what it says itself, or a place above it. */
static ans_err facility_of(ans_rest *rest, ans_cx *cx, ans_reader *rd, ans_str ward, ans_str *out)
{
    ans_err err = ANS_OK;
    *out = ANS_STR_NONE;
    for (int up = 0; err == ANS_OK && !out->n && ward.n && up < MOST_ABOVE; up++) {
        ans_json doc;
        err = read_doc(rest, cx, rd, "Location", ward, &doc);
        *out = err == ANS_OK && doc.count ? id_behind(cx, &doc, "managingOrganization", "Organization") : ANS_STR_NONE;
        ward = err == ANS_OK && doc.count ? id_behind(cx, &doc, "partOf", "Location") : ANS_STR_NONE;
    }
    return err;
}

static ans_err look_at(ans_rest *rest, ans_cx *cx, ans_reader *rd, ans_str id, shortage *out)
{
    ans_json *doc = ANS_NEW(cx->arena, ans_json);
    const stock_ask ask = {.cx = cx, .rd = rd, .search = rest->o.search, .zone = ans_search_zone(rest->o.search), .now = ans_now_us() * 10};
    *out = (shortage){0};
    ans_err err = doc ? read_doc(rest, cx, rd, "SupplyRequest", id, doc) : ans_cx_nomem(cx);
    if (err != ANS_OK || !doc->count || !stock_card_read(cx, doc, id, &out->card)) {
        return err;
    }
    err = stock_sum_up(&ask, &out->card, &out->sum);
    err = err == ANS_OK ? facility_of(rest, cx, rd, out->card.ward, &out->facility) : err;
    out->is_one = err == ANS_OK && out->sum.balance < 0 && out->facility.n;
    return err;
}

static ans_err tell_of(ans_rest *rest, ans_cx *cx, const shortage *s)
{
    ans_arena *a = cx->arena;
    ans_notice n = {
        .system = SHORT_SYSTEM,
        .name = ans_arena_fmt(a, "%.*s/%.*s", ANS_FMT(s->card.id), ANS_FMT(s->sum.count.n ? s->sum.count : ANS_STR("-"))),
        .code = s->card.is_controlled ? "controlled-difference" : "stock-difference",
        .is_urgent = s->card.is_controlled,
        .text = ans_arena_fmt(a, "Tủ thuốc âm: đã cho dùng %.*s nhiều hơn số trong sổ. Hãy kiểm kê.", ANS_FMT(s->card.item)),
        .text_en = ans_arena_fmt(a, "Stock below zero: more %.*s was given than the book has. Count it.", ANS_FMT(s->card.item)),
        .focus = ans_arena_fmt(a, "SupplyRequest/%.*s", ANS_FMT(s->card.id)),
        .about = ans_arena_fmt(a, "Location/%.*s", ANS_FMT(s->card.ward)),
        .facility = s->facility};
    return n.name.p && n.text.p && n.text_en.p && n.focus.p && n.about.p ? ans_rest_notice(rest, cx, &n) : ans_cx_nomem(cx);
}

/* It may go better another time: the machine is short of something, or slow. */
static bool may_pass(ans_err err)
{
    return err == ANS_E_NOMEM || err == ANS_E_BUSY || err == ANS_E_IO || err == ANS_E_NOSPACE || err == ANS_E_RETRY || err == ANS_E_TIMEOUT;
}

/* The reader's moment is over before anything is written. */
static ans_err tell_one(ans_rest *rest, ans_cx *cx, ans_str id)
{
    ans_reader *rd;
    shortage s;
    ans_err err = ans_reader_open(cx, rest->o.store, &rd);
    if (err != ANS_OK) {
        return err;
    }
    err = ans_reader_begin(cx, rd);
    if (err == ANS_OK) {
        err = look_at(rest, cx, rd, id, &s);
        ans_reader_end(rd);
    }
    ans_reader_close(rd);
    return err == ANS_OK && s.is_one ? tell_of(rest, cx, &s) : err;
}

/* Those have to do with the card: it is too long. */
static bool is_of_card(ans_err err)
{
    return err == ANS_E_TIMEOUT || err == ANS_E_NOMEM;
}

/* Each time with more time, and longer after the time before: a card with a long book holds up neither the others nor the rules for long. */
static bool is_told(const ans_stock_watch *w, ans_rest *rest, watched *card)
{
    int64_t allowed_ms = (int64_t)w->patience.first_ms + card->tries * STEP_MS, longest_ms = w->patience.longest_ms;
    ans_cx one = {.arena = ans_arena_new(CARD_BYTES), .deadline_us = ans_mono_us() + (allowed_ms < longest_ms ? allowed_ms : longest_ms) * INT64_C(1000)};
    ans_err err = one.arena ? tell_one(rest, &one, (ans_str){card->id, card->length}) : ANS_E_NOMEM;
    ans_arena_free(one.arena);
    if (err != ANS_OK && may_pass(err) && !(is_of_card(err) && card->tries == MOST_TRIES)) {
        if (card->tries == 0) { /* once, not again and again */
            ans_log("error", "event=stock_later error=%s", ans_err_name(err));
        }
        card->due_us = ans_mono_us() + ((w->patience.wait_ms * INT64_C(1000)) << (card->tries < MOST_DOUBLED ? card->tries : MOST_DOUBLED));
        card->tries = card->tries < MOST_TRIES ? (uint8_t)(card->tries + 1) : card->tries;
        return false;
    }
    if (err != ANS_OK) { /* a card that cannot be reckoned holds up no other */
        ans_log("error", "event=stock_skipped error=%s", ans_err_name(err));
    }
    return true;
}

ans_err ans_stock_watch_tell(ans_stock_watch *w, ans_rest *rest, ans_cx *cx)
{
    uint32_t left = 0;
    bool any = false, again = false; /* of those tried in vain, which may take long, one at a time */
    int64_t until_us = ans_mono_us() + w->patience.whole_ms * INT64_C(1000);
    (void)cx; /* each card has its own */
    for (uint32_t i = 0; i < w->count; i++) {
        watched *card = &w->cards[i];
        int64_t now_us = ans_mono_us();
        bool is_next = card->due_us <= now_us && (!any || now_us < until_us) && !(card->tries && again);
        any = any || is_next;
        again = again || (is_next && card->tries);
        if (!is_next || !is_told(w, rest, card)) {
            w->cards[left++] = *card;
        }
    }
    w->count = left;
    return left ? ANS_E_RETRY : ANS_OK;
}
