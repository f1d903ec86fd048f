/* Tables with a column a day: what was used of each thing on each day, and who signed for the day. */
#include "paper/byday.h"

#include "base/sort.h"

enum { MOST_ROWS = 400 };

/* ---- rows ---- */

ans_err byday_line(byday *l, int group, ans_str name, ans_str unit, byday_row **out)
{
    for (uint32_t i = 0; i < l->count; i++) {
        if (l->at[i].group == group && ans_str_eq(l->at[i].name, name) && ans_str_eq(l->at[i].unit, unit)) {
            *out = &l->at[i];
            return ANS_OK;
        }
    }
    byday_row *at = ans_arena_grow(l->p->cx->arena, l->at, l->count, &l->cap, 16, sizeof *at);
    if (!at) {
        return ans_cx_nomem(l->p->cx);
    }
    if (l->count == MOST_ROWS) {
        return ans_issue_add(l->p->cx, ANS_E_COSTLY, ANS_STR_NONE, "more than %d things on one sheet: ask for fewer days", MOST_ROWS);
    }
    l->at = at;
    at[l->count] = (byday_row){.group = group, .name = name, .unit = unit};
    *out = &at[l->count++];
    return ANS_OK;
}

static int by_name(const void *x, const void *y)
{
    const byday_row *a = x, *b = y;
    int order = a->group != b->group ? (a->group < b->group ? -1 : 1) : ans_str_cmp(a->name, b->name);
    return order ? order : ans_str_cmp(a->unit, b->unit);
}

void byday_sort(byday *l)
{
    ans_sort(l->at, l->count, sizeof *l->at, by_name);
}

/* ---- drawing ---- */

/* Whole numbers without their empty decimals: 2 and 1,5, not 2,00. */
static ans_str tidy(paper *p, ans_decimal d)
{
    ans_str text = ans_decimal_print(p->cx->arena, d);
    if (ans_str_find(text, '.') >= 0) {
        while (text.n && text.p[text.n - 1] == '0') {
            text.n--;
        }
        text.n -= text.n && text.p[text.n - 1] == '.';
    }
    return number_text(p, text);
}

static ans_str amount_of(paper *p, const byday_row *l, int day)
{
    ans_str text = l->times[day] == 0   ? ANS_STR("")
                   : l->is_uneven       ? word_with(p, "medicine.times", "n", fmt(p, "%u", l->times[day]))
                                        : tidy(p, l->amount[day]);
    return l->not_given[day] ? join(p, text, "; ", word_with(p, "medicine.not", "n", fmt(p, "%u", l->not_given[day]))) : text;
}

static ans_str sum_of(paper *p, const byday_row *l)
{
    ans_decimal sum = {0};
    bool fits = l->has_amount && !l->is_uneven;
    for (int day = 0; fits && day < BYDAY_MOST; day++) {
        fits = ans_decimal_add(sum, l->amount[day], &sum);
    }
    return fits ? tidy(p, sum) : ANS_STR("");
}

static void draw_head_row(paper *p, const byday_words *w, ans_cell *head, double *widths, bool has_sum)
{
    uint32_t n = 0;
    widths[n] = 5;
    head[n++] = (ans_cell){.text = word(p, "number"), .face = ANS_FACE_BOLD, .align = ANS_CENTRE};
    widths[n] = 32;
    head[n++] = (ans_cell){.text = word(p, w->name), .face = ANS_FACE_BOLD, .align = ANS_CENTRE};
    widths[n] = 10;
    head[n++] = (ans_cell){.text = word(p, w->unit), .face = ANS_FACE_BOLD, .align = ANS_CENTRE};
    for (int day = 0; day < p->days; day++) {
        widths[n] = has_sum ? 13 : 20;
        head[n++] = (ans_cell){.text = day_short(p, p->first_day + day), .face = ANS_FACE_BOLD, .align = ANS_CENTRE};
    }
    if (has_sum) {
        widths[n] = 11;
        head[n++] = (ans_cell){.text = word(p, w->sum), .face = ANS_FACE_BOLD, .align = ANS_CENTRE};
    }
}

static void draw_sign_row(paper *p, const char *key)
{
    ans_cell row[4 + BYDAY_MOST] = {{.text = word(p, key), .face = ANS_FACE_BOLD, .span = 3}};
    row[3].text = ANS_STR("\n\n");
    ans_sheet_row(p->s, row);
}

void byday_draw(paper *p, const byday *l, const byday_words *w)
{
    bool has_sum = w->sum != NULL;
    uint32_t columns = 3 + (uint32_t)p->days + (has_sum ? 1u : 0u);
    ans_cell head[4 + BYDAY_MOST];
    double widths[4 + BYDAY_MOST];
    draw_head_row(p, w, head, widths, has_sum);
    ans_table table = {.widths = widths, .columns = columns, .size = 9, .head = head, .head_rows = 1};
    ans_sheet_table(p->s, &table);
    for (uint32_t i = 0; i < l->count; i++) {
        const byday_row *one = &l->at[i];
        ans_cell row[4 + BYDAY_MOST] = {{.text = fmt(p, "%u", i + 1), .align = ANS_CENTRE}, {.text = one->name}, {.text = one->unit, .align = ANS_CENTRE}};
        for (int day = 0; day < p->days; day++) {
            row[3 + day] = has_sum ? (ans_cell){.text = amount_of(p, one, day), .align = ANS_CENTRE} : (ans_cell){.text = one->said[day]};
        }
        if (has_sum) {
            row[columns - 1] = (ans_cell){.text = sum_of(p, one), .align = ANS_CENTRE, .face = ANS_FACE_BOLD};
        }
        ans_sheet_row(p->s, row);
    }
    if (l->count == 0) {
        ans_cell row[4 + BYDAY_MOST] = {{.text = word(p, "nothing"), .span = (uint8_t)columns}};
        ans_sheet_row(p->s, row);
    }
    ans_sheet_table_end(p->s);
    if (has_sum) { /* each day is signed in its own column */
        table.head_rows = 0;
        table.least = 34;
        ans_sheet_gap(p->s, -4);
        ans_sheet_table(p->s, &table);
        draw_sign_row(p, w->sign_nurse);
        draw_sign_row(p, w->sign_person);
        ans_sheet_table_end(p->s);
    }
}
