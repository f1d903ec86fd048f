/* What is said of packs. A pack is a print of everybody in a ward that nobody looked at: it stands in the audit as one, with who asked for it, so
 * that a person's own log tells of it, too. One that could not be made is told to who can do something about it, in words without anybody's name. */
#include "app/evening_tell.h"

#include <stdio.h>

#include "base/sort.h"
#include "rest/notice.h"

#define PACK_FAILED "pack-failed"

/* ---- who ---- */

/* Never half a character: what is cut is cut before it. */
static void keep_text(char out[EVENING_TEXT], ans_str text)
{
    size_t n = text.n < EVENING_TEXT - 1 ? text.n : EVENING_TEXT - 1;
    while (n < text.n && n > 0 && ((uint8_t)text.p[n] & 0xC0) == 0x80) {
        n--;
    }
    if (n) {
        memcpy(out, text.p, n);
    }
    out[n] = 0;
}

void evening_asker_keep(evening_asker *to, const ans_pack_asker *from)
{
    keep_text(to->account, from->account);
    keep_text(to->name, from->name);
    keep_text(to->display, from->display);
    keep_text(to->practitioner, from->practitioner);
}

void evening_people_add(evening_people *p, ans_arena *arena, ans_search *search, const ans_version *v)
{
    if (v->ref.type != ans_search_type_number(search, ans_fhir_type_named(ANS_STR("Patient")))) {
        return;
    }
    ans_rid *at = ans_arena_grow(arena, p->at, p->count, &p->cap, 256, sizeof *at);
    if (!at) {
        p->is_short = true;
        return;
    }
    p->at = at;
    at[p->count++] = v->rid;
}

static int by_rid(const void *x, const void *y)
{
    ans_rid a = *(const ans_rid *)x, b = *(const ans_rid *)y;
    return a < b ? -1 : a > b;
}

/* Each once. */
static void settle(evening_people *p)
{
    uint32_t kept = 0;
    ans_sort(p->at, p->count, sizeof *p->at, by_rid);
    for (uint32_t i = 0; i < p->count; i++) {
        if (kept == 0 || p->at[kept - 1] != p->at[i]) {
            p->at[kept++] = p->at[i];
        }
    }
    p->count = kept;
}

/* ---- the audit ---- */

static ans_err house_rid(ans_cx *cx, const folder *f, ans_str facility, ans_rid *out)
{
    ans_reader *rd;
    ans_ref ref = {ans_search_type_number(f->search, ans_fhir_type_named(ANS_STR("Organization"))), facility};
    ans_err err = ans_reader_open(cx, f->store, &rd);
    if (err == ANS_OK) {
        err = ans_store_rid(cx, rd, ref, out);
        ans_reader_close(rd);
    }
    return err;
}

ans_err evening_audit(ans_cx *cx, ans_audit *audit, const folder *f, ans_str facility, const evening_asker *by, const evening_made *made,
                      evening_people *people)
{
    ans_rid house = 0;
    if (!audit) {
        return ANS_OK;
    }
    if (people->is_short) {
        return ans_cx_nomem(cx);
    }
    settle(people);
    ans_str figures = ans_arena_fmt(cx->arena, "form=pack wards=%u people=%u pages=%u", made->wards, made->people, made->pages);
    ans_err err = figures.p ? house_rid(cx, f, facility, &house) : ans_cx_nomem(cx);
    ans_event e = {.deed = ANS_DID_PRINT, .status = 200, .who = {.kind = ANS_WHO_OPEN}, .operation = ANS_STR("$pack"), .parameters = figures,
                   .resources = &house, .resource_count = 1, .patients = people->at, .patient_count = people->count};
    if (by && by->account[0]) {
        e.who = (ans_who){.kind = ANS_WHO_PERSON, .account = ans_str_of(by->account), .name = ans_str_of(by->name), .display = ans_str_of(by->display),
                          .practitioner = ans_str_of(by->practitioner)};
    }
    return err == ANS_OK ? ans_audit_now(audit, cx, &e) : err;
}

/* ---- the head ---- */

static ans_str focus_of(ans_cx *cx, ans_str facility)
{
    return ans_arena_fmt(cx->arena, "Organization/%.*s", ANS_FMT(facility));
}

ans_err evening_notice(ans_cx *cx, ans_rest *rest, const folder *f, ans_str facility, int64_t since_us)
{
    ans_arena *a = cx->arena;
    ans_datetime at = ans_zone_wall(ans_search_zone(f->search), since_us);
    ans_str when = ans_arena_fmt(a, "%02d:%02d %02d/%02d/%04d", at.hour, at.minute, at.day, at.month, at.year);
    const ans_notice n = {
        .code = PACK_FAILED,
        .is_urgent = true,
        .text = ans_arena_fmt(a, "Chưa lập được gói 24 giờ từ %.*s. Mất điện lúc này thì khoa không có gói mới: in gói ở mục Gói 24 giờ, hoặc gọi người quản trị xem ổ đĩa.",
                              ANS_FMT(when)),
        .text_en = ans_arena_fmt(a, "The 24-hour pack could not be made since %.*s. Print it on the screen 24-hour pack, or have the administrator look at the disk.",
                                 ANS_FMT(when)),
        .focus = focus_of(cx, facility),
        .facility = facility};
    return n.text.p && n.text_en.p && n.focus.p ? ans_rest_notice(rest, cx, &n) : ans_cx_nomem(cx);
}

ans_err evening_notice_over(ans_cx *cx, ans_rest *rest, ans_str facility)
{
    ans_str focus = focus_of(cx, facility);
    return focus.p ? ans_rest_notice_over(rest, cx, PACK_FAILED, focus) : ans_cx_nomem(cx);
}
