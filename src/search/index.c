/* From a resource to its rows: for each parameter its values, for each value its payload, with the slot in front. Three
 * kinds of rows belong to no single parameter: every resource of a type, and patient|code|date and patient|date, which
 * answer the two questions asked at every bedside with one walk. */
#include "search/search_int.h"

typedef struct out_rows {
    ans_search *s;
    ans_cx *cx;
    ans_row *at;
    uint32_t count, cap;
} out_rows;

static ans_err add_row(out_rows *o, uint16_t slot, const payload *p)
{
    ans_row *at = ans_arena_grow(o->cx->arena, o->at, o->count, &o->cap, 32, sizeof *at);
    if (!at) {
        return ans_cx_nomem(o->cx);
    }
    o->at = at;
    char *head = ans_arena_alloc(o->cx->arena, p->head.n + 2);
    if (!head) {
        return ans_cx_nomem(o->cx);
    }
    head[0] = (char)(slot >> 8);
    head[1] = (char)(slot & 255);
    if (p->head.n) {
        memcpy(head + 2, p->head.p, p->head.n);
    }
    ans_ref ref = {p->ref.type ? ans_search_type_number(o->s, p->ref.type) : 0, p->ref.id};
    o->at[o->count++] = (ans_row){.head = {head, p->head.n + 2}, .ref = ref, .tail = p->tail};
    return ANS_OK;
}

static ans_err add_payloads(out_rows *o, uint16_t slot, const payloads *list)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < list->count; i++) {
        err = add_row(o, slot, &list->at[i]);
    }
    return err;
}

/* patient|code|date and patient|date, for every patient x code x date the resource has (one of each, as a rule). */
static ans_err add_bedside(out_rows *o, const type_info *ti, const payloads *patients, const payloads *codes,
                           const payloads *dates)
{
    static const payload no_date = {0};
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && i < patients->count; i++) {
        const payload *who = &patients->at[i];
        if (who->ref.type == 0 || !ans_str_is(ans_fhir_type_name(who->ref.type), "Patient")) {
            continue;
        }
        uint32_t date_count = dates->count ? dates->count : 1;
        for (uint32_t d = 0; err == ANS_OK && d < date_count; d++) {
            const payload *when = dates->count ? &dates->at[d] : &no_date;
            payload row = {.ref = who->ref, .tail = when->head};
            if (ti->pd_slot && dates->count) {
                err = add_row(o, ti->pd_slot, &row);
            }
            for (uint32_t c = 0; err == ANS_OK && ti->pc_slot && c < codes->count; c++) {
                ans_buf b;
                ans_buf_init_arena(&b, o->cx->arena, 128);
                ans_buf_add(&b, codes->at[c].head);
                ans_buf_add(&b, when->head);
                err = ans_buf_finish(&b, &row.tail);
                if (err == ANS_OK) {
                    err = add_row(o, ti->pc_slot, &row);
                }
            }
        }
    }
    return err;
}

ans_err ans_search_index(ans_search *s, ans_cx *cx, ans_type type, const ans_json *doc, ans_jnode root, ans_rows *out)
{
    static const payload present = {.head = {"\xFF", 1}}; /* ROW_PRESENT */
    type_info *ti = search_type(s, type);
    if (!ti) {
        return ANS_E_NOMEM;
    }
    out_rows o = {.s = s, .cx = cx};
    payloads patients = {0}, codes = {0}, dates = {0};
    ans_item item = ans_item_of_resource(doc, root);
    ans_err err = add_row(&o, ti->all_slot, &(payload){0});
    for (uint16_t i = 0; err == ANS_OK && i < ti->count; i++) {
        const param *p = &ti->params[i];
        svs values = {0};
        payloads list = {0};
        const param *patient_rows = ti->patient && ti->patient->alias ? ti->patient->alias : ti->patient;
        if (!param_has_rows(p)) {
            continue;
        }
        err = search_values(s, cx, p, &item, &values);
        if (err == ANS_OK && values.count) {
            err = search_payloads(s, cx, &values, &list);
        }
        if (err == ANS_OK) {
            err = list.count ? add_payloads(&o, p->slot, &list) : values.present ? add_row(&o, p->slot, &present) : ANS_OK;
        }
        patients = p == patient_rows ? list : patients;
        codes = p == ti->code ? list : codes;
        dates = p == ti->date ? list : dates;
    }
    if (err == ANS_OK && (ti->pc_slot || ti->pd_slot)) {
        err = add_bedside(&o, ti, &patients, &codes, &dates);
    }
    *out = (ans_rows){o.at, o.count};
    return err;
}

ans_err ans_search_index_body(void *arg, ans_cx *cx, uint16_t type_number, ans_str body, ans_rows *out)
{
    ans_search *s = arg;
    ans_json doc;
    ans_type type = ans_search_type_of(s, type_number);
    ans_err err = type ? ans_json_parse(cx, body, NULL, &doc) : ANS_E_CORRUPT;
    return err == ANS_OK ? ans_search_index(s, cx, type, &doc, 0, out) : err;
}
